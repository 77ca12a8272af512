import { endOfLine, lineEndingLength } from './line-ends.ts';
import { delimiterAt, endOfHereDocument } from './shell-here-documents.ts';
import { endOfQuoted, opensQuoted, VAIN_SEARCHES, type Searches } from './shell-quotes.ts';
import {
  BLANK,
  COMMENT,
  CONTINUATION,
  HERE_DOCUMENT,
  NEWLINE,
  OPERATOR,
  Tokens,
  WORD,
} from './shell-tokens.ts';

/** A quote or bracket that nothing closes. */
export interface Unterminated {
  readonly start: number;
  /** What stands there, e.g. `"` or `$(`. */
  readonly opener: string;
}

/** The tokens of a text, or of a piece of it; all offsets count from where that begins. */
export interface LexedShell {
  readonly tokens: Tokens;
  readonly unterminated: readonly Unterminated[];
  /** How many letters the tokens are made of. */
  readonly length: number;
  /** How often the search for the end of a quote or here-document went to the end of the text in vain. */
  readonly vainSearches: number;
}

/**
 * Cuts a POSIX or bash script into tokens, in linear time, whatever the text. A quote that is never closed
 * ends at the end of its line, so that the lines behind it are understood.
 */
export function lexShell(text: string): LexedShell {
  return lexPiece(text, 0, text.length);
}

/**
 * The tokens from `start`, where a line begins and nothing is open, to the first such place at or behind `until`. They
 * are those of the whole text as long as fewer than `VAIN_SEARCHES` were made in all of it.
 */
export function lexPiece(text: string, start: number, until: number): LexedShell {
  return new Lexer(text, start, until).run();
}

/** What a character can begin or end outside of quotes. */
const PLAIN = 0;
const BLANK_CHARACTER = 1;
const LINE_END = 2;
const OPERATOR_CHARACTER = 3;
const ESCAPE = 4;
/** A quote, a backtick or a dollar sign. */
const QUOTE = 5;

const CLASSES = classifyCharacters();

class Lexer {
  readonly #text: string;
  readonly #tokens: Tokens;
  readonly #unterminated: Unterminated[] = [];
  readonly #start: number;
  readonly #until: number;
  #at: number;
  readonly #searches: Searches = { vain: 0 };
  /** Set by an unclosed quote until the next newline: quotes end with their line at the latest. */
  #quotesEndWithLine = false;
  /** Quoted text on several lines since the last newline token, where an unclosed quote may hide. */
  #suspects: { quote: string; at: number; tokenCount: number; wordStart: number }[] = [];
  #hereDocuments: string[] = [];

  constructor(text: string, start: number, until: number) {
    this.#text = text;
    this.#start = start;
    this.#until = until;
    this.#at = start;
    this.#tokens = new Tokens(((until - start) >> 2) + 16);
  }

  run(): LexedShell {
    let endsLine = false;
    while (this.#at < this.#text.length && !(endsLine && this.#at >= this.#until)) endsLine = this.#next();
    return {
      tokens: this.#tokens,
      unterminated: this.#unterminated,
      length: this.#at - this.#start,
      vainSearches: this.#searches.vain,
    };
  }

  /** Takes the next token; true for the end of a line, with the here-documents behind it. */
  #next(): boolean {
    const text = this.#text;
    const start = this.#at;
    const code = text.charCodeAt(start);
    const kind = classOf(code);
    if (kind === BLANK_CHARACTER) {
      let end = start + 1;
      while (end < text.length && classOf(text.charCodeAt(end)) === BLANK_CHARACTER) end += 1;
      this.#push(BLANK, end);
    } else if (kind === LINE_END) {
      this.#push(NEWLINE, start + lineEndingLength(text, start));
      if (this.#suspects.length > 0) this.#suspects = [];
      this.#quotesEndWithLine = false;
      if (this.#hereDocuments.length > 0) this.#readHereDocuments();
      return true;
    } else if (code === HASH) {
      this.#push(COMMENT, endOfLine(text, start, text.length));
    } else if (kind === ESCAPE && continues(text, start)) {
      this.#push(CONTINUATION, start + 1 + lineEndingLength(text, start + 1));
    } else if (kind === OPERATOR_CHARACTER) {
      this.#operator();
    } else {
      this.#word();
    }
    return false;
  }

  #push(kind: number, end: number): void {
    this.#tokens.push(kind, end - this.#start);
    this.#at = end;
  }

  #operator(): void {
    const text = this.#text;
    const start = this.#at;
    if (text.startsWith('((', start)) {
      const end = this.#quoted(start, start);
      if (end !== undefined) this.#push(WORD, end);
      return;
    }
    const isLong = classOf(text.charCodeAt(start + 1)) === OPERATOR_CHARACTER;
    const operator = isLong ? OPERATORS.find((candidate) => text.startsWith(candidate, start)) : undefined;
    this.#push(OPERATOR, start + (operator?.length ?? 1));
    if (operator === '<<' || operator === '<<-') this.#hereDocumentDelimiter(operator === '<<-');
  }

