import type { Simulation, StepRow } from './simulation.ts';

/** The rows of the first cycle of a shape; empty if the run has no such shape. */
export function rowsOfShape({ shapes, steps }: Simulation, shape: number): readonly StepRow[] {
  const first = shapes[shape]?.firstInterrupt;
  return steps.filter(({ interrupt, inCycle }) => interrupt === first && inCycle);
}
