import type { CompiledProcess } from '../../src/engine/compile.ts';
import { isLocal } from '../../src/engine/local-steps.ts';
import { currentStep, fire, isEnabled, outcomes } from '../../src/engine/semantics.ts';
import type { StateSet } from '../../src/engine/state-set.ts';
import type { State } from '../../src/engine/state.ts';
import type { Wiring } from '../../src/paths/wiring.ts';

/** What a property can see of a state. */
function seen({ sources }: Wiring, s: State): string {
  return sources.map(({ asserted, masked }) => [asserted(s), masked(s)].join()).join(';');
}

/** What is not as it must be with a local step that can happen in one of these states, each once. */
export function localStepFaults(wiring: Wiring, states: StateSet): string[] {
  const { processes } = wiring.model;
  const faults = new Set<string>();
  const found = states.buffer();
  for (let index = 0; index < states.size; index++) {
    states.read(index, found);
    for (const process of processes) {
      const step = currentStep(process, found.state);
      if (!isLocal(step, wiring.model) || !isEnabled(process, found.state)) continue;
      for (const fault of faultsOf(wiring, process, found.state)) faults.add(`${step.label}: ${fault}`);
    }
  }
  return [...faults];
}

/** What is not as it must be when the local step that `process` stands at happens before what others can do. */
function faultsOf(wiring: Wiring, process: CompiledProcess, s: State): string[] {
  const local = currentStep(process, s);
  const after = s.slice();
  fire(process, after, 0);
  const faults: string[] = [];
  if (seen(wiring, after) !== seen(wiring, s)) faults.push('a property sees it');
  const goesTo = currentStep(process, after);
  const startsOver = goesTo === process.steps[1];
  if (startsOver || (goesTo.procedure === local.procedure && goesTo.id <= local.id)) {
    faults.push('it goes back');
  }
  for (const other of wiring.model.processes) {
    if (other === process) continue;
    const label = currentStep(other, s).label;
    if (isEnabled(other, s) !== isEnabled(other, after))
      faults.push(`it decides whether ${label} can happen`);
    if (!isEnabled(other, s)) continue;
    for (let choice = 0; choice < outcomes(other, s); choice++) {
      const [localFirst, otherFirst] = [after.slice(), s.slice()];
      fire(other, localFirst, choice);
      fire(other, otherFirst, choice);
      fire(process, otherFirst, 0);
      if (Buffer.compare(localFirst, otherFirst) !== 0) faults.push(`${label} does not commute with it`);
    }
  }
  return faults;
}
