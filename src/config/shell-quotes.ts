/** Contexts that a shell nests in one another; each is named by the character that ends it. */
type Closer = '"' | ')' | '}' | '`';

/**
 * Where the quoted or bracketed text that opens at `start` ends: the offset behind its closing character, or
 * -1 if it is not closed before `limit`. Opens with `'`, `"`, a backtick, `(`, `$(`, `${` or `$'`. Visits
 * every character once; nesting costs memory, not stack.
 */
export function endOfQuoted(text: string, start: number, limit: number): number {
  const simple = endOfSimpleQuotes(text, start, limit);
  if (simple !== undefined) return simple;
  const opening = openingAt(text, start);
  const open: Closer[] = [opening.closer as Closer];
  let i = opening.inside;
  while (i < limit) {
    const closer = open[open.length - 1]!;
    const c = text[i]!;
    if (c === '\\') {
      i += 2;
    } else if (c === closer) {
      open.pop();
      i += 1;
      if (open.length === 0) return i;
    } else if (closer === '`') {
      i += 1;
    } else if (c === '#' && closer === ')' && startsWord(text, i)) {
      i = endOfLine(text, i, limit);
    } else if (c === "'" && !open.includes('"', open.length - 2)) {
      const end = endOfSingleQuotes(text, i + 1, limit, text[i - 1] === '$');
      if (end < 0) return -1;
      i = end;
    } else if (opensNested(text, i, closer)) {
      const nested = openingAt(text, i);
      open.push(nested.closer as Closer);
      i = nested.inside;
    } else {
      i += 1;
    }
  }
  return -1;
}

/** The same for quotes with nothing nested in them, which are nearly all; undefined for the others. */
function endOfSimpleQuotes(text: string, start: number, limit: number): number | undefined {
  const c = text.charCodeAt(start);
  if (c === SINGLE_QUOTE) return endOfSingleQuotes(text, start + 1, limit, false);
  if (c === DOLLAR && text.charCodeAt(start + 1) === SINGLE_QUOTE) {
    return endOfSingleQuotes(text, start + 2, limit, true);
  }
  if (c !== DOUBLE_QUOTE) return undefined;
  for (let i = start + 1; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === DOUBLE_QUOTE) return i + 1;
    if (code === BACKSLASH) i += 1;
    else if (code === BACKTICK) return undefined;
    else if (code === DOLLAR && OPENS_BEHIND_DOLLAR.includes(text[i + 1] ?? ' ')) return undefined;
  }
  return -1;
}

/** The offset of the first line ending at or behind `from`, or `limit`. */
export function endOfLine(text: string, from: number, limit: number): number {
  for (let i = from; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || code === 13) return i;
  }
  return limit;
}

/** Whether quoted or bracketed text opens at `start` of a word outside of quotes. */
export function opensQuoted(text: string, start: number): boolean {
  const c = text[start];
  return c === "'" || c === '"' || c === '`' || (c === '$' && "('{".includes(text[start + 1] ?? ' '));
}

const DOUBLE_QUOTE = 34;
const DOLLAR = 36;
const SINGLE_QUOTE = 39;
const BACKSLASH = 92;
const BACKTICK = 96;
const OPENS_BEHIND_DOLLAR = '({';

interface Opening {
  readonly closer: Closer | "'";
  readonly inside: number;
  /** Whether a backslash escapes in there: in `$'…'`, not in `'…'`. */
  readonly escapes: boolean;
}

function openingAt(text: string, start: number): Opening {
  const dollar = text[start] === '$';
  const inside = start + (dollar ? 2 : 1);
  const c = text[inside - 1];
  const closer = c === '(' ? ')' : c === '{' ? '}' : c === "'" ? "'" : c === '`' ? '`' : '"';
  return { closer, inside, escapes: dollar };
}

/** Whether a new context opens at `i` inside of one that `closer` ends. */
function opensNested(text: string, i: number, closer: Closer): boolean {
  const c = text[i];
  if (c === '`') return true;
  if (c === '$') return text[i + 1] === '(' || text[i + 1] === '{';
  if (c === '"') return closer !== '"';
  return c === '(' && closer === ')';
}

function endOfSingleQuotes(text: string, inside: number, limit: number, escapes: boolean): number {
  for (let i = inside; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === SINGLE_QUOTE) return i + 1;
    if (escapes && code === BACKSLASH) i += 1;
  }
  return -1;
}

function startsWord(text: string, i: number): boolean {
  return ' \t\n\r;('.includes(text[i - 1] ?? '\n');
}
