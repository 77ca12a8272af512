import type { CompiledProcess } from '../../src/engine/compile.ts';
import { localSteps } from '../../src/engine/local-steps.ts';
import { currentStep, fire, isEnabled, outcomes } from '../../src/engine/semantics.ts';
import type { StateSet } from '../../src/engine/state-set.ts';
import type { State } from '../../src/engine/state.ts';
import type { Wiring } from '../../src/paths/wiring.ts';

/** What is not as it must be with a local step that can happen in one of these states, each once. */
export function localStepFaults(wiring: Wiring, states: StateSet): string[] {
  const { model } = wiring;
  const isLocal = localSteps(model);
  const faults = new Set<string>();
  const found = states.buffer();
  const faultsOf = new FaultsOf(wiring);
  for (let index = 0; index < states.size; index++) {
    states.read(index, found);
    for (const process of model.processes) {
      const { id, label } = currentStep(process, found.state);
      if (isLocal[id] !== 1 || !isEnabled(process, found.state)) continue;
      for (const fault of faultsOf.stepBeforeOthers(process, found.state)) faults.add(`${label}: ${fault}`);
    }
  }
  return [...faults];
}

/** Looks for faults in one state after the other, in states of its own: there are hundreds of thousands. */
class FaultsOf {
  readonly #wiring: Wiring;
  readonly #after: State;
  readonly #localFirst: State;
  readonly #otherFirst: State;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
    const state = (): State => new Uint8Array(wiring.model.stateBytes);
    [this.#after, this.#localFirst, this.#otherFirst] = [state(), state(), state()];
  }

  /** What is not as it must be when the local step that `process` stands at happens before what others can do. */
  stepBeforeOthers(process: CompiledProcess, s: State): string[] {
    const local = currentStep(process, s);
    const after = this.#after;
    const faults: string[] = [];
    after.set(s);
    fire(process, after, 0);
    const isSeen = this.#wiring.sources.some(
      ({ asserted, masked }) => asserted(after) !== asserted(s) || masked(after) !== masked(s),
    );
    if (isSeen) faults.push('a property sees it');
    const goesTo = currentStep(process, after);
    const startsOver = goesTo === process.steps[1];
    if (startsOver || (goesTo.procedure === local.procedure && goesTo.id <= local.id)) {
      faults.push('it goes back');
    }
    for (const other of this.#wiring.model.processes) {
      if (other === process) continue;
      const { label } = currentStep(other, s);
      const canGo = isEnabled(other, s);
      if (canGo !== isEnabled(other, after)) faults.push(`it decides whether ${label} can happen`);
      if (!canGo) continue;
      for (let choice = 0; choice < outcomes(other, s); choice++) {
        this.#localFirst.set(after);
        fire(other, this.#localFirst, choice);
        this.#otherFirst.set(s);
        fire(other, this.#otherFirst, choice);
        fire(process, this.#otherFirst, 0);
        if (Buffer.compare(this.#localFirst, this.#otherFirst) !== 0) {
          faults.push(`${label} does not commute with it`);
        }
      }
    }
    return faults;
  }
}
