import type { Part } from './string-values.ts';

/** A string of Nix, by its place and what it is made of. */
export interface NixString {
  readonly from: number;
  readonly to: number;
  readonly parts: readonly Part[];
  /** Whether it stands between pairs of single quotes, as scripts do. */
  readonly isIndented: boolean;
  readonly isClosed: boolean;
}

/** Reads the string whose quotation marks stand at `from`; one that is never closed ends with the text. */
export function readNixString(text: string, from: number): NixString {
  const isIndented = text[from] === "'";
  const quote = isIndented ? "''" : '"';
  const parts: Part[] = [];
  let begin = from + quote.length;
  let i = begin;
  const letters = (end: number): void => {
    if (end > begin) parts.push({ kind: 'letters', from: begin, to: end });
  };
  while (i < text.length) {
    const escape = isIndented ? indentedEscape(text, i) : escapeAt(text, i);
    if (escape !== undefined) {
      letters(i);
      parts.push({ kind: 'escaped', text: escape.text, from: i, to: i + escape.length });
      i += escape.length;
      begin = i;
    } else if (text.startsWith('${', i)) {
      letters(i);
      const to = endOfExpression(text, i + 2);
      parts.push({ kind: 'expression', name: text.slice(i + 2, to - 1), from: i, to });
      i = to;
      begin = i;
    } else if (text.startsWith(quote, i)) {
      letters(i);
      return { from, to: i + quote.length, parts, isIndented, isClosed: true };
    } else i += 1;
  }
  letters(text.length);
  return { from, to: text.length, parts, isIndented, isClosed: false };
}

function escapeAt(text: string, at: number): { text: string; length: number } | undefined {
  if (text.startsWith('$$', at)) return { text: '$$', length: 2 };
  if (text[at] !== '\\' || at + 1 >= text.length) return undefined;
  const next = text[at + 1] ?? '';
  return { text: { n: '\n', t: '\t', r: '\r' }[next] ?? next, length: 2 };
}

function indentedEscape(text: string, at: number): { text: string; length: number } | undefined {
  if (text.startsWith('$$', at)) return { text: '$$', length: 2 };
  if (text.startsWith("'''", at)) return { text: "''", length: 3 };
  if (text.startsWith("''$", at)) return { text: '$', length: 3 };
  return text.startsWith("''\\", at) ? { text: text[at + 3] ?? '', length: 4 } : undefined;
}

/** Behind the brace that closes an expression; it may hold braces of its own. */
function endOfExpression(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length && i < from + LONGEST_EXPRESSION; i++) {
    if (text[i] === '{') depth += 1;
    else if (text[i] === '}') depth -= 1;
    if (depth === 0) return i + 1;
  }
  return Math.min(text.length, from + 1);
}

const LONGEST_EXPRESSION = 300;
