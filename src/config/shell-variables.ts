import type { ShellCommand, Stretch } from './shell-commands.ts';
import { expandValue } from './shell-expansion.ts';
import { joinWords, type ShellWord } from './shell-word.ts';

/**
 * What a script says about its variables, command by command. A value is followed only where it is certain:
 * every assignment to the variable stands outside of branches, loops, functions and lists, nothing else (read,
 * for, unset, …) sets it, and nothing foreign (source, eval) ran since.
 */
export class ShellVariables {
  readonly #source: string;
  readonly #uses = new Map<string, { assignments: number; certain: boolean }>();
  readonly #values = new Map<string, ShellWord>();
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

  /** Lets the command do what it does to variables; call it for every command in order. */
  run(command: ShellCommand): void {
    if (this.#foreign.has(command)) this.#values.clear();
    for (const { name, appends, valueStart, end } of this.#assignments.get(command) ?? []) {
      const value = expandValue(this.#source, valueStart, end, (other) => this.lookUp(other, command));
      const before = appends ? this.#values.get(name) : undefined;
      this.#values.delete(name);
      if (appends && before === undefined) continue;
      const whole = before === undefined ? value : joinWords(before, value);
      if (whole.text.length <= LONGEST_VALUE && whole.runs.length <= MOST_RUNS) this.#values.set(name, whole);
    }
  }

  /** The value of a variable where `command` uses it; undefined if it is not certain. */
  lookUp(name: string, command: ShellCommand): ShellWord | undefined {
    const use = this.#uses.get(name);
    const value = this.#values.get(name);
    if (use === undefined || value === undefined || !use.certain) return undefined;
    if (use.assignments > 1 && !command.unconditional) return undefined;
    this.#budget -= value.text.length;
    return this.#budget >= 0 ? value : undefined;
  }

  #note(name: string, certain: boolean): void {
    const use = this.#uses.get(name);
    const assignments = (use?.assignments ?? 0) + 1;
    this.#uses.set(name, { assignments, certain: certain && (use?.certain ?? true) });
  }

  /** Notes the assignments of a command that does nothing else. */
  #assign(command: ShellCommand, declares: boolean): void {
    const found: Assignment[] = [];
    for (const word of declares ? command.words().slice(1) : command.words()) {
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
  if (word === undefined) return false;
  // Most words are none, and most of those end their name with something else than these.
  let i = word.start;
  while (i < word.end && isNameLetter(source.charCodeAt(i))) i += 1;
  const c = source[i];
  return (
    i > word.start && (c === '=' || c === '+' || c === '[') && readAssignment(source, word) !== undefined
  );
}

function isNameLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57)
  );
}

interface Assignment {
  readonly name: string;
  readonly appends: boolean;
  /** `NAME=(…)` and `NAME[i]=…`. */
  readonly isArray: boolean;
  readonly valueStart: number;
  readonly end: number;
}

function readAssignment(source: string, { start, end }: Stretch): Assignment | undefined {
  const head = source.slice(start, Math.min(end, start + LONGEST_LOOKED_AT));
  const match = ASSIGNMENT.exec(head);
  if (match === null) return undefined;
  const valueStart = start + match[0].length;
  const isArray = match[2] !== undefined || source[valueStart] === '(';
  return { name: match[1] ?? '', appends: match[3] === '+', isArray, valueStart, end };
}

/** More than any script holds in one variable; keeps variables that double each other in bounds. */
const LONGEST_VALUE = 65_536;
const MOST_RUNS = 200;
const EXPANSION_BUDGET = 4_000_000;
const LONGEST_LOOKED_AT = 1_000;
const ASSIGNMENT = /^([A-Za-z_]\w*)(\[[^\]=]{0,200}\])?(\+?)=/;
const NAMES = /[A-Za-z_]\w*/g;
/** What a command does to variables. */
const ROLES: ReadonlyMap<string, 'declares' | 'sets' | 'foreign'> = new Map([
  ...['export', 'readonly', 'local', 'declare', 'typeset'].map((name) => [name, 'declares'] as const),
  ...['for', 'select', 'read', 'getopts', 'mapfile', 'readarray', 'unset', 'let', 'printf'].map(
    (name) => [name, 'sets'] as const,
  ),
  ...['source', '.', 'eval'].map((name) => [name, 'foreign'] as const),
]);
