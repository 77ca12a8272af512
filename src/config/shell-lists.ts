import type { Stretch } from './shell-commands.ts';
import { onlyPerhaps } from './conditional-words.ts';
import type { Word } from './word.ts';

/** The words of a variable that holds options, as an array or as a string that the shell cuts at blanks. */
interface List {
  readonly words: Word[];
  /** False if words of which nothing is known may be among them. */
  isWhole: boolean;
  isUsed: boolean;
}

/**
 * The lists of options that a script puts together. What it adds in a branch or loop is among the words, marked with
 * the assignment; what it takes away, or sets anew in a branch, is not taken away.
 */
export class ShellLists {
  readonly #lists = new Map<string, List>();
  #budget = MOST_WORDS;

  /** `NAME=(…)`, or the same with a string. Null: the words are not known. */
  set(name: string, words: readonly Word[] | null, isCertain: boolean, at: Stretch): void {
    if (isCertain) this.#lists.delete(name);
    this.add(name, words, isCertain, at);
  }

  /** `NAME+=(…)`, or the same with a string. */
  add(name: string, words: readonly Word[] | null, isCertain: boolean, at: Stretch): void {
    const list = this.#lists.get(name) ?? { words: [], isWhole: true, isUsed: false };
    this.#lists.set(name, list);
    this.#budget -= words?.length ?? 0;
    const isTooLong = this.#budget < 0 || list.words.length > LONGEST_LIST;
    const known = words === null || isTooLong ? null : isCertain ? words : onlyPerhaps(words, at);
    if (known === null) list.isWhole = false;
    else for (const word of known) list.words.push(word);
  }

  /** Something that cannot be followed sets the variable. */
  spoil(name: string): void {
    const list = this.#lists.get(name);
    if (list !== undefined) list.isWhole = false;
  }

  /** A command that may do anything ran. */
  spoilAll(): void {
    for (const list of this.#lists.values()) list.isWhole = false;
  }

  /** Somebody names the variable. */
  use(name: string): void {
    const list = this.#lists.get(name);
    if (list !== undefined) list.isUsed = true;
  }

  has(name: string): boolean {
    return this.#lists.has(name);
  }

  /** The words that a list stands for at `use`, and that itself where more may be among them. */
  wordsOf(name: string, use: Stretch, unknown: Word): Word[] | undefined {
    const list = this.#lists.get(name);
    if (list === undefined) return undefined;
    list.isUsed = true;
    this.#budget -= list.words.length;
    if (this.#budget < 0) return undefined;
    const words = list.words.map((word) => ({ ...word, use }));
    return list.isWhole ? words : [...words, unknown];
  }

  /** Lists with words that no command and no other list names. */
  leftovers(): (readonly Word[])[] {
    return [...this.#lists.values()].flatMap(({ words, isUsed }) => (isUsed ? [] : [words]));
  }
}

/** More than any script has; lists that hold each other must not grow without end. */
const MOST_WORDS = 200_000;
const LONGEST_LIST = 5_000;
