import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align } from '../../../src/diagram/align.ts';

const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 });

const letters = (text: string): string[] => Array.from(text);

/** By trying all of them: how long a subsequence two sequences have in common. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const [first, ...rest] = a;
  if (first === undefined) return 0;
  const at = b.indexOf(first);
  const without = longestCommon(rest, b);
  return at < 0 ? without : Math.max(without, 1 + longestCommon(rest, b.slice(at + 1)));
}

describe('sequences side by side', () => {
  it('share the rows of what they have in common; the first goes first where they differ', () => {
    expect(align([letters('axcd'), letters('aycd')])).toEqual([
      [0, 0],
      [1, null],
      [null, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('of three, two share a row that the first does not have', () => {
    expect(align([letters('ad'), letters('abd'), letters('abcd')])).toEqual([
      [0, 0, 0],
      [null, 1, 1],
      [null, null, 2],
      [1, 2, 3],
    ]);
  });

  it('keep every step of every sequence, each once and in order', () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 3 }), (sequences) => {
        const rows = align(sequences);
        sequences.forEach((sequence, member) => {
          const positions = rows.flatMap((row) => row[member] ?? []);
          expect(positions).toEqual(sequence.map((_, i) => i));
        });
        for (const row of rows) {
          expect(row).toHaveLength(sequences.length);
          const shared = row.flatMap((position, i) => (position === null ? [] : sequences[i]?.[position]));
          expect(new Set(shared).size).toBe(1);
        }
      }),
    );
  });

  it('of two, share as many rows as can be', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const shared = align([a, b]).filter((row) => !row.includes(null));
        expect(shared).toHaveLength(longestCommon(a, b));
      }),
    );
  });
});
