import { WITHOUT_JITTER } from '../analysis/cost-text.ts';
import type { SimulationRequest } from '../analysis/simulate.ts';
import type { Measurement, Simulation, SimulationProgress } from '../analysis/simulation.ts';
import { simulationWithNames } from '../analysis/names-in-release.ts';
import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { CodePlace } from '../catalog/code-places.ts';
import { functionsOf } from './c-sources/function-steps.ts';
import type { Environment } from './env/environment.ts';
import type { SimulationJob, Simulator } from './worker/simulator.ts';

/** What is kept of a run that is only compared with others. */
export type Measured = Pick<Measurement, 'path' | 'profile' | 'end' | 'summary'>;

/** In these a path has been to all functions that it comes to in a hundred, which a test holds against each other. */
const ENOUGH_FOR_FUNCTIONS = 5;

const KEPT_RUNS = 8;
const KEPT_SUMMARIES = 500;

/** Runs of so many interrupts take tenths of a second, and go to a thread of their own. */
const LONG_RUN = 1_000;

/** The long run that is under way. */
interface LongRun {
  readonly key: string;
  readonly job: SimulationJob;
  /** Who asked last is told. */
  progress: (progress: SimulationProgress) => void;
}

/**
 * Runs, each made once: what is asked for again with the same path, settings, facts, bugs and seed is answered from
 * memory. All of the editor asks here, so that lens, hover and panel show the same numbers.
 */
export class Runs {
  readonly #engine: Pick<Environment, 'simulate' | 'measure'>;
  readonly #simulator: Pick<Simulator, 'simulate'> | null;
  readonly #runs = new Map<string, Promise<Result<Simulation>>>();
  readonly #summaries = new Map<string, Promise<Result<Measured>>>();
  #long: LongRun | null = null;
  readonly #functions = new Map<string, Promise<Result<readonly CodePlace[]>>>();

  /** Without a simulator, long runs are made like short ones. */
  constructor(
    engine: Pick<Environment, 'simulate' | 'measure'>,
    simulator: Pick<Simulator, 'simulate'> | null = null,
  ) {
    this.#engine = engine;
    this.#simulator = simulator;
  }

  /** The functions that are steps of a run, found in one of its first interrupts; for `run` to tell which steps. */
  functions(request: SimulationRequest): Promise<Result<readonly CodePlace[]>> {
    const short = { ...request, interrupts: ENOUGH_FOR_FUNCTIONS };
    return remembered(this.#functions, keyOf(request), KEPT_SUMMARIES, async () => {
      const run = await this.#engine.simulate(short);
      return run.ok ? ok(functionsOf(run.value.steps)) : run;
    });
  }

  /**
   * The run with its rows. It takes the place of a long one that is under way, whose result is then an error; how it
   * stands itself is told to `progress`, if it is long.
   */
  run(
    request: SimulationRequest,
    progress: (progress: SimulationProgress) => void = () => undefined,
  ): Promise<Result<Simulation>> {
    const key = keyOf(request);
    if (this.#long?.key === key) this.#long.progress = progress;
    else this.cancel();
    return remembered(this.#runs, key, KEPT_RUNS, () =>
      this.#simulator !== null && (request.interrupts ?? 0) >= LONG_RUN
        ? this.#runLong(this.#simulator, key, request, progress)
        : this.#runShort(request),
    );
  }

  /** The same of a run that is not long, for those who stand beside the panel: a long one that is under way goes on. */
  runBeside(request: SimulationRequest): Promise<Result<Simulation>> {
    return remembered(this.#runs, keyOf(request), KEPT_RUNS, () => this.#runShort(request));
  }

  /** Ends the long run that is under way, if there is one: its result is an error, and nothing is remembered of it. */
  cancel(): void {
    const long = this.#long;
    if (!long) return;
    this.#long = null;
    this.#runs.delete(long.key);
    long.job.stop();
  }

  /**
   * What a run without jitter measures, as `irqpath simulate` says it in its first lines. Two of them differ only if
   * the paths do.
   */
  measure(request: SimulationRequest): Promise<Result<Measured>> {
    const quiet = { ...request, settings: { ...request.settings, ...WITHOUT_JITTER } };
    return remembered(this.#summaries, keyOf(request), KEPT_SUMMARIES, () => this.#engine.measure(quiet));
  }

  async #runShort(request: SimulationRequest): Promise<Result<Simulation>> {
    const run = await this.#engine.simulate(request);
    return run.ok ? ok(simulationWithNames(run.value)) : run;
  }

  async #runLong(
    simulator: Pick<Simulator, 'simulate'>,
    key: string,
    request: SimulationRequest,
    progress: LongRun['progress'],
  ): Promise<Result<Simulation>> {
    const long: LongRun = {
      key,
      job: simulator.simulate(request, (stand) => {
        long.progress(stand);
      }),
      progress,
    };
    this.#long = long;
    const run = await long.job.result;
    if (this.#long === long) {
      this.#long = null;
      // Its worker may have died: another one may live.
      if (!run.ok) this.#runs.delete(key);
    }
    return run;
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
