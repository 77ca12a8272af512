import { distribution } from '../base/distribution.ts';
import type { Steps } from '../base/steps.ts';
import type { CostProfile } from '../costs/profile.ts';
import { effectiveTrust } from '../costs/profile.ts';
import type { Model } from '../engine/compile.ts';
import type { Costs } from '../engine/run-options.ts';
import type { TimedRun } from '../engine/timed-run.ts';
import type { CycleScan } from './cycles.ts';
import { summarizeRequests } from './requests.ts';
import { isCountedExit } from './shapes.ts';
import type { Summary } from './simulation.ts';

/** Nanoseconds spent in steps, by home, altogether, and on costs of trust M or A. */
type StepTimes = Record<'hardware' | 'guest' | 'kernel' | 'qemu' | 'process' | 'total' | 'assumed', number>;

/** Time spent in steps, by where they happen, and how much of it rests on costs that nobody published. */
function stepTimes(model: Model, executed: ArrayLike<number>, costs: Costs, profile: CostProfile): StepTimes {
  const times: StepTimes = { hardware: 0, guest: 0, kernel: 0, qemu: 0, process: 0, total: 0, assumed: 0 };
  for (const { id, step, procedure } of model.steps) {
    const parameter = step.cost === undefined ? undefined : profile.parameters[step.cost];
    // What has no parameter in the profile is the path's own: a period, a timeout. Nobody works meanwhile.
    if (parameter === undefined || step.cost === undefined) continue;
    const spent = (executed[id] as number) * (costs[step.cost] ?? 0);
    times[procedure.party.home] += spent;
    times.total += spent;
    const trust = effectiveTrust(parameter, profile);
    if (trust === 'M' || trust === 'A') times.assumed += spent;
  }
  return times;
}

/** Averages of a run over its interrupts. CPU time is that of the steps' costs before jitter. */
export function* summarize(
  model: Model,
  run: TimedRun,
  { cycles, interrupts, marks, executed }: CycleScan,
  costs: Costs,
  profile: CostProfile,
): Steps<Summary> {
  const count = Math.max(1, interrupts);
  const total = (mark: string): number => (marks.get(mark) ?? 0) / count;
  const reasons = [...marks.keys()].filter(isCountedExit).sort();
  const served = cycles.filter(({ readyNs }) => readyNs !== null);
  const firstNs = cycles[0]?.assertNs ?? 0;
  const lastNs = served.at(-1)?.readyNs ?? run.endNs;
  const times = stepTimes(model, executed ?? run.executed, costs, profile);
  const requests = yield* summarizeRequests(model, run.log);
  const switches = run.contextSwitches * (costs.contextSwitch ?? 0);
  return {
    latencyNs: distribution(
      cycles.flatMap(({ assertNs, enterNs }) => (enterNs === null ? [] : [enterNs - assertNs])),
    ),
    completionNs: distribution(served.map(({ assertNs, readyNs }) => (readyNs ?? 0) - assertNs)),
    exitsPerInterrupt: reasons.reduce((sum, reason) => sum + (marks.get(reason) ?? 0), 0) / count,
    userspaceExitsPerInterrupt: total('userspace-exit'),
    exitReasons: Object.fromEntries(reasons.map((reason) => [reason.slice('exit:'.length), total(reason)])),
    haltWakeupsPerInterrupt: total('halt-wakeup'),
    physicalIrqsPerInterrupt: total('physical-irq'),
    guestIrqsPerInterrupt: total('guest-irq'),
    spuriousPerInterrupt: total('spurious'),
    contextSwitchesPerInterrupt: run.contextSwitches / count,
    regionUnmapsPerInterrupt: total('fast-path-off'),
    regionMapsPerInterrupt: total('fast-path-on'),
    cpuNsPerInterrupt: {
      guest: times.guest / count,
      kernel: (times.kernel + switches) / count,
      qemu: times.qemu / count,
      ...(times.process > 0 ? { process: times.process / count } : {}),
    },
    throughputPerSecond: lastNs > firstNs ? (served.length / (lastNs - firstNs)) * 1e9 : 0,
    assumedShare: times.total === 0 ? 0 : times.assumed / times.total,
    ...(requests === null ? {} : { requests }),
  };
}
