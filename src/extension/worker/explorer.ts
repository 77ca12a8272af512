import type { Exploration } from '../../analysis/exploration.ts';
import type { ExplorationOrder, ExplorationStand, ExplorationStart, ExplorerPort } from './messages.ts';
import { WorkerJobs } from './worker-jobs.ts';
import type { Manner, WorkerJob } from './worker-jobs.ts';

/** How an exploration is watched. */
export interface Watch {
  /** Pauses when this many states are known. */
  readonly pauseAtStates: number;
  readonly progress: (stand: ExplorationStand) => void;
}

const MANNER: Manner = { name: 'exploration', idleMs: 60_000, stopMs: 2_000 };

/** Explorations in a worker, one at a time. */
export class Explorer {
  readonly #jobs: WorkerJobs<ExplorationStart, ExplorationStand, Exploration>;

  constructor(start: () => ExplorerPort, patience: Partial<Omit<Manner, 'name'>> = {}) {
    this.#jobs = new WorkerJobs(start, { ...MANNER, ...patience });
  }

  explore(request: ExplorationOrder, { pauseAtStates, progress }: Watch): WorkerJob<Exploration> {
    return this.#jobs.begin({ request, pauseAtStates }, progress);
  }

  /** Ends the worker; who still waits is answered. A later exploration starts another. */
  dispose(): void {
    this.#jobs.dispose();
  }
}
