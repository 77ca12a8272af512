import type { Model } from '../engine/compile.ts';
import { currentStep, fire, initialState, isEnabled, outcomes } from '../engine/semantics.ts';
import { copyState, StateSet } from '../engine/state-set.ts';
import type { State } from '../engine/state.ts';

/** All states that the model can be in before the device wants service for the first time, each once. */
export function* quietStates(model: Model): Generator<State, void, void> {
  const states = new StateSet(model.stateBytes);
  const from = states.buffer();
  const work = states.buffer();
  from.state.set(initialState(model));
  states.add(from);
  for (let index = 0; index < states.size; index++) {
    states.read(index, from);
    yield from.state;
    for (const process of model.processes) {
      const { environment } = currentStep(process, from.state).step;
      if (environment !== undefined || !isEnabled(process, from.state)) continue;
      const ways = outcomes(process, from.state);
      for (let choice = 0; choice < ways; choice++) {
        copyState(from, work);
        fire(process, work.state, choice);
        states.add(work);
      }
    }
  }
}
