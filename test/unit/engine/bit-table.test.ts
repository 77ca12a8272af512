import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitTable } from '../../../src/engine/bit-table.ts';

describe('BitTable', () => {
  it('keeps every bit where it was set, and sets no other, while it grows', () => {
    const place = fc.record({ row: fc.nat(300), column: fc.nat(300) });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 30 }), (places) => {
        const table = new BitTable();
        const set = new Set<string>();
        for (const { row, column } of places) {
          table.reserve(row + 1, column + 1);
          table.add(row, column);
          set.add(`${String(row)} ${String(column)}`);
        }
        const rows = Math.max(0, ...places.map(({ row }) => row));
        const columns = Math.max(0, ...places.map(({ column }) => column));
        for (let row = 0; row <= rows; row++) {
          for (let column = 0; column <= columns; column++) {
            if (table.has(row, column) !== set.has(`${String(row)} ${String(column)}`)) {
              expect.fail(`${String(row)} ${String(column)}`);
            }
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});
