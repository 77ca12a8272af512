import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lexShell } from '../../../src/config/shell-lexer.ts';
import { TOKEN_KINDS, type TokenKind } from '../../../src/config/shell-tokens.ts';
import { shellText } from './shell-texts.ts';

interface Token {
  kind: TokenKind;
  start: number;
  end: number;
}

function tokensOf(text: string): Token[] {
  const { tokens } = lexShell(text);
  return Array.from({ length: tokens.count }, (_, i) => ({
    kind: TOKEN_KINDS[tokens.kind(i)]!,
    start: tokens.start(i),
    end: tokens.end(i),
  }));
}

function words(text: string): string[] {
  return tokensOf(text)
    .filter(({ kind }) => kind === 'word')
    .map(({ start, end }) => text.slice(start, end));
}

describe('cutting a script into tokens', () => {
  it('gives every character to exactly one token, whatever the text', () => {
    fc.assert(
      fc.property(shellText, (text) => {
        const tokens = tokensOf(text);
        expect(tokens.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
        tokens.forEach(({ start, end }, i) => {
          expect(start).toBe(tokens[i - 1]?.end ?? 0);
          expect(end).toBeGreaterThan(start);
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('reports unclosed quotes inside of the text, at an opener', () => {
    fc.assert(
      fc.property(shellText, (text) => {
        for (const { start, opener } of lexShell(text).unterminated)
          expect(text.startsWith(opener, start)).toBe(true);
      }),
    );
  });

  it('keeps quoted blanks, escapes and continued lines in one word', () => {
    expect(words('a "b c" \'d e\' f\\ g h,\\\ni')).toEqual(['a', '"b c"', "'d e'", 'f\\ g', 'h,\\\ni']);
  });

  it('passes over escapes in quotes', () => {
    expect(words('"a \\"b c" d')).toEqual(['"a \\"b c"', 'd']);
    expect(words("$'a\\' b' c")).toEqual(["$'a\\' b'", 'c']);
    expect(words('"$(a "b \\) c") d" e')).toEqual(['"$(a "b \\) c") d"', 'e']);
    expect(words("'a\\' b")).toEqual(["'a\\'", 'b']);
  });

  it('keeps substitutions in one word, with quotes and brackets in them', () => {
    expect(words('a$(b "c)" (d)) ${e:-f g} `h i` $((1 + 2)) <(x)')).toEqual([
      'a$(b "c)" (d))',
      '${e:-f g}',
      '`h i`',
      '$((1 + 2))',
      'x',
    ]);
  });

  it('keeps an array literal in the assignment, comments with apostrophes included', () => {
    expect(words("args=(\n -device a # don't\n -device b)\nqemu")).toEqual([
      "args=(\n -device a # don't\n -device b)",
      'qemu',
    ]);
  });

  it('takes # for a comment at the start of a word only', () => {
    expect(words("a#b # don't\nc")).toEqual(['a#b', 'c']);
  });

  it('passes over here-documents', () => {
    expect(words("cat <<'EOF' | tee x\nit's here\nEOF\nnext")).toEqual(['cat', "'EOF'", 'tee', 'x', 'next']);
    expect(words('cat <<-X\n\ta"\n\tX\nnext')).toEqual(['cat', 'X', 'next']);
  });

  it('takes a here-document without an end for none', () => {
    expect(words('cat <<EOF\nnext line')).toEqual(['cat', 'EOF', 'next', 'line']);
  });

  it('ends an unclosed quote with its line and reports where it starts', () => {
    const text = 'qemu -append "root=/dev/vda \\\n  -device a\nnext';
    expect(words(text)).toEqual(['qemu', '-append', '"root=/dev/vda', '-device', 'a', 'next']);
    expect(lexShell(text).unterminated).toEqual([{ start: text.indexOf('"'), opener: '"' }]);
  });

  it('blames the quote that swallowed options, not the last one of the file', () => {
    const text = 'qemu -append "root=/dev/vda \\\n  -device a,host="x" -name "y"\necho "z"\n';
    expect(lexShell(text).unterminated).toEqual([{ start: text.indexOf('"root'), opener: '"' }]);
    expect(words(text)).toContain('a,host="x"');
    expect(words(text)).toContain('"z"');
  });

  it('survives nesting far deeper than a call stack', () => {
    const deep = '"$('.repeat(200_000);
    expect(tokensOf(deep).at(-1)?.end).toBe(deep.length);
  });
});
