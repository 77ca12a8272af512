import type { ShellCommand, Stretch } from './shell-commands.ts';
import { expandValue } from './shell-expansion.ts';
import { joinWords, type Word } from './word.ts';

/**
 * What a script says about its variables, command by command. A value is followed only where it is certain:
 * every assignment to the variable stands outside of branches, loops, functions and lists, nothing else (read,
 * for, unset, …) sets it, and nothing foreign (source, eval) ran since.
 */
export class ShellVariables {
  readonly #source: string;
  readonly #uses = new Map<string, { assignments: number; certain: boolean }>();
  /** A value that nobody asked for yet is a place in the source, if nothing in there depends on other variables. */
  readonly #values = new Map<string, Word | Stretch>();
  readonly #assignments = new Map<ShellCommand, readonly Assignment[]>();
  readonly #foreign = new Set<ShellCommand>();
  #budget = EXPANSION_BUDGET;

  /** Looks through all commands first, since a later assignment makes an earlier one uncertain in functions. */
  constructor(source: string, commands: readonly ShellCommand[]) {
    this.#source = source;
    for (const command of commands) {
      const role = command.name === '' ? undefined : ROLES.get(command.name);
      if (role === 'sets' || source.startsWith('((', command.first.start)) {
        for (const name of this.#namesIn(command)) this.#note(name, false);
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
    if (this.#foreign.has(command)) this.#values.clear();
    const assignments = this.#assignments.get(command);
    if (assignments === undefined) return;
    for (const { name, appends, valueStart, end } of assignments) {
      if (!appends && !dependsOnOthers(this.#source, valueStart, end)) {
        this.#values.set(name, { start: valueStart, end });
        continue;
      }
      const value = expandValue(this.#source, valueStart, end, (other) => this.lookUp(other, command));
      const before = appends ? this.#valueOf(name) : undefined;
      this.#values.delete(name);
      if (appends && before === undefined) continue;
      const whole = before === undefined ? value : joinWords(before, value);
      if (isShort(whole)) this.#values.set(name, whole);
    }
  }

  /** The value of a variable where `command` uses it; undefined if it is not certain. */
  lookUp(name: string, command: ShellCommand): Word | undefined {
    const use = this.#uses.get(name);
    if (!use?.certain) return undefined;
    if (use.assignments > 1 && !command.unconditional) return undefined;
    const value = this.#valueOf(name);
    if (value === undefined) return undefined;
    this.#budget -= value.text.length;
    return this.#budget >= 0 ? value : undefined;
  }

  #valueOf(name: string): Word | undefined {
    const value = this.#values.get(name);
    if (value === undefined || 'text' in value) return value;
    const word = expandValue(this.#source, value.start, value.end, () => undefined);
    if (isShort(word)) {
      this.#values.set(name, word);
      return word;
    }
    this.#values.delete(name);
    return undefined;
  }

  #note(name: string, certain: boolean): void {
    const use = this.#uses.get(name);
    const assignments = (use?.assignments ?? 0) + 1;
    this.#uses.set(name, { assignments, certain: certain && (use?.certain ?? true) });
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
    for (const { name, isArray } of found) this.#note(name, command.unconditional && !isArray);
    this.#assignments.set(command, found);
  }

  /** The names that a command such as `read` sets, and perhaps some that it does not. */
  #namesIn(command: ShellCommand): string[] {
    return command.words().flatMap(({ start, end }) => {
      return this.#source.slice(start, Math.min(end, start + LONGEST_LOOKED_AT)).match(NAMES) ?? [];
    });
  }
}

/** Whether a word of a command is `NAME=…`, and so sets a variable for that command. */
export function isAssignment(source: string, word: Stretch | undefined): boolean {
  return word !== undefined && readAssignment(source, word) !== undefined;
}

/** Whether a value holds a variable or a substitution, so that it depends on where it is assigned. */
function dependsOnOthers(source: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = source.charCodeAt(i);
    if (code === DOLLAR || code === BACKTICK) return true;
  }
  return false;
}

function isShort({ text, runs }: Word): boolean {
  return text.length <= LONGEST_VALUE && runs.length <= MOST_RUNS;
}

const DOLLAR = 36;
const BACKTICK = 96;

function isNameLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

interface Assignment {
  readonly name: string;
  readonly appends: boolean;
  /** `NAME=(…)` and `NAME[i]=…`. */
  readonly isArray: boolean;
  readonly valueStart: number;
  readonly end: number;
}

/** Most words are no assignments, which shows behind the letters of the name. */
function readAssignment(source: string, { start, end }: Stretch): Assignment | undefined {
  let i = start;
  while (i < end && isNameLetter(source.charCodeAt(i))) i += 1;
  if (i === start || i === end || isDigit(source.charCodeAt(start))) return undefined;
  const name = source.slice(start, i);
  const isElement = source[i] === '[';
  if (isElement) {
    const index = INDEX.exec(source.slice(i, Math.min(end, i + LONGEST_INDEX)));
    if (index === null) return undefined;
    i += index[0].length;
  }
  const appends = source[i] === '+';
  if (appends) i += 1;
  if (i >= end || source[i] !== '=') return undefined;
  return { name, appends, isArray: isElement || source[i + 1] === '(', valueStart: i + 1, end };
}

/** More than any script holds in one variable; keeps variables that double each other in bounds. */
const LONGEST_VALUE = 65_536;
const MOST_RUNS = 200;
const EXPANSION_BUDGET = 4_000_000;
const LONGEST_LOOKED_AT = 1_000;
const LONGEST_INDEX = 200;
const INDEX = /^\[[^\]=]*\]/;
const NAMES = /[A-Za-z_]\w*/g;
/** What a command does to variables. */
const ROLES: ReadonlyMap<string, 'declares' | 'sets' | 'foreign'> = new Map([
  ...['export', 'readonly', 'local', 'declare', 'typeset'].map((name) => [name, 'declares'] as const),
  ...['for', 'select', 'read', 'getopts', 'mapfile', 'readarray', 'unset', 'let', 'printf'].map(
    (name) => [name, 'sets'] as const,
  ),
  ...['source', '.', 'eval'].map((name) => [name, 'foreign'] as const),
]);
