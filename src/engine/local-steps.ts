import type { CompiledProcess, CompiledStep, Model } from './compile.ts';
import { currentStep, isEnabled } from './semantics.ts';
import type { State } from './state.ts';

/** The processes that an explorer lets go in a state. */
export type Movers = (s: State) => readonly CompiledProcess[];

/**
 * Whether it does not matter when the step happens: it is declared so, or has neither effect nor guard. What ends a
 * hard IRQ lets others go on, so it is not.
 */
export function isLocal({ step, next, callee, process }: CompiledStep, { processes }: Model): boolean {
  if (step.local === true) return true;
  if (step.do !== undefined || step.when !== undefined || step.choose !== undefined) return false;
  if (step.environment !== undefined) return false;
  const isLast = next === 0 && callee === 0;
  return !isLast || processes[process]?.context.kind !== 'hardirq';
}

/**
 * All processes in every state, or, if `reduce`, a process alone whose next step is local. A local step commutes with
 * everything that others can do until it has happened, and no source looks different after it: the states before and
 * after it are branching bisimilar, so that nothing a property asks for is lost. As local steps only go forward in
 * their procedure, none is put off for ever (the cycle proviso).
 */
export function moversOf(model: Model, reduce: boolean): Movers {
  const all = model.processes;
  if (!reduce) return () => all;
  const local = Uint8Array.from(model.steps, (step) => (isLocal(step, model) ? 1 : 0));
  const alone = all.map((process) => [process]);
  return (s) => {
    for (let i = 0; i < all.length; i++) {
      const process = all[i] as CompiledProcess;
      if (local[currentStep(process, s).id] === 1 && isEnabled(process, s)) {
        return alone[i] as CompiledProcess[];
      }
    }
    return all;
  };
}