  #word(): void {
    const text = this.#text;
    const start = this.#at;
    let i = start;
    while (i < text.length) {
      const code = text.charCodeAt(i);
      const kind = classOf(code);
      if (kind === PLAIN) {
        i += 1;
      } else if (kind === ESCAPE) {
        i += continues(text, i) ? 1 + lineEndingLength(text, i + 1) : 2;
      } else if (kind === QUOTE ? opensQuoted(text, i) : isArrayLiteral(text, start, i)) {
        const end = this.#quoted(i, start);
        if (end === undefined) return;
        i = end;
      } else if (kind === QUOTE) {
        i += 1;
      } else {
        break;
      }
    }
    this.#push(WORD, Math.min(i, text.length));
  }

  /**
   * The end of the quoted text that opens at `at`, in the word from `wordStart`. Undefined if the lexer went
   * back, to read again from an earlier quote that turned out to be the one that is not closed.
   */
  #quoted(at: number, wordStart: number): number | undefined {
    const text = this.#text;
    const lineEnd = (): number => endOfLine(text, at, text.length);
    const lineOnly = this.#quotesEndWithLine || this.#searches.vain >= VAIN_SEARCHES;
    const end = endOfQuoted(text, at, lineOnly ? lineEnd() : text.length, this.#searches);
    if (end >= 0) {
      if (!lineOnly) this.#suspect(at, end, wordStart);
      return end;
    }
    if (lineOnly) return withoutContinuation(text, at, lineEnd());
    this.#searches.vain += 1;
    this.#quotesEndWithLine = true;
    const culprit = this.#suspects.find((suspect) => suspect.quote === text[at]);
    this.#report(culprit?.at ?? at);
    if (culprit === undefined) return withoutContinuation(text, at, lineEnd());
    this.#tokens.truncate(culprit.tokenCount);
    this.#at = culprit.wordStart;
    this.#suspects = [];
    return undefined;
  }

  #suspect(at: number, end: number, wordStart: number): void {
    const quote = this.#text[at]!;
    if ((quote === '"' || quote === "'") && reachesNextStatement(this.#text, at, end)) {
      this.#suspects.push({ quote, at, tokenCount: this.#tokens.count, wordStart });
    }
  }

  #report(start: number): void {
    const length = this.#text[start] === '$' ? 2 : 1;
    this.#unterminated.push({ start: start - this.#start, opener: this.#text.slice(start, start + length) });
  }

  /** Remembers the word behind `<<`, without reading over it. */
  #hereDocumentDelimiter(dropTabs: boolean): void {
    const delimiter = delimiterAt(this.#text, this.#at)?.text;
    if (delimiter) this.#hereDocuments.push((dropTabs ? '\t' : '') + delimiter);
  }

  #readHereDocuments(): void {
    const delimiters = this.#hereDocuments;
    this.#hereDocuments = [];
    for (const delimiter of delimiters) {
      if (this.#searches.vain >= VAIN_SEARCHES) return;
      const end = endOfHereDocument(this.#text, this.#at, delimiter);
      if (end === undefined) this.#searches.vain += 1;
      else if (end > this.#at) this.#push(HERE_DOCUMENT, end);
    }
  }
}

/** Longest first. */
const OPERATORS = [
  '<<<',
  '<<-',
  '&>>',
  ';;&',
  '&&',
  '||',
  ';;',
  ';&',
  '|&',
  '<<',
  '>>',
  '&>',
  '>&',
  '<&',
  '>|',
];

const HASH = 35;

function classifyCharacters(): Uint8Array {
  const classes = new Uint8Array(128);
  const mark = (characters: string, kind: number): void => {
    for (const c of characters) classes[c.charCodeAt(0)] = kind;
  };
  mark(' \t', BLANK_CHARACTER);
  mark('\n\r', LINE_END);
  mark(';&|<>()', OPERATOR_CHARACTER);
  mark('\\', ESCAPE);
  mark('"\'`$', QUOTE);
  return classes;
}

function classOf(code: number): number {
  return code < 128 ? CLASSES[code]! : PLAIN;
}

/** Whether `NAME=(` opens an array at `i`, in the word from `start`. */
function isArrayLiteral(text: string, start: number, i: number): boolean {
  return text[i] === '(' && text[i - 1] === '=' && i > start + 1;
}

/** Whether the backslash at `at` joins the next line, or is the last character of the text. */
function continues(text: string, at: number): boolean {
  return at + 1 === text.length || text[at + 1] === '\n' || text[at + 1] === '\r';
}

/**
 * Whether the next line inside of the quoted text looks like an option, or sets a variable: then the quote was hardly
 * meant to reach it.
 */
function reachesNextStatement(text: string, at: number, end: number): boolean {
  const lineEnd = endOfLine(text, at, end);
  if (lineEnd >= end) return false;
  let i = lineEnd;
  while (i < end && ' \t\r\n'.includes(text[i]!)) i += 1;
  return i < end && (text[i] === '-' || SETS_VARIABLE.test(text.slice(i, Math.min(end, i + LONGEST_NAME))));
}

const SETS_VARIABLE = /^[A-Za-z_]\w*\+?=/;
const LONGEST_NAME = 40;

/** `lineEnd` moved back over a continuation and blanks, where an unclosed quote of this line is taken to end. */
function withoutContinuation(text: string, at: number, lineEnd: number): number {
  let end = lineEnd;
  if (text[end - 1] === '\\') end -= 1;
  while (end > at + 1 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  return Math.max(end, at + 1);
}
