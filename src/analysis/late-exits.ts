import { rowsOfShape } from './rows-of-shape.ts';
import { isCountedExit } from './shapes.ts';
import type { Simulation } from './simulation.ts';

/** Less than this is the run's end, and what shapes that were seen once have on average. */
const SMALLEST = 0.05;

/**
 * How many of the exits that an interrupt causes come when the path is ready for the next, and so are in none of the cycles
 * that are shown: a driver's last accesses, on average. Zero where there are none to speak of.
 */
export function lateExits(simulation: Simulation): number {
  const { shapes, summary, interrupts } = simulation;
  const inCycles = shapes.reduce((sum, { count }, shape) => {
    const marks = rowsOfShape(simulation, shape).flatMap((row) => row.marks);
    return sum + count * marks.filter(isCountedExit).length;
  }, 0);
  const late = summary.exitsPerInterrupt - inCycles / Math.max(1, interrupts);
  return late < SMALLEST ? 0 : late;
}
