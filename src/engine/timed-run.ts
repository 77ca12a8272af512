import { runToEnd, type Steps } from '../base/steps.ts';
import type { Model } from './compile.ts';
import type { TimedRunOptions } from './run-options.ts';
import type { RunLog } from './run-log.ts';
import { Scheduler } from './scheduler.ts';
import type { State } from './state.ts';

/** What a timed run leaves behind. */
export interface TimedRun {
  /** `quiet`: nothing more can happen. `step-limit`: the run was cut off. */
  readonly end: 'quiet' | 'step-limit';
  readonly endNs: number;
  readonly steps: number;
  /** How often each step (by id) happened. */
  readonly executed: Uint32Array;
  readonly contextSwitches: number;
  /** Empty if no log was asked for. */
  readonly log: RunLog;
  readonly state: State;
}

/** Steps between two reports of progress: about a hundredth of a second. */
const STEPS_BETWEEN_REPORTS = 50_000;
const STEPS_AT_A_TIME = 500;

/**
 * Runs a model in time: every process has at most one deadline, the earliest comes next. Deterministic: the same
 * model, costs and seed give the same run. `progress` is told of the arrivals so far while a long one is under way.
 */
export function runTimed(
  model: Model,
  options: TimedRunOptions,
  progress?: (arrivals: number) => void,
): TimedRun {
  return runToEnd(timedRunBySteps(model, options, progress));
}

/** The same, some hundred steps of the model at a time. */
export function* timedRunBySteps(
  model: Model,
  options: TimedRunOptions,
  progress?: (arrivals: number) => void,
): Steps<TimedRun> {
  const { maxSteps } = options;
  const scheduler = new Scheduler(model, options);
  scheduler.start();
  for (let until = 0; scheduler.steps === until && until < maxSteps;) {
    if (until > 0) yield;
    if (until > 0 && until % STEPS_BETWEEN_REPORTS === 0) progress?.(scheduler.arrivals);
    until = Math.min(until + STEPS_AT_A_TIME, maxSteps);
    scheduler.run(until);
  }
  return {
    end: scheduler.steps < maxSteps ? 'quiet' : 'step-limit',
    endNs: scheduler.nowNs,
    steps: scheduler.steps,
    executed: scheduler.executed,
    contextSwitches: scheduler.contextSwitches,
    log: scheduler.log.finish(),
    state: scheduler.state,
  };
}
