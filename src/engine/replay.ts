import { runToEnd, type Steps } from '../base/steps.ts';
import type { CompiledProcess, CompiledStep, Model } from './compile.ts';
import type { RunLog } from './run-log.ts';
import { currentStep, fire, initialState, isReady } from './semantics.ts';
import type { State } from './state.ts';

/**
 * Runs a log again, fast: `visit` is told of every step once it has happened. The state is reused.
 * Throws if the log was not written by this model.
 */
export function replayStates(
  model: Model,
  log: RunLog,
  visit: (index: number, step: CompiledStep, after: State) => void,
): void {
  runToEnd(replayStatesBySteps(model, log, visit));
}

/** The same, some hundred steps of the log at a time. */
export function* replayStatesBySteps(
  model: Model,
  log: RunLog,
  visit: (index: number, step: CompiledStep, after: State) => void,
): Steps<void> {
  const s = initialState(model);
  for (let from = 0; from < log.length; from += STEPS_AT_A_TIME) {
    const to = Math.min(from + STEPS_AT_A_TIME, log.length);
    for (let index = from; index < to; index++) {
      const step = nextStep(model, log, index, s);
      fire(model.processes[step.process] as CompiledProcess, s, log.choice[index] as number);
      visit(index, step, s);
    }
    yield;
  }
}

const STEPS_AT_A_TIME = 500;

function nextStep(model: Model, log: RunLog, index: number, s: State): CompiledStep {
  const step = model.steps[log.step[index] as number] as CompiledStep;
  if (currentStep(model.processes[step.process] as CompiledProcess, s) !== step) {
    throw new Error(`the log does not fit the model at step ${String(index)}`);
  }
  return step;
}

/** All that is known about one moment of a replayed run. The states are reused: copy what is to be kept. */
export interface ReplayedStep {
  readonly index: number;
  readonly timeNs: number;
  readonly step: CompiledStep;
  readonly before: State;
  readonly after: State;
  /** How many steps the process had taken before this one. */
  readonly taken: number;
  /** Index of the step that made this one possible, if the process was waiting for it; else null. */
  readonly wokenBy: number | null;
  /** How the process came here: from the step before, by a call, or back from one. */
  readonly entered: 'next' | 'call' | 'return';
}

/**
 * Runs a log again and hands out the steps from `from` up to `to` with all that is known about them. Who woke whom
 * is not in the log: it is the step whose writes made a guard true that was false before. That is followed from
 * `from` on, so a wake-up from earlier is null.
 */
export function replay(
  model: Model,
  log: RunLog,
  { from, to }: { readonly from: number; readonly to: number },
  visit: (step: ReplayedStep) => void,
): void {
  const { processes } = model;
  const after = initialState(model);
  const before = after.slice();
  const taken = new Uint32Array(processes.length);
  const wokenBy: (number | null)[] = processes.map(() => null);
  const last: (CompiledStep | undefined)[] = processes.map(() => undefined);
  let waiting: boolean[] = [];
  for (let index = 0; index < to; index++) {
    const step = nextStep(model, log, index, after);
    const process = processes[step.process] as CompiledProcess;
    if (index === from) waiting = processes.map((other) => !isReady(other, after));
    if (index >= from) before.set(after);
    fire(process, after, log.choice[index] as number);
    if (index >= from) {
      visit({
        index,
        timeNs: log.timeNs[index] as number,
        step,
        before,
        after,
        taken: taken[step.process] as number,
        wokenBy: wokenBy[step.process] ?? null,
        entered: manner(last[step.process], step),
      });
      wokenBy[step.process] = null;
      waiting[step.process] = !isReady(process, after);
      for (const other of processes) {
        if (other === process || waiting[other.index] !== isReady(other, after)) continue;
        waiting[other.index] = !waiting[other.index];
        wokenBy[other.index] = waiting[other.index] ? null : index;
      }
    }
    taken[step.process] = (taken[step.process] as number) + 1;
    last[step.process] = step;
  }
}

function manner(from: CompiledStep | undefined, to: CompiledStep): ReplayedStep['entered'] {
  if (from === undefined || from.procedure === to.procedure) return 'next';
  return from.step.call === to.procedure && to.label === Object.keys(to.procedure.steps)[0]
    ? 'call'
    : 'return';
}
