import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandValue, expandWord, type LookUp } from '../../../src/config/shell-expansion.ts';
import { isKnown, sourceOffsets, type Word } from '../../../src/config/word.ts';

const NOTHING: LookUp = () => undefined;

function expand(source: string, lookUp: LookUp = NOTHING): Word[] {
  return expandWord(source, 0, source.length, lookUp);
}

function valueOf(text: string): Word {
  return expandValue(text, 0, text.length, NOTHING);
}

describe('what a program gets for a word', () => {
  it.each([
    ['plain', 'plain'],
    ['"a b"\'c d\'', 'a bc d'],
    ['a\\ b', 'a b'],
    ['a,\\\nb', 'a,b'],
    ['a,\\\r\nb', 'a,b'],
    ['"a\\"b\\$c\\d"', 'a"b$c\\d'],
    ["'a\\b'", 'a\\b'],
    ["$'a\\'b\\n'", "a'b\n"],
    ['z_9$', 'z_9$'],
    ['false\\', 'false'],
    ['""', ''],
  ])('%j is %j', (source, text) => {
    expect(expand(source).map((word) => word.text)).toEqual([text]);
  });

  it.each(['$A', '${A}', '"$A"', 'x$A', '${A:-b c}', '$(cat x)', '`cat x`', '$1', '$@', '$zZ_9'])(
    'does not know %j and keeps it as it stands',
    (source) => {
      const [word] = expand(source);
      expect(word?.text).toBe(source.replaceAll('"', ''));
      expect(word && isKnown(word, 0, word.text.length)).toBe(false);
    },
  );

  it('knows which part of a word is unknown', () => {
    const [word] = expand('host=$HOST,x-irqfd=off');
    if (word === undefined) throw new Error('no word');
    expect(isKnown(word, 0, 'host='.length)).toBe(true);
    expect(isKnown(word, 'host='.length, 'host=$HOST'.length)).toBe(false);
    expect(isKnown(word, 'host=$HOST'.length, word.text.length)).toBe(true);
  });

  it('follows a known variable, and splits it at blanks only outside of quotes', () => {
    const lookUp: LookUp = (name) => (name === 'A' ? valueOf('-device e1000') : undefined);
    expect(expand('$A', lookUp).map((word) => word.text)).toEqual(['-device', 'e1000']);
    expect(expand('"$A"', lookUp).map((word) => word.text)).toEqual(['-device e1000']);
    expect(expand('${A}', () => valueOf("''"))).toEqual([]);
  });

  it.each([
    ['${A:-x}', 'v', 'v'],
    ['${A:-x}', '', 'x'],
    ['${A-x}', '', ''],
    ['${A:=x}', '', 'x'],
    ['${A:?x}', 'v', 'v'],
    ['${A:+,irqfd=off}', 'v', ',irqfd=off'],
    ['${A:+,irqfd=off}', '', ''],
    ['${A+x}', '', 'x'],
    ['a${A:-"$A-x"}b', '', 'a-xb'],
  ])('takes the one of %j that holds where the variable is %j', (source, value, text) => {
    const words = expand(`"${source}"`, (name) => (name === 'A' ? valueOf(`"${value}"`) : undefined));
    expect(words.map((word) => [word.text, isKnown(word, 0, word.text.length)])).toEqual([[text, true]]);
  });

  it.each(['${A:?x}', '${A:-$B}', '${A:-$(x)}', '${A:1}', '${A#x}'])(
    'does not know %j where the variable is empty',
    (source) => {
      const [word] = expand(`"${source}"`, (name) => (name === 'A' ? valueOf('""') : undefined));
      expect(word?.text).toBe(source);
      expect(word && isKnown(word, 0, word.text.length)).toBe(false);
    },
  );

  it('does not know a word that a variable outside of quotes would cut', () => {
    const lookUp: LookUp = () => valueOf("'a b'");
    expect(expand('x=$A', lookUp).map((word) => word.text)).toEqual(['x=$A']);
    expect(expand('x="$A"', lookUp).map((word) => word.text)).toEqual(['x=a b']);
  });

  it('points a followed variable inside of a word at the variable, as one piece', () => {
    const source = 'x-irqfd=$IRQFD,host=a';
    const [word] = expandWord(source, 0, source.length, () => valueOf('off'));
    if (word === undefined) throw new Error('no word');
    expect(word.text).toBe('x-irqfd=off,host=a');
    expect(sourceOffsets(word, 8, 11)).toEqual({ start: 8, end: 14 });
    expect(sourceOffsets(word, 9, 10)).toEqual({ start: 8, end: 14 });
    expect(sourceOffsets(word, 12, 16)).toEqual({ start: 15, end: 19 });
  });

  it('points every letter at a place inside of the word', () => {
    const piece = fc.constantFrom('a', ' ', '"', "'", '\\', '\n', '$A', '$(b)', '${c', '`', ',', '=', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const source = pieces.join('');
        for (const word of expandWord(source, 0, source.length, (name) =>
          name === 'A' ? valueOf('v') : undefined,
        )) {
          for (let i = 0; i < word.text.length; i++) {
            const { start, end } = sourceOffsets(word, i, i + 1);
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(source.length);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
