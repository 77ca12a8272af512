/** Cuts a text that comes in pieces into lines: no more of it is kept than the line that is not complete yet. */
export class LineCutter {
  readonly #take: (line: string) => void;
  #rest = '';

  /** `take` is given every line, without its end. */
  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  /** Takes the next piece of the text, cut anywhere. */
  push(piece: string): void {
    const text = this.#rest === '' ? piece : this.#rest + piece;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#take(text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
    // A file without line feeds is no trace; it must not fill the memory.
    if (this.#rest.length > LONGEST_LINE) this.end();
  }

  /** Takes the last line, if the text does not end with a line feed. */
  end(): void {
    if (this.#rest !== '') this.#take(this.#rest);
    this.#rest = '';
  }
}

/** Longer lines are cut: no line of a trace is. */
const LONGEST_LINE = 1 << 18;
