import type { Model } from '../engine/compile.ts';
import { fire, initialState, isEnabled, outcomes } from '../engine/semantics.ts';
import type { State } from '../engine/state.ts';

/** All states that the model can be in before the device wants service for the first time. */
export function quietStates(model: Model): State[] {
  const states = [initialState(model)];
  const known = new Set(states.map(String));
  for (const state of states) {
    for (const process of model.processes) {
      const { environment } = stepOf(model, process.index, state);
      if (environment !== undefined || !isEnabled(process, state)) continue;
      const ways = outcomes(process, state);
      for (let choice = 0; choice < ways; choice++) {
        const after = state.slice();
        fire(process, after, choice);
        const key = String(after);
        if (known.has(key)) continue;
        known.add(key);
        states.push(after);
      }
    }
  }
  return states;
}

function stepOf(model: Model, index: number, state: State): { readonly environment?: string } {
  const process = model.processes[index];
  return process?.steps[state[process.counter] as number]?.step ?? {};
}
