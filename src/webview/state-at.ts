import type { Page } from '../protocol/page.ts';

/** A named part of the machine's state after a step. */
export interface FieldValue {
  readonly field: string;
  readonly value: string;
  /** What it was before, if this very step changed it; null if it did not. */
  readonly from: string | null;
}

/**
 * What every field that changes anywhere in the shape holds after row number `row` of a page, in the order in which they
 * change first. Fields that never change are not known to a page, and of no use to its reader.
 */
export function stateAt(page: Page | null, row: number): FieldValue[] {
  if (!page) return [];
  const values = new Map(page.fields.map(({ field, value }) => [field, value]));
  page.rows.slice(0, row).forEach(({ changes, changesAfter }) => {
    for (const { field, to } of [...changes, ...changesAfter]) values.set(field, to);
  });
  const before = new Map(values);
  for (const { field, to } of page.rows[row]?.changes ?? []) values.set(field, to);
  return [...values].map(([field, value]) => {
    const from = before.get(field) ?? value;
    return { field, value, from: from === value ? null : from };
  });
}
