import { codeInRelease, tracePointInRelease } from '../catalog/code-names.ts';
import type { ExploredRun, Exploration } from './exploration.ts';
import type { ShownStep, Simulation } from './simulation.ts';

/** Steps under the names that files, functions and trace points have in a release of QEMU; what it does not print is left out. */
export function withNamesOf<Step extends ShownStep>(steps: readonly Step[], qemu: string): readonly Step[] {
  return steps.map((step) => ({
    ...step,
    at: codeInRelease(step.at, qemu),
    tracepoints: step.tracepoints.flatMap((line) => tracePointInRelease(line, qemu) ?? []),
  }));
}

/** A run in time under those names. */
export function simulationWithNames(simulation: Simulation): Simulation {
  return { ...simulation, steps: withNamesOf(simulation.steps, simulation.facts.host.qemu) };
}

/** The same for all runs that an exploration found. */
export function explorationWithNames(exploration: Exploration): Exploration {
  const { qemu } = exploration.facts.host;
  const named = <Run extends ExploredRun>(run: Run): Run => ({
    ...run,
    prefix: withNamesOf(run.prefix, qemu),
    cycle: withNamesOf(run.cycle, qemu),
  });
  return {
    ...exploration,
    violations: exploration.violations.map(named),
    witnesses: exploration.witnesses.map(named),
  };
}
