import { detached } from '../base/detached.ts';
import { endOfQuoted, type Searches } from './shell-quotes.ts';
import { hasBlank, splitAtBlanks, type Run, type Word } from './word.ts';

/** The value of a variable where a word stands; undefined if the file does not say it for certain. */
export type LookUp = (name: string) => Word | undefined;

/**
 * The words that the shell makes of the word from `start` to `end` of `source`: one, or several or none where
 * a known variable alone is not quoted. What depends on an unknown variable or on another program's output
 * stays as it is written and is marked unknown.
 */
export function expandWord(source: string, start: number, end: number, lookUp: LookUp): Word[] {
  const plain = plainWord(source, start, end);
  if (plain !== undefined) return [plain];
  const name = source[start] === '$' ? variableName(source, start, end) : undefined;
  if (name?.end === end) {
    const value = lookUp(name.name);
    if (value !== undefined) return splitAtBlanks(value, { start, end });
  }
  return [new Expansion(source, end, lookUp, true).word(start)];
}

/** A word that is what stands there, as most are, which it is not worth taking to pieces. */
function plainWord(source: string, start: number, end: number): Word | undefined {
  for (let i = start; i < end; i++) {
    const code = source.charCodeAt(i);
    if (code < SPECIAL_CODES.length && SPECIAL_CODES[code] === 1) return undefined;
  }
  if (start >= end) return undefined;
  const run = {
    at: 0,
    length: end - start,
    source: start,
    sourceLength: end - start,
    verbatim: true,
    known: true,
  };
  return { text: detached(source.slice(start, end)), runs: [run], start, end };
}

/** The value that the shell gives a variable by `NAME=` and what stands from `start` to `end`; nothing is split. */
export function expandValue(source: string, start: number, end: number, lookUp: LookUp): Word {
  return new Expansion(source, end, lookUp, false).word(start);
}

/** The name and end of a plain `$NAME`, `${NAME}` or `$1` at `start`; undefined for every other kind of `$`. */
export function variableName(
  source: string,
  start: number,
  end: number,
): { name: string; end: number } | undefined {
  const braced = source[start + 1] === '{';
  const from = start + (braced ? 2 : 1);
  let to = from;
  // `$12` is `${1}2`.
  if (isDigit(source.charCodeAt(from))) {
    to += 1;
    while (braced && to < end && isDigit(source.charCodeAt(to))) to += 1;
  } else while (to < end && isNameLetter(source.charCodeAt(to), to > from)) to += 1;
  if (to === from || (braced && source[to] !== '}')) return undefined;
  return { name: source.slice(from, to), end: braced ? to + 1 : to };
}

/**
 * What `${NAME:-word}`, `${NAME:=word}`, `${NAME:?word}` and `${NAME:+word}` stand for where the script gives NAME a
 * value; undefined where it does not, since the environment may have one.
 */
export function withDefault(source: string, at: number, end: number, lookUp: LookUp): string | undefined {
  const match = end - at > LONGEST_DEFAULT ? null : DEFAULTED.exec(source.slice(at, end));
  if (match === null) return undefined;
  const [head, name = '', colon, sign] = match;
  const value = lookUp(name);
  if (value?.runs.every(({ known }) => known) !== true) return undefined;
  const isSet = colon === undefined || value.text !== '';
  if (isSet !== (sign === '+')) return isSet ? value.text : '';
  if (sign === '?') return undefined;
  const word = expandValue(source, at + head.length, end - 1, lookUp);
  return word.runs.every(({ known }) => known) ? word.text : undefined;
}

