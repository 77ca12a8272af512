import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldRepeats } from '../../../src/base/repeats.ts';

const folded = (text: string): string =>
  foldRepeats(Array.from(text))
    .map(({ items, times }) => (times === 1 ? items.join('') : `${times}(${items.join('')})`))
    .join('');

describe('folding what comes several times in a row', () => {
  it.each([
    ['', ''],
    ['abc', 'abc'],
    ['aab', '2(a)b'],
    ['xababay', 'x2(ab)ay'],
    ['xabcabcabcz', 'x3(abc)z'],
    ['aaaabaaab', '4(a)b3(a)b'],
  ])('%s is %s', (text, expected) => {
    expect(folded(text)).toBe(expected);
  });

  it('loses nothing and changes no order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 200 }), (list) => {
        const unfolded = foldRepeats(list).flatMap(({ items, times }) =>
          Array.from({ length: times }, () => items).flat(),
        );
        expect(unfolded).toEqual(list);
      }),
    );
  });
});
