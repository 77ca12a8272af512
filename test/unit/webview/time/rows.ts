import { simulate } from '../../../../src/analysis/simulate.ts';
import { shownRow } from '../../../../src/protocol/shown-row.ts';
import type { ShownRow } from '../../../../src/protocol/shown-row.ts';
import { factsFor } from '../../../support/facts.ts';
import { unwrap } from '../../../support/unwrap.ts';

/** The rows of the first cycle of a path's most frequent shape, as the panel gets them. */
export function rowsOf(path: string): ShownRow[] {
  const { steps, shapes } = unwrap(simulate({ path, facts: factsFor(path) }));
  return steps
    .filter((row) => row.interrupt === shapes[0]?.firstInterrupt && row.inCycle)
    .map((row) => shownRow(row));
}
