/** Kinds of token of a shell script; every character of the script belongs to exactly one token. */
export const TOKEN_KINDS = [
  /** Blanks between words. */
  'blank',
  /** A backslash and the line ending behind it, between words (or at the end of the text). */
  'continuation',
  'newline',
  /** Quotes, escapes, substitutions and array literals included. */
  'word',
  /** `;` `&&` `|` `>` `(` and the like. */
  'operator',
  'comment',
  /** The lines behind a `<<EOF`, with the line that ends them. */
  'here-document',
] as const;

export type TokenKind = (typeof TOKEN_KINDS)[number];

/** The kinds as they are stored: scripts have many tokens, and an object each would cost more than reading. */
export const BLANK = 0;
export const CONTINUATION = 1;
export const NEWLINE = 2;
export const WORD = 3;
export const OPERATOR = 4;
export const COMMENT = 5;
export const HERE_DOCUMENT = 6;

/** The tokens of a text in order, without gaps: a token starts where the one before it ends. */
export class Tokens {
  #kinds: Uint8Array;
  #ends: Uint32Array;
  #count = 0;

  constructor(expected: number) {
    this.#kinds = new Uint8Array(expected);
    this.#ends = new Uint32Array(expected);
  }

  get count(): number {
    return this.#count;
  }

  /** One of the constants above. */
  kind(index: number): number {
    return this.#kinds[index]!;
  }

  start(index: number): number {
    return index === 0 ? 0 : this.#ends[index - 1]!;
  }

  end(index: number): number {
    return this.#ends[index]!;
  }

  push(kind: number, end: number): void {
    if (this.#count === this.#kinds.length) this.#grow();
    this.#kinds[this.#count] = kind;
    this.#ends[this.#count] = end;
    this.#count += 1;
  }

  /** Drops the tokens behind the first `count`. */
  truncate(count: number): void {
    this.#count = count;
  }

  #grow(): void {
    const size = this.#kinds.length * 2 + 16;
    const kinds = new Uint8Array(size);
    kinds.set(this.#kinds);
    const ends = new Uint32Array(size);
    ends.set(this.#ends);
    this.#kinds = kinds;
    this.#ends = ends;
  }
}
