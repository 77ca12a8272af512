import { nearestOrAll } from '../base/nearest-name.ts';
import { runToEnd } from '../base/steps.ts';
import type { Steps } from '../base/steps.ts';
import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ALL_PROFILES, defaultProfile, findProfile } from '../costs/all-profiles.ts';
import { profileCosts } from '../costs/profile.ts';
import type { CostProfile } from '../costs/profile.ts';
import { timedRunBySteps } from '../engine/timed-run.ts';
import type { RunLog } from '../engine/run-log.ts';
import type { Costs } from '../engine/run-options.ts';
import type { Facts } from '../facts/facts.ts';
import { readPath } from '../paths/all-paths.ts';
import { activeBugs } from '../paths/bugs.ts';
import type { BugOverrides } from '../paths/bugs.ts';
import type { NumberSetting, PathModule, PathSettings } from '../paths/path.ts';
import { readWholeNumber } from '../paths/read-settings.ts';
import type { Wiring } from '../paths/wiring.ts';
import { scanCycles } from './cycles.ts';
import type { Cycle } from './cycles.ts';
import { legWords } from './leg-words.ts';
import { readRows } from './rows.ts';
import type { RowSource } from './rows.ts';
import { describeShapes, firstCycles } from './shapes.ts';
import type { Measurement, Simulation, SimulationProgress } from './simulation.ts';
import { cycleTimes, MOST_SHAPES } from './spread.ts';
import type { CycleTimes } from './spread.ts';
import { summarize } from './summary.ts';
import { findWorkload, WORKLOADS } from './workloads.ts';

/** What to run. Everything but the path and the facts has a default. */
export interface SimulationRequest {
  readonly path: string;
  /** Settings of the path, cost parameters (in nanoseconds) and run settings, by name. */
  readonly settings?: PathSettings;
  readonly facts: Facts;
  /** Known bugs to switch on or off; the rest follow the versions in the facts. */
  readonly bugs?: BugOverrides;
  readonly profile?: string;
  readonly workload?: string;
  /** Events of each line of the device. */
  readonly interrupts?: number;
  readonly seed?: number;
}

/** Longest run: about twenty million steps, a few seconds. */
const MAX_INTERRUPTS = 200_000;
/** A cycle of any path takes far fewer; a run that needs more is a storm. */
const MAX_STEPS_PER_INTERRUPT = 2000;
/** How a run is made, whatever the path. */
const RUN_SETTINGS: readonly NumberSetting[] = [
  {
    name: 'jitterPercent',
    kind: 'number',
    unit: '%',
    default: 10,
    minimum: 0,
    maximum: 100,
    description: 'how far the cost of a step varies up and down (assumed)',
  },
  {
    name: 'wakeJitterPercent',
    kind: 'number',
    unit: '%',
    default: 80,
    minimum: 0,
    maximum: 100,
    description: 'how far the time to wake a thread varies up and down (assumed)',
  },
];
/** A thousand seconds: longer than anything that a cost can mean. */
const MAX_COST_NS = 1e12;

/** A request whose parts were found and checked. */
interface Prepared {
  readonly module: PathModule;
  readonly wiring: Wiring;
  readonly bugs: ReadonlySet<string>;
  readonly profile: CostProfile;
  readonly workload: string;
  readonly costs: Costs;
  readonly jitter: number;
  readonly wakeJitter: number;
  readonly settings: PathSettings;
  readonly interrupts: number;
  readonly seed: number;
}

