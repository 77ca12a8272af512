import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeBetween } from '../../../src/base/text-change.ts';
import { indexLines } from '../../../src/config/line-index.ts';

describe('lines and characters', () => {
  it('ends a line at \\n, \\r\\n and \\r, and counts UTF-16 units', () => {
    const text = 'a\nb\r\nc\rd😀e';
    const lines = indexLines(text);
    expect(lines.position(text.indexOf('b'))).toEqual({ line: 1, character: 0 });
    expect(lines.position(text.indexOf('c'))).toEqual({ line: 2, character: 0 });
    expect(lines.position(text.indexOf('d'))).toEqual({ line: 3, character: 0 });
    expect(lines.position(text.indexOf('e'))).toEqual({ line: 3, character: 3 });
  });

  const text = fc
    .array(fc.constantFrom('a', '\n', '\r', '\r\n', 'é'), { maxLength: 30 })
    .map((parts) => parts.join(''));

  it('agrees with counting line by line', () => {
    fc.assert(
      fc.property(text, (sample) => {
        const lines = indexLines(sample);
        for (let offset = 0; offset <= sample.length; offset++) {
          // A position between \r and \n belongs to the line that they end.
          const before =
            sample.slice(0, offset) + (sample[offset - 1] === '\r' && sample[offset] === '\n' ? '_' : '');
          const complete = before.replace(/\r_$/, 'x').split(/\r\n|\n|\r/);
          expect(lines.position(offset).line).toBe(complete.length - 1);
        }
      }),
    );
  });

  it('is after a change that of the new text', () => {
    fc.assert(
      fc.property(text, text, text, text, (start, cut, put, end) => {
        const [before, after] = [start + cut + end, start + put + end];
        const lines = indexLines(before).after(changeBetween(before, after), after);
        const anew = indexLines(after);
        for (let offset = 0; offset <= after.length; offset++)
          expect(lines.position(offset)).toEqual(anew.position(offset));
      }),
    );
  });

  it('holds on to the text at both ends', () => {
    const lines = indexLines('ab');
    expect(lines.position(-1)).toEqual({ line: 0, character: 0 });
    expect(lines.position(99)).toEqual({ line: 0, character: 2 });
  });
});