const DEFAULTED = /^\$\{([A-Za-z_]\w*|\d+)(:)?([-=?+])/;
/** Defaults in defaults are read again for each: they must not be long. */
const LONGEST_DEFAULT = 500;

class Expansion {
  readonly #source: string;
  readonly #end: number;
  readonly #lookUp: LookUp;
  /** Whether blanks of a variable outside of quotes cut the word. */
  readonly #splits: boolean;
  readonly #searches: Searches = { vain: 0 };
  readonly #parts: string[] = [];
  readonly #runs: Run[] = [];
  #length = 0;

  constructor(source: string, end: number, lookUp: LookUp, splits: boolean) {
    this.#source = source;
    this.#end = end;
    this.#lookUp = lookUp;
    this.#splits = splits;
  }

  word(start: number): Word {
    const source = this.#source;
    let i = start;
    while (i < this.#end) {
      const c = source[i] as string;
      if (c === "'") i = this.#singleQuoted(i + 1, false);
      else if (c === '"') i = this.#doubleQuoted(i + 1);
      else if (c === '$' && source[i + 1] === "'") i = this.#singleQuoted(i + 2, true);
      else if (c === '\\') i = this.#escape(i);
      else if (c === '$' || c === '`') i = this.#substitution(i, !this.#splits);
      else i = this.#plain(i, UNQUOTED_SPECIAL);
    }
    return { text: detached(this.#parts.join('')), runs: this.#runs, start, end: this.#contentEnd(start) };
  }

  /** The end of the word without a continuation that only leads to a blank line. */
  #contentEnd(start: number): number {
    let end = this.#end;
    while (end > start && (this.#source[end - 1] === '\n' || this.#source[end - 1] === '\r')) {
      end -= this.#source[end - 1] === '\n' && this.#source[end - 2] === '\r' ? 2 : 1;
      if (this.#source[end - 1] === '\\') end -= 1;
    }
    const last = this.#source[end - 1] === '\\' && end === this.#source.length;
    return last ? end - 1 : end;
  }

  #add(text: string, source: number, sourceLength: number, verbatim: boolean, known = true): void {
    if (text.length === 0) return;
    this.#runs.push({ at: this.#length, length: text.length, source, sourceLength, verbatim, known });
    this.#parts.push(text);
    this.#length += text.length;
  }

  #verbatim(from: number, to: number, known = true): number {
    this.#add(this.#source.slice(from, to), from, to - from, true, known);
    return to;
  }

  #plain(from: number, special: string): number {
    let to = from + 1;
    while (to < this.#end && !special.includes(this.#source[to] as string)) to += 1;
    return this.#verbatim(from, to);
  }

  /** Text between single quotes; `escapes` for `$'…'`. Returns the offset behind the closing quote. */
  #singleQuoted(from: number, escapes: boolean): number {
    let begin = from;
    let i = from;
    while (i < this.#end && this.#source[i] !== "'") {
      if (escapes && this.#source[i] === '\\' && i + 1 < this.#end) {
        this.#verbatim(begin, i);
        const letter = this.#source[i + 1] as string;
        this.#add(ANSI_ESCAPES[letter] ?? letter, i, 2, false);
        begin = i + 2;
        i += 2;
      } else {
        i += 1;
      }
    }
    this.#verbatim(begin, Math.min(i, this.#end));
    return i + 1;
  }

  #doubleQuoted(from: number): number {
    let i = from;
    while (i < this.#end && this.#source[i] !== '"') {
      const c = this.#source[i];
      if (c === '\\' && '$`"\\\n\r'.includes(this.#source[i + 1] ?? 'x')) i = this.#escape(i);
      else if (c === '$' || c === '`') i = this.#substitution(i, true);
      else i = this.#plain(i, QUOTED_SPECIAL);
    }
    return i + 1;
  }

  #escape(at: number): number {
    const next = this.#source[at + 1];
    if (at + 1 >= this.#end) return at + 1;
    if (next === '\n') return at + 2;
    if (next === '\r') return at + (this.#source[at + 2] === '\n' ? 3 : 2);
    return this.#verbatim(at + 1, at + 2);
  }

  #substitution(at: number, quoted: boolean): number {
    const source = this.#source;
    const name = variableName(source, at, this.#end);
    if (name !== undefined) {
      const value = this.#lookUp(name.name);
      // Outside of quotes the blanks would cut the word; which of its parts is which is then nobody's guess.
      const isCertain = value?.runs.every((run) => run.known) === true;
      if (value === undefined || !isCertain || (!quoted && hasBlank(value.text))) {
        return this.#verbatim(at, name.end, false);
      }
      this.#add(value.text, at, name.end - at, false);
      return name.end;
    }
    const next = source[at + 1] ?? '';
    if (source[at] === '`' || next === '(' || next === '{') {
      const closed = endOfQuoted(source, at, this.#end, this.#searches);
      const end = closed < 0 ? this.#end : closed;
      const text = next === '{' ? withDefault(source, at, end, this.#lookUp) : undefined;
      if (text === undefined || (!quoted && hasBlank(text))) return this.#verbatim(at, end, false);
      this.#add(text, at, end - at, false);
      return end;
    }
    const special = SPECIAL_PARAMETERS.includes(next || ' ') && at + 1 < this.#end;
    return this.#verbatim(at, special ? at + 2 : at + 1, !special);
  }
}

const UNQUOTED_SPECIAL = '\'"\\$`';
/** Those, and the ends of lines, with which a word ends where its line goes on. */
const SPECIAL_CODES = codesOf(`${UNQUOTED_SPECIAL}\n\r`);
const QUOTED_SPECIAL = '"\\$`';
const SPECIAL_PARAMETERS = '0123456789@*#?-$!';
const ANSI_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', e: '\x1b' };

function codesOf(letters: string): Uint8Array {
  const codes = new Uint8Array(128);
  for (const letter of letters) codes[letter.charCodeAt(0)] = 1;
  return codes;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isNameLetter(code: number, orDigit: boolean): boolean {
  return (
    (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || (orDigit && isDigit(code))
  );
}
