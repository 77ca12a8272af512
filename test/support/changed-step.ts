import type { CompiledStep, Model } from '../../src/engine/compile.ts';
import type { Step } from '../../src/engine/step.ts';
import type { Wiring } from '../../src/paths/wiring.ts';

/** The same machine with every step of that label doing something else. */
export function changed(wiring: Wiring, label: string, change: (step: Step) => Step): Wiring {
  const mutants = new Map<CompiledStep, CompiledStep>();
  for (const compiled of wiring.model.steps) {
    if (compiled.label === label) mutants.set(compiled, { ...compiled, step: change(compiled.step) });
  }
  const mutantOf = (compiled: CompiledStep): CompiledStep => mutants.get(compiled) ?? compiled;
  const processes = wiring.model.processes.map((process) => ({
    ...process,
    steps: process.steps.map(mutantOf),
  }));
  const model: Model = { ...wiring.model, steps: wiring.model.steps.map(mutantOf), processes };
  return { ...wiring, model };
}
