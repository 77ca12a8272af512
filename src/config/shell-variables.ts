import { dependsOnOthers, isAssignment, readAssignment, type Assignment } from './shell-assignments.ts';
import type { ShellCommand, Stretch } from './shell-commands.ts';
import { expandValue, expandWord } from './shell-expansion.ts';
import { ShellLists } from './shell-lists.ts';
import { isAllArguments, ShellPositionals } from './shell-positionals.ts';
import { arrayReference, ownName, wordsOfArray } from './shell-arrays.ts';
import { joinWords, splitAtBlanks, type Word } from './word.ts';

/** What is said about a variable in all the script. */
interface Use {
  assignments: number;
  certain: boolean;
  /** Of all its assignments; a variable that several functions set is not certain. */
  readonly scope: number;
}

/**
 * What a script says about its variables, command by command. A value is followed only where it is certain:
 * every assignment to the variable stands in the same function, or outside of any, and outside of branches, loops and
 * lists; nothing else (read, for, unset, …) sets it, and nothing foreign (source, eval) ran since. Lists of options
 * (`ShellLists`) are followed through branches and loops, too.
 */
export class ShellVariables {
  readonly #source: string;
  readonly #uses = new Map<string, Use>();
  /** A value that nobody asked for yet is a place in the source, if nothing in there depends on other variables. */
  readonly #values = new Map<string, Word | Stretch>();
  readonly #lists = new ShellLists();
  readonly #assignments = new Map<ShellCommand, readonly Assignment[]>();
  readonly #sets = new Map<ShellCommand, readonly string[]>();
  readonly #foreign = new Set<ShellCommand>();
  /** Names that a function declares for itself, behind the number of the function. */
  readonly #locals = new Set<string>();
  readonly #positionals: ShellPositionals;
  #budget = EXPANSION_BUDGET;

