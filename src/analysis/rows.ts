import { effectiveTrust } from '../costs/profile.ts';
import type { CostProfile } from '../costs/profile.ts';
import type { CompiledProcess } from '../engine/compile.ts';
import { replay } from '../engine/replay.ts';
import type { ReplayedStep } from '../engine/replay.ts';
import type { RunLog } from '../engine/run-log.ts';
import { sampledCost } from '../engine/step-costs.ts';
import type { Costs, TimedRunOptions } from '../engine/run-options.ts';
import type { Wiring } from '../paths/wiring.ts';
import type { Cycle } from './cycles.ts';
import { shownStep } from './shown-step.ts';
import type { StepRow } from './simulation.ts';

/** What is needed to turn a log into rows. */
export interface RowSource {
  readonly wiring: Wiring;
  readonly log: RunLog;
  readonly profile: CostProfile;
  readonly costs: Costs;
  readonly options: Pick<TimedRunOptions, 'jitter' | 'seed'>;
  readonly cycles: readonly Cycle[];
}

function stepRow(source: RowSource, replayed: ReplayedStep, cycle: Cycle | undefined): StepRow {
  const { wiring, profile, costs, options } = source;
  const { step, index, timeNs, taken } = replayed;
  const process = wiring.model.processes[step.process] as CompiledProcess;
  const { cost } = step.step;
  const parameter = cost === undefined ? undefined : profile.parameters[cost];
  return {
    ...shownStep(wiring.model, replayed),
    timeNs,
    interrupt: cycle?.interrupt ?? -1,
    inCycle: cycle !== undefined && index < cycle.endStep,
    costNs: cost === undefined ? 0 : sampledCost(costs[cost] ?? 0, process, taken, options),
    cost: cost ?? null,
    costTrust: parameter === undefined ? null : effectiveTrust(parameter, profile),
  };
}

/**
 * Rows for people, by replay: of the whole run, or of the cycles of the interrupts asked for only. The step that
 * ends the environment is the model's own and is left out.
 */
export function readRows(source: RowSource, wanted: 'all' | readonly number[]): StepRow[] {
  if (wanted === 'all') return readStretch(source, 0, source.log.length, -1);
  return wanted
    .toSorted((a, b) => a - b)
    .flatMap((interrupt) => {
      const { firstStep, endStep } = source.cycles[interrupt] as Cycle;
      // Whoever was woken by the cycle before is known only if that one is looked at too.
      const from = source.cycles[interrupt - 1]?.firstStep ?? 0;
      return readStretch(source, from, endStep, interrupt - 1).filter(({ index }) => index >= firstStep);
    });
}

function readStretch(source: RowSource, from: number, to: number, firstCycle: number): StepRow[] {
  const rows: StepRow[] = [];
  let current = Math.max(-1, firstCycle - 1);
  replay(source.wiring.model, source.log, { from, to }, (step) => {
    if (step.index === source.cycles[current + 1]?.firstStep) current++;
    if (step.step.step.environment !== 'stop') rows.push(stepRow(source, step, source.cycles[current]));
  });
  return rows;
}
