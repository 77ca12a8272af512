import type { SimulationRequest } from '../analysis/simulate.ts';
import type { Measurement, Simulation } from '../analysis/simulation.ts';
import { withNamesOf } from '../analysis/names-in-release.ts';
import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Environment } from './env/environment.ts';

/** What is kept of a run that is only compared with others. */
export type Measured = Pick<Measurement, 'path' | 'profile' | 'end' | 'summary'>;

/** How runs are made that are only compared: without jitter, whose noise would pass for a difference. */
const MEASUREMENT = { interrupts: 50, settings: { jitterPercent: 0, wakeJitterPercent: 0 } } as const;

const KEPT_RUNS = 8;
const KEPT_SUMMARIES = 500;

/**
 * Runs, each made once: what is asked for again with the same path, settings, facts, bugs and seed is answered from
 * memory. All of the editor asks here, so that lens, hover and panel show the same numbers.
 */
export class Runs {
  readonly #engine: Pick<Environment, 'simulate' | 'measure'>;
  readonly #runs = new Map<string, Promise<Result<Simulation>>>();
  readonly #summaries = new Map<string, Promise<Result<Measured>>>();

  constructor(engine: Pick<Environment, 'simulate' | 'measure'>) {
    this.#engine = engine;
  }

  /** The run with its rows. */
  run(request: SimulationRequest): Promise<Result<Simulation>> {
    const key = keyOf(request);
    return remembered(this.#runs, key, KEPT_RUNS, async () => {
      const run = await this.#engine.simulate(request);
      if (!run.ok) return run;
      return ok({ ...run.value, steps: withNamesOf(run.value.steps, request.facts.host.qemu) });
    });
  }

  /**
   * What a short run without jitter measures: `irqpath simulate --irqs 50 --set jitterPercent=0 --set wakeJitterPercent=0`.
   * Two of them differ only if the paths do.
   */
  measure(request: SimulationRequest): Promise<Result<Measured>> {
    const short = {
      ...request,
      interrupts: MEASUREMENT.interrupts,
      settings: { ...request.settings, ...MEASUREMENT.settings },
    };
    return remembered(this.#summaries, keyOf(request), KEPT_SUMMARIES, () => this.#engine.measure(short));
  }
}

/** Equal for requests that ask for the same run. */
export function keyOf(request: SimulationRequest): string {
  const { path, settings = {}, facts, bugs = {}, profile, workload, interrupts, seed } = request;
  const sorted = (record: object): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([path, sorted(settings), facts, sorted(bugs), profile, workload, interrupts, seed]);
}

/** The value under a key, made if it is missing; of too many the one that was longest not asked for goes. */
export function remembered<T>(map: Map<string, T>, key: string, limit: number, make: () => T): T {
  const known = map.get(key);
  const value = known ?? make();
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > limit && oldest !== undefined) map.delete(oldest);
  return value;
}
