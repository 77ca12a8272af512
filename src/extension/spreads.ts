import type { SimulationRequest } from '../analysis/simulate.ts';
import type { Simulation } from '../analysis/simulation.ts';
import { spreadOf } from '../analysis/spread.ts';
import type { CycleTimes, Spread } from '../analysis/spread.ts';
import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Environment } from './env/environment.ts';
import { keyOf, remembered } from './runs.ts';

/** A spread is made of several runs, each with the next seed and short enough to hold nobody up. */
const RUNS = 8;
const INTERRUPTS = 500;

const KEPT_SPREADS = 8;

/** How the times of some thousands of interrupts are spread; each asked for once, then answered from memory. */
export class Spreads {
  readonly #engine: Pick<Environment, 'measureTimes'>;
  readonly #known = new Map<string, Promise<Result<Spread>>>();

  constructor(engine: Pick<Environment, 'measureTimes'>) {
    this.#engine = engine;
  }

  /** That of the same path with the same settings, facts and bugs as a run, from its seed on. */
  of(simulation: Simulation): Promise<Result<Spread>> {
    const { path, settings, facts, bugs, profile, workload, seed } = simulation;
    const request = { path, settings, facts, bugs, profile, workload, seed };
    return remembered(this.#known, keyOf(request), KEPT_SPREADS, () => this.#measure(request));
  }

  async #measure(request: SimulationRequest & { readonly seed: number }): Promise<Result<Spread>> {
    const times: CycleTimes[] = [];
    for (let i = 0; i < RUNS; i++) {
      const seed = (request.seed + i) >>> 0;
      const run = await this.#engine.measureTimes({ ...request, interrupts: INTERRUPTS, seed });
      if (!run.ok) return run;
      times.push(...run.value);
    }
    return ok(spreadOf(times));
  }
}
