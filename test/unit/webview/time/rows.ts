import { simulate } from '../../../../src/analysis/simulate.ts';
import { timedShape } from '../../../../src/extension/panel/timed-shape.ts';
import type { TimedRow } from '../../../../src/protocol/timing.ts';
import { factsFor } from '../../../support/facts.ts';
import { unwrap } from '../../../support/unwrap.ts';

/** The rows of the first cycle of a path's most frequent shape, as the panel gets them. */
export function rowsOf(path: string): readonly TimedRow[] {
  const { steps, shapes } = unwrap(simulate({ path, facts: factsFor(path) }));
  const first = steps.filter((row) => row.interrupt === shapes[0]?.firstInterrupt && row.inCycle);
  return timedShape(1, 0, first, shapes[0]?.takenStep ?? null).rows;
}
