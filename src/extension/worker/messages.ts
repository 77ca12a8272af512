import type { Exploration } from '../../analysis/exploration.ts';
import type { ExplorationRequest } from '../../analysis/explore-path.ts';
import type { SimulationRequest } from '../../analysis/simulate.ts';
import type { SimulationProgress } from '../../analysis/simulation.ts';
import type { Result } from '../../base/result.ts';
import type { ExploreProgress } from '../../engine/explore.ts';
import type { PackedSimulation } from './packed-simulation.ts';

/** To a worker. Jobs are numbered by the sender. */
export type ToWorker<Order> =
  | { readonly kind: 'begin'; readonly job: number; readonly order: Order }
  /** Goes on after a pause, to the next one. */
  | { readonly kind: 'goOn'; readonly job: number; readonly pauseAtStates: number }
  /** Ends the job: it is done with what was found by then. */
  | { readonly kind: 'stop'; readonly job: number };

/** From a worker. Every `begin` is answered by one `done`. */
export type FromWorker<Progress, Value> =
  | { readonly kind: 'progress'; readonly job: number; readonly progress: Progress }
  | { readonly kind: 'done'; readonly job: number; readonly result: Result<Value> };

/** The end of the line to a worker. */
export interface WorkerPort<Order, Progress, Value> {
  readonly post: (message: ToWorker<Order>) => void;
  readonly onMessage: (listener: (message: FromWorker<Progress, Value>) => void) => void;
  /** Is told, in words, when the worker ends without having been told to. */
  readonly onEnd: (listener: (why: string) => void) => void;
  /** Ends the worker at once, whatever it does. */
  readonly terminate: () => void;
}

/** What an exploration in a worker can be asked for: all but the function that says to stop, which cannot travel. */
export type ExplorationOrder = Omit<ExplorationRequest, 'stop'>;

/** The beginning of an exploration. */
export interface ExplorationStart {
  readonly request: ExplorationOrder;
  /** Pauses, with all that it knows, when this many states are known and not all have been looked at. */
  readonly pauseAtStates: number;
}

/** How an exploration stands. */
export interface ExplorationStand extends ExploreProgress {
  /** Whether it waits for `goOn` or `stop`. */
  readonly isPaused: boolean;
}

/** A worker that explores. */
export type ExplorerPort = WorkerPort<ExplorationStart, ExplorationStand, Exploration>;

/** A worker that simulates. It does not listen while it does: who does not want the result ends it. */
export type SimulatorPort = WorkerPort<SimulationRequest, SimulationProgress, PackedSimulation>;

/** What a worker is started for. */
export type WorkerTask = 'explore' | 'simulate';
