import type { ShownRow } from '../protocol/shown-row.ts';

/** A named part of the machine's state after a step. */
export interface FieldValue {
  readonly field: string;
  readonly value: string;
  /** What it was before, if this very step changed it; null if it did not. */
  readonly from: string | null;
}

/**
 * What every field that changes anywhere in `rows` holds after the step at `position`, in the order in which they
 * change first. Fields that never change are not known to a page, and of no use to its reader.
 */
export function stateAt(rows: readonly ShownRow[], position: number): FieldValue[] {
  const values = new Map<string, FieldValue>();
  rows.forEach(({ changes }, i) => {
    for (const { field, from, to } of changes) {
      const known = values.get(field);
      if (i <= position) {
        const first = known !== undefined && i === position ? known.from : null;
        values.set(field, { field, value: to, from: i === position ? (first ?? from) : null });
      } else if (known === undefined) {
        values.set(field, { field, value: from, from: null });
      }
    }
  });
  return [...values.values()].map((value) => (value.from === value.value ? { ...value, from: null } : value));
}
