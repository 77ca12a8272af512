import type { SimulationRequest } from '../../analysis/simulate.ts';
import type { Measurement, Simulation } from '../../analysis/simulation.ts';
import type { CycleTimes } from '../../analysis/spread.ts';
import type { Result } from '../../base/result.ts';
import type { ExplorerPort, SimulatorPort } from '../worker/messages.ts';

/** What differs between the hosts that the extension runs in. */
export interface Environment {
  readonly kind: 'node' | 'browser';
  /**
   * Runs a simulation in the host's own thread, in slices, after what the host has to do first: for those that take some
   * milliseconds. One after the other.
   */
  simulate(request: SimulationRequest): Promise<Result<Simulation>>;
  /** The same without shapes and rows, for those who only show numbers. */
  measure(request: SimulationRequest): Promise<Result<Measurement>>;
  /** Starts what explores besides the host's own work; `script` is the path of `dist/worker.js`. */
  startExplorer(script: string): ExplorerPort;
  /** Starts what runs long simulations; null where there is no other thread to run them in. */
  readonly startSimulator: ((script: string) => SimulatorPort) | null;
  /** The same, for those who ask how its times are spread. */
  measureTimes(request: SimulationRequest): Promise<Result<CycleTimes[]>>;
  /**
   * What a program prints with these arguments; the error says in words why there is nothing. Null where no program
   * can be run. Only what the user asked for may be run, and only in a trusted workspace.
   */
  readonly runProgram:
    ((program: string, args: readonly string[], signal: AbortSignal) => Promise<Result<string>>) | null;
}
