import { DerivedTextBuilder, type DerivedText, type Use } from '../derived-text.ts';
import type { LineIndex } from '../line-index.ts';

/**
 * Writes words of a command line, found in a text of another language, as a shell script that means the same; so there
 * is one reader of command lines. Letters keep their places in the file.
 */
export class ShellWriter {
  readonly #source: string;
  readonly #out: DerivedTextBuilder;
  /** What may still be written: variables that repeat each other must not make more than the file is worth. */
  #budget: number;
  #isInWord = false;

  constructor(source: string) {
    this.#source = source;
    this.#out = new DerivedTextBuilder(source);
    this.#budget = 4 * source.length + 20_000;
  }

  get isExhausted(): boolean {
    return this.#budget <= 0;
  }

  /** Shell text as it stands in the file. */
  script(from: number, to: number, uses: readonly Use[] = []): void {
    this.#budget -= to - from + (uses.length > 0 ? COST_OF_PART : 0);
    if (this.#budget > 0) this.#out.copy(from, to, uses);
  }

  /** Shell text that stands for that of the file from `from` to `to`. */
  insert(text: string, from: number, to = from, uses: readonly Use[] = []): void {
    this.#budget -= text.length + COST_OF_PART;
    if (this.#budget > 0) this.#out.insert(text, from, to, uses);
  }

  /** Begins a word at `at`, where its quotation mark stands. */
  beginWord(at: number, uses: readonly Use[] = []): void {
    this.insert("'", at, at, uses);
    this.#isInWord = true;
  }

  endWord(at: number, uses: readonly Use[] = []): void {
    this.insert("' ", at, at, uses);
    this.#isInWord = false;
  }

  /** Letters of the word, whatever they are. */
  letters(from: number, to: number, uses: readonly Use[] = []): void {
    let begin = from;
    for (let i = from; i < to; i++) {
      if (this.#source[i] !== "'") continue;
      this.script(begin, i, uses);
      this.insert("'\\''", i, i + 1, uses);
      begin = i + 1;
    }
    this.script(begin, to, uses);
  }

  /**
   * A part of a word, or of a script, that the file does not say; `name` is what it depends on. Between single quotes
   * of a script the shell would take it for letters.
   */
  unknown(
    name: string,
    from: number,
    to: number,
    uses: readonly Use[] = [],
    isQuoted = this.#isInWord,
  ): void {
    const shown = `$(${name.slice(0, LONGEST_NAME).replace(/[^\w.%@:/-]/g, '_')})`;
    this.insert(isQuoted ? `'"${shown}"'` : shown, from, to, uses);
  }

  endLine(at: number): void {
    this.insert('\n', at);
  }

  build(lines: LineIndex): DerivedText {
    return this.#out.build(lines);
  }
}

const LONGEST_NAME = 40;
/** In letters: each part takes room of its own. */
const COST_OF_PART = 4;
