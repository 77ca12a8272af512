import type { ShellCommand, Stretch } from './shell-commands.ts';
import { onlyPerhaps } from './conditional-words.ts';
import type { Word } from './word.ts';

/** The words that a program gets for a word of a command. */
export type Expand = (token: Stretch, command: ShellCommand) => readonly Word[];

/** What `$1`, `$2` and so on are; null for one that differs from call to call. */
interface Arguments {
  readonly words: readonly (Word | null)[];
  /** False if nobody knows how many words stand before and behind those. */
  readonly isWhole: boolean;
}

const UNKNOWN: Arguments = { words: [], isWhole: false };

/**
 * The arguments of the functions of a script, out of the calls in the same file, and what `set --` and `shift` make of
 * them. Where calls differ, only what is the same in all of them is known; those of the script itself nobody knows.
 */
export class ShellPositionals {
  readonly #source: string;
  readonly #calls = new Map<string, ShellCommand[]>();
  readonly #expand: Expand;
  readonly #byScope = new Map<number, Arguments>();

  /** `callsOf` finds the commands of these names. */
  constructor(
    source: string,
    commands: readonly ShellCommand[],
    callsOf: (names: ReadonlySet<string>) => readonly ShellCommand[],
    expand: Expand,
  ) {
    this.#source = source;
    this.#expand = expand;
    const names = new Set<string>();
    for (const command of commands) {
      // What a loop takes away, some round of it has taken away already.
      if (command.name === 'shift' && !command.runsInScope) this.#byScope.set(command.scope, UNKNOWN);
      if (command.functionName !== '' && this.#mentions(command)) names.add(command.functionName);
    }
    if (names.size === 0) return;
    for (const call of callsOf(names)) {
      const isDefinition = /^[ \t]*\(/.test(source.slice(call.first.end, call.first.end + LONGEST_GAP));
      if (isDefinition) continue;
      const calls = this.#calls.get(call.name);
      if (calls === undefined) this.#calls.set(call.name, [call]);
      else calls.push(call);
    }
  }

  /** Lets a command do what it does to the arguments of its function; call it for every command in order. */
  run(command: ShellCommand): void {
    const { scope, functionName, name } = command;
    if (scope > 0 && !this.#byScope.has(scope)) this.#byScope.set(scope, this.#atCalls(functionName));
    if (name === 'shift') this.#shift(command);
    else if (name === 'set') this.#set(command);
  }

  /** Argument number `n` where a command uses it; undefined if it is not certain. */
  lookUp(n: number, { scope, first }: ShellCommand): Word | undefined {
    const known = this.#byScope.get(scope);
    if (known?.isWhole !== true || n === 0) return undefined;
    if (n > known.words.length) return { text: '', runs: [], start: first.start, end: first.start };
    return known.words[n - 1] ?? undefined;
  }

  /** The words of `"$@"` and the like at `use`, and `unknown` where more may be among them; undefined if none is known. */
  wordsAt(use: Stretch, { scope }: ShellCommand, unknown: Word): Word[] | undefined {
    const known = this.#byScope.get(scope);
    const from = Number(ALL_ARGUMENTS.exec(this.#source.slice(use.start, use.end))?.[1] ?? '1');
    if (known === undefined || (from !== 1 && !known.isWhole)) return undefined;
    const wanted = known.words.slice(Math.max(0, from - 1));
    const words = wanted.flatMap((word) => (word === null ? [] : [{ ...word, use }]));
    if (known.isWhole && words.length === wanted.length) return words;
    return words.length === 0 ? undefined : [...words, unknown];
  }

  #mentions(command: ShellCommand): boolean {
    const end = command.words().at(-1)?.end ?? command.first.end;
    return [{ start: command.first.start, end }, ...command.input()].some((part) =>
      MENTIONS_ARGUMENTS.test(this.#source.slice(part.start, part.end)),
    );
  }

  #atCalls(functionName: string): Arguments {
    const calls = this.#calls.get(functionName) ?? [];
    if (calls.length === 0 || calls.length > MOST_CALLS) return UNKNOWN;
    const [first, ...others] = calls.map((call) => this.#argumentsOf(call, 1));
    if (first?.isWhole !== true) return UNKNOWN;
    const isSame = (other: Word | null | undefined, word: Word | null): boolean => other?.text === word?.text;
    if (others.some(({ isWhole, words }) => !isWhole || words.length !== first.words.length)) return UNKNOWN;
    const words = first.words.map((word, i) => {
      return others.every((other) => isSame(other.words[i], word)) ? word : null;
    });
    return { words, isWhole: true };
  }

  /** The words of a command from number `from` on. */
  #argumentsOf(command: ShellCommand, from: number): Arguments {
    const words: Word[] = [];
    let isWhole = true;
    for (const token of command.words().slice(from)) {
      const expanded = this.#expand(token, command);
      words.push(...expanded);
      // The shell cuts at blanks what stands outside of quotes, and leaves out what is empty.
      const isOne = this.#source[token.start] !== '$' && this.#source[token.start] !== '`';
      const isAll = /[@*]/.test(this.#source.slice(token.start, Math.min(token.end, token.start + 4)));
      const isKnown = expanded.every(({ runs }) => runs.every(({ known }) => known));
      if (!isKnown && (!isOne || isAll)) isWhole = false;
    }
    return { words, isWhole };
  }

  #shift(command: ShellCommand): void {
    const { scope } = command;
    const known = this.#byScope.get(scope) ?? UNKNOWN;
    const [, token] = command.words();
    const count = token === undefined ? 1 : Number(this.#source.slice(token.start, token.end));
    const isCertain = command.runsInScope && known.isWhole && Number.isInteger(count);
    this.#byScope.set(scope, isCertain ? { words: known.words.slice(count), isWhole: true } : UNKNOWN);
  }

  /** `set -- …`, which mostly adds to what there is: `set -- "$@" -device …`. */
  #set(command: ShellCommand): void {
    const { scope, runsInScope } = command;
    const [, dashes] = command.words();
    if (dashes === undefined || this.#source.slice(dashes.start, dashes.end) !== '--') return;
    const set = this.#argumentsOf(command, 2);
    if (runsInScope) {
      this.#byScope.set(scope, set);
      return;
    }
    const before = this.#byScope.get(scope) ?? UNKNOWN;
    const starts = new Set(before.words.map((word) => word?.start));
    const added = set.words.filter((word) => word !== null && !starts.has(word.start));
    const perhaps = onlyPerhaps(
      added.flatMap((word) => (word?.runs.every(({ known }) => known) === true ? [word] : [])),
      { start: command.first.start, end: dashes.end },
    );
    this.#byScope.set(scope, { words: [...before.words, ...(perhaps ?? [])], isWhole: false });
  }
}

/** Whether a word is `"$@"` or `$*`, and so stands for all arguments. */
export function isAllArguments(source: string, { start, end }: Stretch): boolean {
  if (end - start > LONGEST_GAP || (source[start] !== '$' && source[start] !== '"')) return false;
  return ALL_ARGUMENTS.test(source.slice(start, end));
}

const MENTIONS_ARGUMENTS = /\$\{?[1-9@*]/;
/** `"$@"`, `$*`, `"${@}"` and `"${@:2}"`, alone in a word. */
const ALL_ARGUMENTS = /^"?\$(?:[@*]|\{[@*](?::(\d+))?\})"?$/;
const LONGEST_GAP = 20;
/** More than any script has of calls whose words could all be the same. */
const MOST_CALLS = 50;
