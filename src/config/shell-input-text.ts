import { DerivedTextBuilder, type DerivedText, type Use } from './derived-text.ts';
import { lineEndingLength } from './line-ends.ts';
import type { LineIndex } from './line-index.ts';
import type { Stretch } from './shell-commands.ts';
import { expandValue, variableName, withDefault } from './shell-expansion.ts';
import type { CommandInput } from './shell-input.ts';
import { endOfQuoted, VAIN_SEARCHES, type Searches } from './shell-quotes.ts';
import type { Word } from './word.ts';

/** What a script says about its variables where a command stands. */
export interface Values {
  readonly lookUp: (name: string) => Word | undefined;
  /** The words of `${NAME[@]}` and the like, which stands at `at`; undefined for what is no list. */
  readonly listAt: (at: Stretch) => readonly Word[] | undefined;
}

/** What a command reads, as the shell hands it over. */
export interface InputText extends DerivedText {
  /** The parts that depend on what nobody knows, in order. */
  readonly unknown: readonly UnknownStretch[];
}

/** A part of a script that depends on what nobody knows. */
export interface UnknownStretch extends Stretch {
  /** What the text has in its place. */
  readonly shown: string;
}

/** Makes the texts that the commands of a script read by `<<` and `<<<`. */
export class InputTexts {
  readonly #source: string;
  readonly #lines: LineIndex;
  /** Letters that variables may put in; where they repeat each other, that would be more than the script is worth. */
  #budget: number;

  constructor(source: string, lines: LineIndex) {
    this.#source = source;
    this.#lines = lines;
    this.#budget = 4 * source.length + 20_000;
  }

  textOf(input: CommandInput, { lookUp, listAt }: Values): InputText {
    const withinBudget = (words: readonly Word[] | undefined): readonly Word[] | undefined => {
      if (words?.every(isCertain) !== true) return undefined;
      for (const { text, runs } of words) this.#budget -= text.length + COST_OF_RUN * runs.length;
      return this.#budget < 0 ? undefined : words;
    };
    const writer = new InputWriter(this.#source, {
      lookUp: (name) => {
        const word = lookUp(name);
        return withinBudget(word && [word])?.[0];
      },
      listAt: (at) => withinBudget(listAt(at)),
    });
    if (input.kind === 'word') writer.word(input);
    else writer.lines(input);
    return { ...writer.out.build(this.#lines), unknown: writer.unknown };
  }
}

class InputWriter {
  readonly out: DerivedTextBuilder;
  readonly unknown: UnknownStretch[] = [];
  readonly #source: string;
  readonly #values: Values;
  readonly #searches: Searches = { vain: 0 };

  constructor(source: string, values: Values) {
    this.#source = source;
    this.#values = values;
    this.out = new DerivedTextBuilder(source);
  }

  /** What `<<<` hands over: a variable alone has its value where that is written. */
  word({ start, end }: CommandInput): void {
    const source = this.#source;
    const isQuoted = source[start] === '"' && end - start > 2;
    const [from, to] = isQuoted ? [start + 1, end - 1] : [start, end];
    const name = source[from] === '$' ? variableName(source, from, to) : undefined;
    const value = name?.end === to ? this.#values.lookUp(name.name) : undefined;
    if (value !== undefined) this.#copy(value, [{ start: from, end: to }]);
    else this.#copy(expandValue(source, start, end, this.#values.lookUp), []);
  }

  /** The lines of a here-document. */
  lines({ start, end, isQuoted, dropsTabs }: CommandInput): void {
    const source = this.#source;
    let begin = start;
    for (let i = start; i < end;) {
      const c = source[i]!;
      let next = i;
      if (c === '\t' && dropsTabs && (i === start || LINE_ENDS.includes(source[i - 1]!))) {
        while (next < end && source[next] === '\t') next += 1;
        this.out.copy(begin, i);
      } else if (!isQuoted && (c === '\\' || c === '$' || c === '`')) {
        next = this.#special(begin, i, end);
      }
      if (next > i) begin = next;
      i = Math.max(next, i + 1);
    }
    this.out.copy(begin, end);
  }

  /** Writes what stands for something else at `at`, and before it what is as it is written from `begin` on. */
  #special(begin: number, at: number, end: number): number {
    const source = this.#source;
    const next = source[at + 1] ?? '';
    if (source[at] === '\\') {
      const isEscape = at + 1 < end && '$`\\\n\r'.includes(next);
      if (!isEscape) return at;
      this.out.copy(begin, at);
      if (LINE_ENDS.includes(next)) return at + 1 + lineEndingLength(source, at + 1);
      this.out.insert(next, at, at + 2);
      return at + 2;
    }
    const name = variableName(source, at, end);
    if (name !== undefined && name.end <= end) {
      this.out.copy(begin, at);
      const value = this.#values.lookUp(name.name);
      if (value !== undefined) this.#copy(value, [{ start: at, end: name.end }]);
      else this.#unknown(at, name.end);
      return name.end;
    }
    return this.#substitution(begin, at, end);
  }

  #substitution(begin: number, at: number, end: number): number {
    const source = this.#source;
    const next = source[at + 1] ?? ' ';
    if (source[at] === '`' || next === '(' || next === '{') {
      const mayClose = this.#searches.vain < VAIN_SEARCHES;
      const closed = mayClose ? endOfQuoted(source, at, end, this.#searches) : -1;
      if (closed < 0) {
        this.#searches.vain += 1;
        return at;
      }
      this.out.copy(begin, at);
      const use = { start: at, end: closed };
      const text = next === '{' ? withDefault(source, at, closed, this.#values.lookUp) : undefined;
      const list = text === undefined ? this.#values.listAt(use) : undefined;
      if (text !== undefined) this.out.insert(text, at, closed);
      else if (list !== undefined) this.#list(list, use);
      else this.#unknown(at, closed);
      return closed;
    }
    if (!SPECIAL_PARAMETERS.includes(next) || at + 1 >= end) return at;
    this.out.copy(begin, at);
    this.#unknown(at, at + 2);
    return at + 2;
  }

  #list(words: readonly Word[], use: Use): void {
    words.forEach((word, i) => {
      if (i > 0) this.out.insert(' ', use.start, use.end, [use]);
      this.#copy(word, [use]);
    });
  }

  #copy({ text, runs }: Word, uses: readonly Use[]): void {
    for (const { at, length, source, sourceLength, verbatim, known } of runs) {
      const to = source + sourceLength;
      if (!known) this.#unknown(source, to);
      else if (verbatim) this.out.copy(source, to, uses);
      else this.out.insert(text.slice(at, at + length), source, to, uses);
    }
  }

  /** As it is written, unless the language of the text could stumble over it. */
  #unknown(start: number, end: number): void {
    const written = this.#source.slice(start, end);
    if (written.length <= LONGEST_SHOWN && /^\$[\w${}:/.@*#?!+=-]+$/.test(written)) {
      this.unknown.push({ start, end, shown: written });
      this.out.copy(start, end);
      return;
    }
    const name = written.slice(0, LONGEST_SHOWN).replace(/^`|^\$.|[`)}]$/g, '');
    const shown = `$(${name.replace(/[^\w.%@:/-]/g, '_')})`;
    this.unknown.push({ start, end, shown });
    this.out.insert(shown, start, end);
  }
}

function isCertain({ runs, maybe }: Word): boolean {
  return maybe === undefined && runs.every(({ known }) => known);
}

const LINE_ENDS = '\n\r';
const SPECIAL_PARAMETERS = '@*#?-$!';
/** In letters: each takes room of its own. */
const COST_OF_RUN = 4;
const LONGEST_SHOWN = 60;
