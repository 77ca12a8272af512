import { HERE_DOCUMENT, type Tokens } from './shell-tokens.ts';

/** What a command is given to read by `<<EOF` or `<<<`. */
export interface CommandInput {
  readonly start: number;
  readonly end: number;
  /** The lines of a here-document, without the one that ends it, or the word behind `<<<`. */
  readonly kind: 'lines' | 'word';
  /** Whether its delimiter is quoted, so that nothing in the lines stands for something else. */
  readonly isQuoted: boolean;
  /** `<<-`: tabs at the beginning of its lines are left out. */
  readonly dropsTabs: boolean;
}

type Stretch = Pick<CommandInput, 'start' | 'end'>;

/** A `<<EOF` whose lines have not come. */
interface Awaited {
  readonly delimiter: string;
  readonly isQuoted: boolean;
  readonly dropsTabs: boolean;
  /** Where they go. */
  readonly input: CommandInput[];
}

/** Finds what the commands of a piece of a script read; all offsets count from where the piece begins. */
export class AwaitedInput {
  readonly #text: string;
  readonly #tokens: Tokens;
  readonly #start: number;
  /** The `<<` or the like whose word comes next; empty for none. */
  #operator = '';
  /** Null as long as the command that is open reads nothing, as nearly all do. */
  #input: CommandInput[] | null = null;
  #awaited: Awaited[] = [];

  constructor(text: string, tokens: Tokens, start: number) {
    this.#text = text;
    this.#tokens = tokens;
    this.#start = start;
  }

  /** What the command reads that is open; lines that come later are put into it. */
  get ofCommand(): readonly CommandInput[] {
    return this.#input ?? NOTHING;
  }

  /** A redirection was read. */
  open(token: number): void {
    const { start, end } = this.#stretchOf(token);
    this.#operator = end - start > 1 && this.#at(start) === '<' ? this.#slice(start, end) : '';
  }

  /** The word behind a redirection. */
  take(token: number): void {
    const operator = this.#operator;
    this.#operator = '';
    if (!operator.startsWith('<<')) return;
    const { start, end } = this.#stretchOf(token);
    const input = (this.#input ??= []);
    if (operator === '<<<') {
      input.push({ kind: 'word', start, end, isQuoted: false, dropsTabs: false });
    } else {
      const word = this.#slice(start, Math.min(end, start + LONGEST_DELIMITER));
      const delimiter = word.replace(/["'\\]/g, '');
      const [isQuoted, dropsTabs] = [delimiter !== word, operator === '<<-'];
      this.#awaited.push({ delimiter, isQuoted, dropsTabs, input });
    }
  }

  /** More that the command reads, within its words. */
  add(inputs: readonly CommandInput[]): void {
    for (const one of inputs) (this.#input ??= []).push(one);
  }

  endCommand(): void {
    this.#operator = '';
    this.#input = null;
  }

  /** A line ends with `token`; the here-documents of its commands stand behind it. */
  endLine(token: number): void {
    if (this.#awaited.length === 0) return;
    const awaited = this.#awaited;
    this.#awaited = [];
    let next = 0;
    for (let i = token + 1; i < this.#tokens.count && this.#tokens.kind(i) === HERE_DOCUMENT; i++) {
      const { start, end } = this.#withoutLastLine(this.#stretchOf(i));
      const last = this.#slice(end, Math.min(this.#tokens.end(i), end + LONGEST_DELIMITER)).trim();
      // One whose end is not in the text has no lines.
      while (next < awaited.length && awaited[next]?.delimiter !== last) next += 1;
      const found = awaited[next];
      if (found === undefined) return;
      const { isQuoted, dropsTabs, input } = found;
      input.push({ kind: 'lines', start, end, isQuoted, dropsTabs });
      next += 1;
    }
  }

  #withoutLastLine({ start, end }: Stretch): Stretch {
    let at = end;
    if (this.#at(at - 1) === '\n') at -= 1;
    if (this.#at(at - 1) === '\r') at -= 1;
    while (at > start && this.#at(at - 1) !== '\n' && this.#at(at - 1) !== '\r') at -= 1;
    return { start, end: at };
  }

  #stretchOf(token: number): Stretch {
    return { start: this.#tokens.start(token), end: this.#tokens.end(token) };
  }

  #at(offset: number): string | undefined {
    return this.#text[this.#start + offset];
  }

  #slice(start: number, end: number): string {
    return this.#text.slice(this.#start + start, this.#start + end);
  }
}

const NOTHING: readonly CommandInput[] = [];
/** As the lexer has it, with its quotes. */
const LONGEST_DELIMITER = 300;