  /** Looks through all commands first, since a later assignment makes an earlier one uncertain in functions. */
  constructor(
    source: string,
    commands: readonly ShellCommand[],
    callsOf: (names: ReadonlySet<string>) => readonly ShellCommand[],
  ) {
    this.#source = source;
    this.#positionals = new ShellPositionals(source, commands, callsOf, (token, command) =>
      this.expand(token, command),
    );
    for (const command of commands) {
      const role = roleOf(source, command);
      if (role === 'sets') {
        const names = this.#namesIn(command).map((name) => this.#key(name, command));
        for (const name of names) this.#note(name, false, command);
        this.#sets.set(command, names);
      } else if (role === 'foreign') {
        this.#foreign.add(command);
      } else if (role === 'declares' || isAssignment(source, command.first)) {
        this.#assign(command, role === 'declares');
      }
    }
  }

  /** Whether the command does nothing but set variables. */
  onlyAssigns(command: ShellCommand): boolean {
    return this.#assignments.has(command);
  }

  /** Lets the command do what it does to variables; call it for every command in order. */
  run(command: ShellCommand): void {
    this.#positionals.run(command);
    if (this.#foreign.has(command)) {
      this.#values.clear();
      this.#lists.spoilAll();
    }
    for (const name of this.#sets.get(command) ?? []) this.#lists.spoil(name);
    for (const assignment of this.#assignments.get(command) ?? []) {
      const key = this.#key(assignment.name, command);
      this.#extendList(key, assignment, command);
      if (!assignment.isArray && !assignment.isElement) this.#setValue(key, assignment, command);
    }
  }

  /** The words that a program gets for a word of a command. */
  expand(token: Stretch, command: ShellCommand): Word[] {
    const reference = arrayReference(this.#source, token);
    const all = isAllArguments(this.#source, token) ? this.#allArguments(token, command) : undefined;
    if (all !== undefined) return all;
    const lookUp = (name: string): Word | undefined => this.lookUp(name, command);
    const plain = expandWord(this.#source, token.start, token.end, lookUp);
    const [first] = plain;
    if (reference === undefined || first === undefined) return plain;
    const isKnown = plain.length > 1 || first.runs.every(({ known }) => known);
    if (!reference.isArray && isKnown) return plain;
    const unknown = expandWord(this.#source, token.start, token.end, () => undefined)[0] ?? first;
    return this.#lists.wordsOf(this.#key(reference.name, command), token, unknown) ?? plain;
  }

  /** The words of an array that a substitution at `at` names; undefined for another one. */
  listAt(at: Stretch, command: ShellCommand): Word[] | undefined {
    return arrayReference(this.#source, at)?.isArray === true ? this.expand(at, command) : undefined;
  }

  /** The arguments of a function, where the word stands for all of them. */
  #allArguments(token: Stretch, command: ShellCommand): Word[] | undefined {
    const [unknown] = expandWord(this.#source, token.start, token.end, () => undefined);
    return unknown && this.#positionals.wordsAt(token, command, unknown);
  }

  /** Lists of options that no command names. */
  unusedLists(): (readonly Word[])[] {
    return this.#lists.leftovers();
  }

  /** The value of a variable where `command` uses it; undefined if it is not certain. */
  lookUp(name: string, command: ShellCommand): Word | undefined {
    if (/^\d/.test(name)) return this.#positionals.lookUp(Number(name), command);
    const key = this.#key(name, command);
    this.#lists.use(key);
    const use = this.#uses.get(key);
    if (!use?.certain) return undefined;
    const isConstant = use.assignments === 1 && use.scope === 0;
    if (!isConstant && use.scope !== command.scope) return undefined;
    const value = this.#valueOf(key);
    if (value === undefined) return undefined;
    this.#budget -= value.text.length;
    return this.#budget >= 0 ? value : undefined;
  }

  #setValue(key: string, { appends, valueStart, end }: Assignment, command: ShellCommand): void {
    if (!appends && !dependsOnOthers(this.#source, valueStart, end)) {
      this.#values.set(key, { start: valueStart, end });
      return;
    }
    const value = expandValue(this.#source, valueStart, end, (other) => this.lookUp(other, command));
    const before = appends ? this.#valueOf(key) : undefined;
    this.#values.delete(key);
    if (appends && before === undefined) return;
    const whole = before === undefined ? value : joinWords(before, value);
    if (isShort(whole)) this.#values.set(key, whole);
  }

  /** Arrays, and strings with options. */
  #extendList(key: string, assignment: Assignment, command: ShellCommand): void {
    const { appends, isArray, isElement, valueStart, end } = assignment;
    if (isElement) {
      this.#lists.spoil(key);
      return;
    }
    if (isArray) {
      const stretches = wordsOfArray(this.#source, valueStart, end);
      const words = stretches.flatMap((word) => this.expand(word, command));
      if (appends) this.#lists.add(key, words, command.runsInScope, assignment);
      else this.#lists.set(key, words, command.runsInScope, assignment);
      return;
    }
    const own = ownName(this.#source, assignment);
    if (own === undefined && !this.#lists.has(key) && !mayHoldOptions(this.#source, valueStart, end)) return;
    const lookUp = (name: string): Word | undefined => {
      return name === assignment.name ? undefined : this.lookUp(name, command);
    };
    const value = expandValue(this.#source, own?.start ?? valueStart, own?.end ?? end, lookUp);
    const words = isShort(value) ? splitAtBlanks(value, assignment) : null;
    if (appends || own !== undefined) this.#lists.add(key, words, command.runsInScope, assignment);
    else this.#lists.set(key, words, command.runsInScope, assignment);
  }

  #valueOf(key: string): Word | undefined {
    const value = this.#values.get(key);
    if (value === undefined || 'text' in value) return value;
    const word = expandValue(this.#source, value.start, value.end, () => undefined);
    if (isShort(word)) {
      this.#values.set(key, word);
      return word;
    }
    this.#values.delete(key);
    return undefined;
  }

  #note(key: string, certain: boolean, { scope }: ShellCommand): void {
    const use = this.#uses.get(key);
    const isCertain = certain && (use === undefined || (use.certain && use.scope === scope));
    this.#uses.set(key, { assignments: (use?.assignments ?? 0) + 1, certain: isCertain, scope });
  }

  /** Notes the assignments of a command that does nothing else. */
  #assign(command: ShellCommand, declares: boolean): void {
    const found: Assignment[] = [];
    const words = command.words();
    for (const word of declares ? words.slice(1) : words) {
      const assignment = readAssignment(this.#source, word);
      if (assignment !== undefined) found.push(assignment);
      else if (!declares) return;
    }
    const isLocal = declares && LOCAL.has(command.name) && command.scope > 0;
    for (const { name, isArray, isElement } of found) {
      if (isLocal) this.#locals.add(`${command.scope} ${name}`);
      this.#note(this.#key(name, command), command.runsInScope && !isArray && !isElement, command);
    }
    this.#assignments.set(command, found);
  }

  #key(name: string, { scope }: ShellCommand): string {
    const local = `${scope} ${name}`;
    return this.#locals.has(local) ? local : name;
  }

  /** The names that a command such as `read` sets, and perhaps some that it does not. */
  #namesIn(command: ShellCommand): string[] {
    return command.words().flatMap(({ start, end }) => {
      return this.#source.slice(start, Math.min(end, start + LONGEST_LOOKED_AT)).match(NAMES) ?? [];
    });
  }
}

/** Whether a command does anything to variables. */
export function touchesVariables(source: string, command: ShellCommand): boolean {
  return roleOf(source, command) !== undefined || isAssignment(source, command.first);
}

function roleOf(source: string, { name, first }: ShellCommand): Role | undefined {
  const role = name === '' ? undefined : ROLES.get(name);
  return role === undefined && source.startsWith('((', first.start) ? 'sets' : role;
}

/** Whether a string could be a list of options: behind quotes and blanks a dash. */
function mayHoldOptions(source: string, start: number, end: number): boolean {
  return /^["']?[\s\\]*-/.test(source.slice(start, Math.min(end, start + LONGEST_INDENT)));
}

function isShort({ text, runs }: Word): boolean {
  return text.length <= LONGEST_VALUE && runs.length <= MOST_RUNS;
}

/** More than any script holds in one variable; keeps variables that double each other in bounds. */
const LONGEST_VALUE = 65_536;
const MOST_RUNS = 200;
const EXPANSION_BUDGET = 4_000_000;
const LONGEST_LOOKED_AT = 1_000;
const LONGEST_INDENT = 100;
const NAMES = /[A-Za-z_]\w*/g;
const LOCAL: ReadonlySet<string> = new Set(['local', 'declare', 'typeset']);
/** What a command does to variables. */
type Role = 'declares' | 'sets' | 'foreign' | 'arguments';
const ROLES: ReadonlyMap<string, Role> = new Map([
  ...['export', 'readonly', 'local', 'declare', 'typeset'].map((name) => [name, 'declares'] as const),
  ...['for', 'select', 'read', 'getopts', 'mapfile', 'readarray', 'unset', 'let', 'printf'].map(
    (name) => [name, 'sets'] as const,
  ),
  ...['source', '.', 'eval'].map((name) => [name, 'foreign'] as const),
  ...['shift', 'set'].map((name) => [name, 'arguments'] as const),
]);
