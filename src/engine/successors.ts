import type { Model } from './compile.ts';
import { fire, isEnabled, outcomes } from './semantics.ts';
import type { State } from './state.ts';

/** One thing that can happen in a state. */
export interface Transition {
  readonly process: number;
  readonly choice: number;
  /** {@link CompiledStep.id} of the step taken. */
  readonly step: number;
  readonly state: State;
}

/**
 * All that can happen next: any process whose guard holds may go, with every outcome. Which CPU a thread would
 * need is not looked at, so this is more than any one machine can do, never less.
 */
export function successors(model: Model, s: State): Transition[] {
  const found: Transition[] = [];
  for (const process of model.processes) {
    if (!isEnabled(process, s)) continue;
    const count = outcomes(process, s);
    for (let choice = 0; choice < count; choice++) {
      const state = s.slice();
      const { id } = fire(process, state, choice);
      found.push({ process: process.index, choice, step: id, state });
    }
  }
  return found;
}
