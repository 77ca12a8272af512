import type { Part } from './string-values.ts';

/** A token of Python as far as it matters here. */
export interface PythonToken {
  /** `line` begins a logical line; its length is that of the indentation. */
  readonly kind: 'string' | 'name' | 'sign' | 'other' | 'line';
  readonly from: number;
  readonly to: number;
  /** What stands there; the empty string for a string. */
  readonly text: string;
  /** For a string: what it is made of. */
  readonly parts: readonly Part[];
  /** For a string that nothing closes: its prefix and quotes. */
  readonly unclosed?: string;
}

/** Cuts a program into tokens from the line that begins at `from`, in linear time, whatever the text. */
export function readPythonTokens(text: string, from: number): PythonToken[] {
  const tokens: PythonToken[] = [];
  let brackets = 0;
  let isLineStart = true;
  let i = from;
  while (i < text.length) {
    const c = text[i]!;
    if (isLineStart) {
      const end = behindBlanks(text, i);
      const isEmpty = end >= text.length || '\r\n#'.includes(text[end]!);
      if (!isEmpty) tokens.push({ kind: 'line', from: i, to: end, text: '', parts: [] });
      isLineStart = false;
      i = end;
      continue;
    }
    if (c === '\n' || c === '\r') {
      i += 1;
      isLineStart = brackets === 0;
    } else if (c === ' ' || c === '\t' || c === '\f') i += 1;
    else if (c === '#') i = endOfLine(text, i);
    else if (c === '\\') i += text[i + 1] === '\r' && text[i + 2] === '\n' ? 3 : 2;
    else {
      const token = readString(text, i) ?? readOther(text, i);
      tokens.push(token);
      if ('([{'.includes(token.text) && token.kind === 'sign') brackets += 1;
      if (')]}'.includes(token.text) && token.kind === 'sign') brackets = Math.max(0, brackets - 1);
      i = token.to;
    }
  }
  return tokens;
}

function readOther(text: string, from: number): PythonToken {
  const name = match(NAME, text, from);
  if (name !== undefined) return { kind: 'name', from, to: from + name.length, text: name, parts: [] };
  const number = match(NUMBER, text, from);
  if (number !== undefined) return { kind: 'other', from, to: from + number.length, text: number, parts: [] };
  const sign = match(SIGN, text, from) ?? text[from] ?? '';
  return { kind: 'sign', from, to: from + sign.length, text: sign, parts: [] };
}

function match(pattern: RegExp, text: string, from: number): string | undefined {
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0];
}

const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /\d[\w.]*/y;
const SIGN = /\+=|:=|==|!=|->|\*\*|./sy;

/** A string of any prefix and any quotes; one that is never closed ends with its line, or with the text. */
function readString(text: string, from: number): PythonToken | undefined {
  const opening = match(OPENING, text, from);
  if (opening === undefined) return undefined;
  const prefix = /^[a-z]*/i.exec(opening)?.[0].toLowerCase() ?? '';
  const quote = opening.slice(prefix.length);
  const start = from + opening.length;
  const end = endOfString(text, start, quote);
  const parts = partsOf(text, start, end, prefix);
  if (!text.startsWith(quote, end)) {
    return { kind: 'string', from, to: end, text: '', parts, unclosed: opening };
  }
  return { kind: 'string', from, to: end + quote.length, text: '', parts };
}

const OPENING = /(?:[rbuft]|rb|br|rf|fr|rt|tr)?("""|'''|"|')/iy;

function endOfString(text: string, from: number, quote: string): number {
  let i = from;
  while (i < text.length) {
    const c = text[i]!;
    if (c === '\\') i += 2;
    else if (c === quote[0] && text.startsWith(quote, i)) return i;
    else if (quote.length === 1 && c === '\n') return i;
    else i += 1;
  }
  return text.length;
}

function partsOf(text: string, from: number, to: number, prefix: string): Part[] {
  const parts: Part[] = [];
  const isFormatted = prefix.includes('f') || prefix.includes('t');
  let begin = from;
  const letters = (end: number): void => {
    if (end > begin) parts.push({ kind: 'letters', from: begin, to: end });
  };
  for (let i = from; i < to;) {
    const c = text[i]!;
    if (c === '\\' && !prefix.includes('r')) {
      letters(i);
      const { escaped, length } = escapeAt(text, i);
      if (escaped !== '')
        parts.push({ kind: 'escaped', text: escaped, from: i, to: Math.min(to, i + length) });
      i = Math.min(to, i + length);
      begin = i;
    } else if (isFormatted && (c === '{' || c === '}') && text[i + 1] === c) {
      letters(i + 1);
      i += 2;
      begin = i;
    } else if (isFormatted && c === '{') {
      letters(i);
      const end = behindBrace(text, i, to);
      parts.push({
        kind: 'expression',
        name: text.slice(i + 1, text[end - 1] === '}' ? end - 1 : end),
        from: i,
        to: end,
      });
      i = end;
      begin = end;
    } else i += 1;
  }
  letters(to);
  return parts;
}

/** Behind the brace that closes an expression; `to` if none does before. */
function behindBrace(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && text[i] !== '}') i += 1;
  return Math.min(to, i + 1);
}

/** A line that a backslash continues has no letter there. */
function escapeAt(text: string, at: number): { escaped: string; length: number } {
  const next = text[at + 1] ?? '';
  if (next === '\n') return { escaped: '', length: 2 };
  if (next === '\r') return { escaped: '', length: text[at + 2] === '\n' ? 3 : 2 };
  return { escaped: { n: '\n', t: '\t', r: '\r' }[next] ?? next, length: 2 };
}

function behindBlanks(text: string, from: number): number {
  let i = from;
  while (text[i] === ' ' || text[i] === '\t') i += 1;
  return i;
}

function endOfLine(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  return feed < 0 ? text.length : feed;
}
