import type { SimulationRequest } from '../../analysis/simulate.ts';
import type { Simulation, SimulationProgress } from '../../analysis/simulation.ts';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { SimulatorPort } from './messages.ts';
import { unpackSimulation } from './packed-simulation.ts';
import type { PackedSimulation } from './packed-simulation.ts';
import { WorkerJobs } from './worker-jobs.ts';
import type { Manner } from './worker-jobs.ts';

/** A simulation that was asked for. */
export interface SimulationJob {
  /** What came out, under the names of the release; an error if it failed, or if another took its place. Never rejects. */
  readonly result: Promise<Result<Simulation>>;
  /** Ends it and its worker at once: the result is an error. */
  readonly stop: () => void;
}

const MANNER: Manner = { name: 'simulation', idleMs: 60_000, stopMs: null };

/** Long simulations in a worker, one at a time. */
export class Simulator {
  readonly #jobs: WorkerJobs<SimulationRequest, SimulationProgress, PackedSimulation>;

  constructor(start: () => SimulatorPort, patience: Partial<Pick<Manner, 'idleMs'>> = {}) {
    this.#jobs = new WorkerJobs(start, { ...MANNER, ...patience });
  }

  simulate(request: SimulationRequest, progress: (progress: SimulationProgress) => void): SimulationJob {
    const { result, stop } = this.#jobs.begin(request, progress);
    return { result: unpacked(result), stop };
  }

  /** Ends the worker; who still waits is answered. A later simulation starts another. */
  dispose(): void {
    this.#jobs.dispose();
  }
}

async function unpacked(result: Promise<Result<PackedSimulation>>): Promise<Result<Simulation>> {
  const packed = await result;
  return packed.ok ? ok(unpackSimulation(packed.value)) : packed;
}