/** Finds and checks what a request names; the error says what was expected. */
function prepare(request: SimulationRequest): Result<Prepared> {
  const found = readPath(request.path);
  if (!found.ok) return found;
  const module = found.value;
  const named = request.profile === undefined ? undefined : findProfile(request.profile);
  if (request.profile !== undefined && !named) {
    const names = ALL_PROFILES.map(({ name }) => name);
    return fail(`no profile "${request.profile}"; ${nearestOrAll(request.profile, names, 'known:')}`);
  }
  const workloadName = request.workload ?? 'periodic';
  const workload = findWorkload(workloadName);
  if (!workload) {
    const names = WORKLOADS.map(({ name }) => name);
    return fail(`no workload "${workloadName}"; ${nearestOrAll(workloadName, names, 'known:')}`);
  }
  const foreignSetting = Object.keys(workload.settings).find(
    (name) => !module.settings.some((setting) => setting.name === name),
  );
  if (foreignSetting !== undefined) {
    return fail(`workload ${workload.name} is not for ${module.info.id}, which has no ${foreignSetting}`);
  }
  const interrupts = readWholeNumber(
    { name: 'irqs', unit: '', minimum: 1, maximum: MAX_INTERRUPTS },
    request.interrupts ?? 100,
  );
  if (!interrupts.ok) return interrupts;
  const seed = readWholeNumber(
    { name: 'seed', unit: '', minimum: 0, maximum: 0xffff_ffff },
    request.seed ?? 1,
  );
  if (!seed.ok) return seed;

  const givenCosts: Record<string, number> = {};
  const otherSettings = new Map(Object.entries(workload.settings));
  const runSettings = new Map(RUN_SETTINGS.map((setting) => [setting.name, setting.default]));
  for (const [name, value] of Object.entries(request.settings ?? {})) {
    const declared = RUN_SETTINGS.find((setting) => setting.name === name);
    if (!declared && !ALL_PROFILES.some(({ parameters }) => Object.hasOwn(parameters, name))) {
      otherSettings.set(name, value);
      continue;
    }
    const number = readWholeNumber(declared ?? { name, unit: 'ns', minimum: 0, maximum: MAX_COST_NS }, value);
    if (!number.ok) return number;
    if (declared) runSettings.set(name, number.value);
    else givenCosts[name] = number.value;
  }
  const pathSettings: PathSettings = Object.fromEntries(otherSettings);
  const bugs = activeBugs(module.info.bugs, request.facts, request.bugs ?? {});
  if (!bugs.ok) return bugs;
  const wiring = module.wire(pathSettings, request.facts, bugs.value);
  if (!wiring.ok) return wiring;
  const { architecture } = wiring.value;
  const profile = named ?? defaultProfile(architecture, request.facts.host);
  if (profile.architecture !== architecture) {
    return fail(
      `profile ${profile.name} is for ${profile.architecture}, the machine of this path is ${architecture}`,
    );
  }
  const foreign = Object.keys(givenCosts).find((name) => !Object.hasOwn(profile.parameters, name));
  if (foreign !== undefined) {
    return fail(
      `${foreign}: profile ${profile.name} has no such cost; no step of an ${architecture} machine pays it`,
    );
  }
  if (pathSettings.surroundings === 'real') {
    return fail('surroundings=real is for traces and exploration: nobody knows how often such things happen');
  }
  return ok({
    module,
    wiring: wiring.value,
    bugs: bugs.value,
    profile,
    workload: workload.name,
    costs: { ...profileCosts(profile), ...givenCosts, ...wiring.value.costs },
    jitter: (runSettings.get('jitterPercent') ?? 0) / 100,
    wakeJitter: (runSettings.get('wakeJitterPercent') ?? 0) / 100,
    settings: { ...pathSettings, ...request.settings },
    interrupts: interrupts.value,
    seed: seed.value,
  });
}

/** A run, cut into cycles, and what it measured. */
interface MeasuredRun {
  readonly prepared: Prepared;
  readonly log: RunLog;
  readonly cycles: readonly Cycle[];
  readonly measurement: Measurement;
}

/** Is told how a run stands, a few times a second at least. */
export type WatchSimulation = (progress: SimulationProgress) => void;

