import { delimiterAt, endOfHereDocument } from './shell-here-documents.ts';
import { endOfLine } from './line-ends.ts';

/**
 * How often a search for the end of a quote or here-document may run to the end of the text in vain. After that, quotes
 * end with their line, and nothing is a here-document; this keeps the time linear for texts made to hurt.
 */
export const VAIN_SEARCHES = 8;

/** Counts those of a text. */
export interface Searches {
  vain: number;
}

/** Contexts that a shell nests in one another; each is named by the character that ends it. */
type Closer = '"' | ')' | '}' | '`';

/**
 * Where the quoted or bracketed text that opens at `start` ends: the offset behind its closing character, or
 * -1 if it is not closed before `limit`. Opens with `'`, `"`, a backtick, `(`, `$(`, `${` or `$'`. Visits
 * every character once, but what it looks for in vain; nesting costs memory, not stack.
 */
export function endOfQuoted(
  text: string,
  start: number,
  limit: number,
  searches: Searches = { vain: 0 },
): number {
  const simple = endOfSimpleQuotes(text, start, limit);
  if (simple !== undefined) return simple;
  const opening = openingAt(text, start);
  const open: Closer[] = [opening.closer as Closer];
  const inputs = new InputsWithin(text, limit, searches);
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
    } else if (c === '<' && closer === ')') {
      i = inputs.behindOperator(i);
    } else if (c === '\n' && inputs.areAwaited) {
      i = inputs.behindDocuments(i + 1);
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

/** The here-documents in a `$(…)`, in which quotes and brackets are letters. */
class InputsWithin {
  readonly #text: string;
  readonly #limit: number;
  readonly #searches: Searches;
  #awaited: string[] = [];

  constructor(text: string, limit: number, searches: Searches) {
    this.#text = text;
    this.#limit = limit;
    this.#searches = searches;
  }

  get areAwaited(): boolean {
    return this.#awaited.length > 0;
  }

  /** The offset behind the `<` at `at` and all that belongs to it. */
  behindOperator(at: number): number {
    if (this.#text[at + 1] !== '<') return at + 1;
    if (this.#text[at + 2] === '<') return at + 3;
    const dropsTabs = this.#text[at + 2] === '-';
    const delimiter = delimiterAt(this.#text, at + (dropsTabs ? 3 : 2));
    if (delimiter === undefined) return at + 2;
    this.#awaited.push((dropsTabs ? '\t' : '') + delimiter.text);
    return Math.min(delimiter.end, this.#limit);
  }

  /** The offset behind the lines of those that are awaited, which begin at `at`. */
  behindDocuments(at: number): number {
    const awaited = this.#awaited;
    this.#awaited = [];
    let behind = at;
    for (const delimiter of awaited) {
      if (this.#searches.vain >= VAIN_SEARCHES) break;
      const end = endOfHereDocument(this.#text, behind, delimiter);
      // Then `<<` is something else, as in `$((1 << 2))`.
      if (end === undefined || end > this.#limit) this.#searches.vain += 1;
      else behind = end;
    }
    return behind;
  }
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
