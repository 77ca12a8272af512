import type { Exploration } from '../../analysis/exploration.ts';
import { fail } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { ExploreProgress } from '../../engine/explore.ts';
import type { ExplorationOrder, FromWorker, WorkerPort } from './messages.ts';

/** How an exploration is watched. */
export interface Watch {
  /** Pauses when this many states are known. */
  readonly pauseAtStates: number;
  readonly progress: (progress: ExploreProgress, isPaused: boolean) => void;
}

/** An exploration that was asked for. */
export interface ExplorationJob {
  /** What was found; an error if it failed, or if another took its place. Never rejects. */
  readonly result: Promise<Result<Exploration>>;
  /** Ends it: the result is what was found by then. */
  readonly stop: () => void;
  /** Goes on after a pause, until this many states are known. */
  readonly goOn: (pauseAtStates: number) => void;
}

/** Times after which it loses patience, in milliseconds. */
export interface Patience {
  /** A worker without work is ended after this: it holds no memory then. */
  readonly idleMs: number;
  /** A search that was told to stop and says nothing for this long is ended with its worker. */
  readonly stopMs: number;
}

interface OpenJob {
  readonly number: number;
  readonly watch: Watch;
  readonly answer: (result: Result<Exploration>) => void;
}

/**
 * Explorations in a worker, which is started when it is first needed. One at a time: a newer one takes the place of
 * the one before. Every one is answered, even if the worker dies.
 */
export class Explorer {
  readonly #start: () => WorkerPort;
  readonly #patience: Patience;
  #worker: WorkerPort | null = null;
  #open: OpenJob | null = null;
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(start: () => WorkerPort, patience: Patience = { idleMs: 60_000, stopMs: 2_000 }) {
    this.#start = start;
    this.#patience = patience;
  }

  explore(request: ExplorationOrder, watch: Watch): ExplorationJob {
    this.#giveWay();
    clearTimeout(this.#timer);
    const number = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<Result<Exploration>>();
    this.#open = { number, watch, answer: resolve };
    try {
      this.#worker ??= this.#begin();
      this.#worker.post({ kind: 'explore', job: number, request, pauseAtStates: watch.pauseAtStates });
    } catch (error) {
      this.#ended(`cannot be started: ${error instanceof Error ? error.message : String(error)}`);
    }
    return {
      result: promise,
      stop: () => {
        this.#stop(number);
      },
      goOn: (pauseAtStates) => {
        if (this.#open?.number === number) this.#worker?.post({ kind: 'goOn', job: number, pauseAtStates });
      },
    };
  }

  /** Ends the worker; who still waits is answered. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#answer(fail('the exploration was ended'));
    this.#endWorker();
  }

  #begin(): WorkerPort {
    const worker = this.#start();
    worker.onMessage((message) => {
      if (this.#worker === worker) this.#receive(message);
    });
    worker.onEnd((why) => {
      if (this.#worker === worker) this.#ended(`ended: ${why}`);
    });
    return worker;
  }

  #receive(message: FromWorker): void {
    const job = this.#open;
    if (message.job !== job?.number) return;
    if (message.kind === 'progress') {
      job.watch.progress(message.progress, message.isPaused);
      return;
    }
    this.#answer(message.result);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#endWorker();
    }, this.#patience.idleMs);
  }

  /** The one that runs, if any, is answered now, and its search stops as soon as it breathes. */
  #giveWay(): void {
    const job = this.#open;
    if (!job) return;
    this.#answer(fail('a newer exploration has taken the place of this one'));
    this.#worker?.post({ kind: 'stop', job: job.number });
  }

  #stop(number: number): void {
    if (this.#open?.number !== number) return;
    this.#worker?.post({ kind: 'stop', job: number });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#open?.number !== number) return;
      this.#answer(fail('the exploration was stopped'));
      this.#endWorker();
    }, this.#patience.stopMs);
  }

  #ended(why: string): void {
    clearTimeout(this.#timer);
    this.#worker = null;
    this.#answer(fail(`the worker that explores ${why}`));
  }

  #answer(result: Result<Exploration>): void {
    const job = this.#open;
    this.#open = null;
    job?.answer(result);
  }

  #endWorker(): void {
    const worker = this.#worker;
    this.#worker = null;
    worker?.terminate();
  }
}
