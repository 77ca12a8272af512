import type { CycleShape, Simulation } from '../../analysis/simulation.ts';
import { packRows, unpackRows } from './packed-rows.ts';
import type { PackedRows } from './packed-rows.ts';

/** A simulation on its way between threads. */
export interface PackedSimulation extends Omit<Simulation, 'steps' | 'shapes'> {
  readonly rows: PackedRows;
  /** Their labels are those of the rows. */
  readonly shapes: readonly Omit<CycleShape, 'labels'>[];
}

export function packSimulation({ steps, shapes, ...rest }: Simulation): PackedSimulation {
  return {
    ...rest,
    rows: packRows(steps),
    shapes: shapes.map(({ count, firstInterrupt, takenStep, title }) => ({
      count,
      firstInterrupt,
      takenStep,
      title,
    })),
  };
}

/** The simulation that was packed. */
export function unpackSimulation({ rows, shapes, ...rest }: PackedSimulation): Simulation {
  const steps = unpackRows(rows);
  const labels = new Map<number, string[]>(shapes.map(({ firstInterrupt }) => [firstInterrupt, []]));
  for (const { interrupt, inCycle, label } of steps) if (inCycle) labels.get(interrupt)?.push(label);
  return {
    ...rest,
    steps,
    shapes: shapes.map((shape) => ({ ...shape, labels: labels.get(shape.firstInterrupt) ?? [] })),
  };
}
