import { fail } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { FromWorker, WorkerPort } from './messages.ts';

/** Something that a worker was asked for. */
export interface WorkerJob<Value> {
  /** What came out; an error if it failed, or if another took its place. Never rejects. */
  readonly result: Promise<Result<Value>>;
  /** Ends it: the result is what was found by then, or an error if nothing can be said before the end. */
  readonly stop: () => void;
  /** Goes on after a pause, until this many states are known. */
  readonly goOn: (pauseAtStates: number) => void;
}

/** How one kind of jobs is done. */
export interface Manner {
  /** What such a job is called, for messages, e.g. `exploration`. */
  readonly name: string;
  /** A worker without work is ended after this, in milliseconds: it holds no memory then. */
  readonly idleMs: number;
  /**
   * A job that was told to stop and says nothing for this long, in milliseconds, is ended with its worker; null if it
   * hears nothing while it works: then it is ended at once.
   */
  readonly stopMs: number | null;
}

interface OpenJob<Progress, Value> {
  readonly number: number;
  readonly progress: (progress: Progress) => void;
  readonly answer: (result: Result<Value>) => void;
}

/**
 * Jobs in a worker, which is started when it is first needed. One at a time: a newer one takes the place of the one
 * before. Every one is answered, even if the worker dies.
 */
export class WorkerJobs<Order, Progress, Value> {
  readonly #start: () => WorkerPort<Order, Progress, Value>;
  readonly #manner: Manner;
  #worker: WorkerPort<Order, Progress, Value> | null = null;
  #open: OpenJob<Progress, Value> | null = null;
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(start: () => WorkerPort<Order, Progress, Value>, manner: Manner) {
    this.#start = start;
    this.#manner = manner;
  }

  begin(order: Order, progress: (progress: Progress) => void): WorkerJob<Value> {
    this.#giveWay();
    clearTimeout(this.#timer);
    const number = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<Result<Value>>();
    this.#open = { number, progress, answer: resolve };
    try {
      this.#worker ??= this.#begin();
      this.#worker.post({ kind: 'begin', job: number, order });
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

  /** Ends the worker; who still waits is answered. A later job starts another. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#answer(fail(`the ${this.#manner.name} was ended`));
    this.#endWorker();
  }

  #begin(): WorkerPort<Order, Progress, Value> {
    const worker = this.#start();
    worker.onMessage((message) => {
      if (this.#worker === worker) this.#receive(message);
    });
    worker.onEnd((why) => {
      if (this.#worker === worker) this.#ended(`ended: ${why}`);
    });
    return worker;
  }

  #receive(message: FromWorker<Progress, Value>): void {
    const job = this.#open;
    if (message.job !== job?.number) return;
    if (message.kind === 'progress') {
      job.progress(message.progress);
      return;
    }
    this.#answer(message.result);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#endWorker();
    }, this.#manner.idleMs);
  }

  /** The one that runs, if any, is answered now, and ends as soon as it can. */
  #giveWay(): void {
    const job = this.#open;
    if (!job) return;
    const { name, stopMs } = this.#manner;
    this.#answer(fail(`a newer ${name} has taken the place of this one`));
    if (stopMs === null) this.#endWorker();
    else this.#worker?.post({ kind: 'stop', job: job.number });
  }

  #stop(number: number): void {
    if (this.#open?.number !== number) return;
    const { stopMs } = this.#manner;
    clearTimeout(this.#timer);
    if (stopMs === null) {
      this.#endStopped();
      return;
    }
    this.#worker?.post({ kind: 'stop', job: number });
    this.#timer = setTimeout(() => {
      if (this.#open?.number === number) this.#endStopped();
    }, stopMs);
  }

  #endStopped(): void {
    this.#answer(fail(`the ${this.#manner.name} was stopped`));
    this.#endWorker();
  }

  #ended(why: string): void {
    clearTimeout(this.#timer);
    this.#worker = null;
    this.#answer(fail(`the worker of the ${this.#manner.name} ${why}`));
  }

  #answer(result: Result<Value>): void {
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