function* runAndMeasure(request: SimulationRequest, watch?: WatchSimulation): Steps<Result<MeasuredRun>> {
  const prepared = prepare(request);
  if (!prepared.ok) return prepared;
  yield;
  const { module, bugs, workload, settings, wiring, costs, profile, jitter, wakeJitter, seed, interrupts } =
    prepared.value;
  const arrivals = interrupts * wiring.sources.length;
  const report = (phase: SimulationProgress['phase']) =>
    watch &&
    ((done: number): void => {
      watch({ phase, interrupts: done, of: arrivals });
    });
  const options = {
    costs,
    jitter,
    wakeJitter,
    seed,
    arrivals,
    maxSteps: arrivals * MAX_STEPS_PER_INTERRUPT,
    log: true,
  };
  const run = yield* timedRunBySteps(wiring.model, options, report('run'));
  const scan = yield* scanCycles(wiring, run.log, report('measure'));
  const measurement = {
    path: module.info.id,
    profile: profile.name,
    workload,
    seed,
    interrupts: scan.interrupts,
    settings,
    facts: request.facts,
    bugs: Object.fromEntries(module.info.bugs.map(({ name }) => [name, bugs.has(name)])),
    end: run.end,
    summary: yield* summarize(wiring.model, run, scan, costs, profile),
  };
  return ok({ prepared: prepared.value, log: run.log, cycles: scan.cycles, measurement });
}

/**
 * Runs a path in time and says what came out, with the rows of every step (`all`) or of the first cycle of each
 * shape. An error is a sentence about the request; a storm that does not end is no error: the run is cut off and
 * says so.
 */
export function simulate(
  request: SimulationRequest,
  steps: 'all' | 'shapes' = 'shapes',
  watch?: WatchSimulation,
): Result<Simulation> {
  return runToEnd(simulateBySteps(request, steps, watch));
}

/** The same, a few milliseconds at a time. */
export function* simulateBySteps(
  request: SimulationRequest,
  steps: 'all' | 'shapes' = 'shapes',
  watch?: WatchSimulation,
): Steps<Result<Simulation>> {
  const measured = yield* runAndMeasure(request, watch);
  if (!measured.ok) return measured;
  const { cycles, measurement } = measured.value;
  const rows = readRows(
    rowSource(measured.value),
    steps === 'all' ? steps : firstCycles(cycles).map(({ interrupt }) => interrupt),
  );
  return ok({
    ...measurement,
    shapes: describeShapes(cycles, rows, legWords(measurement.path).unit),
    steps: rows,
  });
}

/** The same run without its shapes and rows, for those who only compare numbers. */
export function measure(request: SimulationRequest): Result<Measurement> {
  return runToEnd(measureBySteps(request));
}

/** The same, a few milliseconds at a time. */
export function* measureBySteps(request: SimulationRequest): Steps<Result<Measurement>> {
  const measured = yield* runAndMeasure(request);
  return measured.ok ? ok(measured.value.measurement) : measured;
}

/** The same run, for those who ask how its times are spread: those of every cycle. */
export function measureTimes(request: SimulationRequest): Result<CycleTimes[]> {
  return runToEnd(measureTimesBySteps(request));
}

/** The same, a few milliseconds at a time. */
export function* measureTimesBySteps(request: SimulationRequest): Steps<Result<CycleTimes[]>> {
  const measured = yield* runAndMeasure(request);
  if (!measured.ok) return measured;
  const { cycles, measurement } = measured.value;
  const frequent = firstCycles(cycles).slice(0, MOST_SHAPES);
  const rows = readRows(
    rowSource(measured.value),
    frequent.map(({ interrupt }) => interrupt),
  );
  return ok(cycleTimes(cycles, rows, legWords(measurement.path).unit));
}

function rowSource({ prepared, log, cycles }: MeasuredRun): RowSource {
  const { wiring, costs, profile, jitter, seed } = prepared;
  return { wiring, log, profile, costs, options: { jitter, seed }, cycles };
}
