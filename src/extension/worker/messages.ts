import type { Exploration } from '../../analysis/exploration.ts';
import type { ExplorationRequest } from '../../analysis/explore-path.ts';
import type { Result } from '../../base/result.ts';
import type { ExploreProgress } from '../../engine/explore.ts';

/** What an exploration in a worker can be asked for: all but the function that says to stop, which cannot travel. */
export type ExplorationOrder = Omit<ExplorationRequest, 'stop'>;

/** To the worker. Jobs are numbered by the sender. */
export type ToWorker =
  | {
      readonly kind: 'explore';
      readonly job: number;
      readonly request: ExplorationOrder;
      /** Pauses, with all that it knows, when this many states are known and not all have been looked at. */
      readonly pauseAtStates: number;
    }
  /** Goes on after a pause, to the next one. */
  | { readonly kind: 'goOn'; readonly job: number; readonly pauseAtStates: number }
  /** Ends the job: it is done with what was found by then. */
  | { readonly kind: 'stop'; readonly job: number };

/** From the worker. Every `explore` is answered by one `done`. */
export type FromWorker =
  | {
      readonly kind: 'progress';
      readonly job: number;
      readonly progress: ExploreProgress;
      /** Whether it waits for `goOn` or `stop`. */
      readonly isPaused: boolean;
    }
  | { readonly kind: 'done'; readonly job: number; readonly result: Result<Exploration> };

/** The end of the line to a worker. */
export interface WorkerPort {
  readonly post: (message: ToWorker) => void;
  readonly onMessage: (listener: (message: FromWorker) => void) => void;
  /** Is told, in words, when the worker ends without having been told to. */
  readonly onEnd: (listener: (why: string) => void) => void;
  /** Ends the worker at once, whatever it does. */
  readonly terminate: () => void;
}
