import { replay } from '../engine/replay.ts';
import { fire, initialState, isEnabled, outcomes } from '../engine/semantics.ts';
import type { State } from '../engine/state.ts';
import type { CompiledProcess, Model } from '../engine/compile.ts';
import { shownStep } from './shown-step.ts';
import type { ShownStep } from './simulation.ts';

/** What another machine does when it is scheduled like a given run. */
export interface FollowedRun {
  readonly steps: readonly ShownStep[];
  /** For each turn of the given run the position in `steps`; null where the process had to wait or is not there. */
  readonly turns: readonly (number | null)[];
  /** The position in `steps` of the one that serves the interrupt that was asked about, if any does. */
  readonly served: number | null;
}

/** Whether a device still wants service, as `asserted` of its interrupt source says. */
type Wants = (s: State) => boolean;

/** States looked at for a way on: it is a few dozen steps long, or of no use to a reader. */
const MOST_STATES = 20_000;

/**
 * Lets the processes of `model` take their turns in the order of a run of another machine, one step a turn: the same
 * schedule, so that a known bug and its fix can be held side by side. A process that has to wait loses its turn; the
 * environment does what it did there. If `wants` still holds at the end, it goes on by a shortest way to where it does
 * not any more: the interrupt is served.
 */
export function followRun(
  model: Model,
  run: readonly Pick<ShownStep, 'process' | 'changes'>[],
  wants: Wants = () => false,
): FollowedRun {
  const s = initialState(model);
  const taken: Taken[] = [];
  const turns = run.map((turn) => {
    const process = model.processes.find(({ name }) => name === turn.process);
    if (!process || !isEnabled(process, s) || outcomes(process, s) === 0) return null;
    const choice = likeliestChoice(model, process, s, turn);
    const { id } = fire(process, s, choice);
    taken.push({ step: id, choice });
    return taken.length - 1;
  });
  const wayOn = wants(s) ? wayToService(model, s, wants) : [];
  taken.push(...wayOn);
  const log = {
    length: taken.length,
    timeNs: new Float64Array(taken.length),
    step: Uint16Array.from(taken, ({ step }) => step),
    choice: Uint8Array.from(taken, ({ choice }) => choice),
  };
  const steps: ShownStep[] = [];
  replay(model, log, { from: 0, to: log.length }, (step) => {
    steps.push(shownStep(model, step));
  });
  return { steps, turns, served: wayOn.length > 0 ? taken.length - 1 : null };
}

interface Taken {
  readonly step: number;
  readonly choice: number;
}

/** The steps of a shortest way to a state in which `wants` does not hold; empty if none was found. */
function wayToService(model: Model, start: State, wants: Wants): Taken[] {
  const reached = new Map<string, { readonly from: string; readonly taken: Taken } | null>();
  const queue: State[] = [start];
  reached.set(start.join(), null);
  for (const s of queue) {
    if (!wants(s)) return wayTo(s.join(), reached);
    if (reached.size > MOST_STATES) return [];
    for (const process of model.processes) {
      if (!isEnabled(process, s)) continue;
      const ways = outcomes(process, s);
      for (let choice = 0; choice < ways; choice++) {
        const after = s.slice();
        const { id, step } = fire(process, after, choice);
        if (step.environment === 'stop' || reached.has(after.join())) continue;
        reached.set(after.join(), { from: s.join(), taken: { step: id, choice } });
        queue.push(after);
      }
    }
  }
  return [];
}

function wayTo(
  state: string,
  reached: ReadonlyMap<string, { readonly from: string; readonly taken: Taken } | null>,
): Taken[] {
  const way: Taken[] = [];
  for (let at = reached.get(state); at; at = reached.get(at.from)) way.push(at.taken);
  return way.reverse();
}

/** Of several ways in which a step can come out, the one that changes what the given step changed. */
function likeliestChoice(
  model: Model,
  process: CompiledProcess,
  s: State,
  { changes }: Pick<ShownStep, 'changes'>,
): number {
  const ways = outcomes(process, s);
  if (ways === 1) return 0;
  const wanted = changes.map(({ field, to }) => `${field}=${to}`).join();
  for (let choice = 0; choice < ways; choice++) {
    const after = s.slice();
    fire(process, after, choice);
    const found = model.fields.flatMap(({ name, values }, field) => {
      const to = after[field] as number;
      return to === s[field] ? [] : [`${name}=${values?.[to] ?? String(to)}`];
    });
    if (found.join() === wanted) return choice;
  }
  return 0;
}
