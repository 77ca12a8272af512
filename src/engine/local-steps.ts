import type { CompiledStep, Model } from './compile.ts';

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
 * By id, whether a step is local. A process alone may go in a state if its next step is: a local step commutes with
 * everything that others can do until it has happened, and no source looks different after it. The states before and
 * after it are branching bisimilar, so that nothing a property asks for is lost. As local steps only go forward in
 * their procedure, none is put off for ever (the cycle proviso).
 */
export function localSteps(model: Model): Uint8Array {
  return Uint8Array.from(model.steps, (step) => (isLocal(step, model) ? 1 : 0));
}
