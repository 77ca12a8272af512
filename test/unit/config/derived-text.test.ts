import { describe, expect, it } from 'vitest';
import { DerivedTextBuilder, type Use } from '../../../src/config/derived-text.ts';
import { indexLines } from '../../../src/config/line-index.ts';

/** `VALUE` stands at the beginning of the file, `$(V)` uses it at the end. */
const SOURCE = 'VALUE\nrun $(V) on';
const USE: Use = { start: 10, end: 14 };

function derived() {
  const builder = new DerivedTextBuilder(SOURCE);
  builder.copy(6, 10);
  builder.copy(0, 5, [USE]);
  builder.copy(14, 17);
  return builder.build(indexLines(SOURCE));
}

describe('a text made of parts of a file', () => {
  it('is the parts, one behind the other', () => {
    expect(derived().text).toBe('run VALUE on');
  });

  it('gives what comes from a variable the place where its value stands', () => {
    expect(derived().lines.range(5, 8)).toEqual({
      start: { line: 0, character: 1 },
      end: { line: 0, character: 4 },
    });
  });

  it('gives what reaches beyond the variable the place of its use', () => {
    expect(derived().lines.range(0, 9)).toEqual({
      start: { line: 1, character: 0 },
      end: { line: 1, character: 8 },
    });
    expect(derived().lines.range(6, 12)).toEqual({
      start: { line: 1, character: 4 },
      end: { line: 1, character: 11 },
    });
  });

  it('gives letters that stand for others their place as a whole', () => {
    const builder = new DerivedTextBuilder('a\\tb');
    builder.copy(0, 1);
    builder.insert('TAB', 1, 3);
    builder.copy(3, 4);
    const { text, lines } = builder.build(indexLines('a\\tb'));
    expect(text).toBe('aTABb');
    expect(lines.range(2, 3)).toEqual({ start: { line: 0, character: 1 }, end: { line: 0, character: 3 } });
    expect(lines.position(4)).toEqual({ line: 0, character: 3 });
  });

  it('has an answer for a text of nothing', () => {
    const { text, lines } = new DerivedTextBuilder('').build(indexLines(''));
    expect([text, lines.position(3)]).toEqual(['', { line: 0, character: 0 }]);
  });
});
