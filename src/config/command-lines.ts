import { runToEnd, type Steps } from '../base/steps.ts';
import type { VmDescription } from './launch-file.ts';
import { MachineMemory, saysAll } from './known-machines.ts';
import type { LineIndex } from './line-index.ts';
import { findQemuProgram, isWrapper, MENTIONS_QEMU } from './qemu-program.ts';
import { readVm, type CommandLine } from './read-vm.ts';
import { InputReader, type ReadInner } from './read-shell-input.ts';
import type { ShellCommand, Stretch } from './shell-commands.ts';
import { expandWord } from './shell-expansion.ts';
import { conditionalProblems } from './conditional-words.ts';
import { beginsWithOption, joinInterrupted } from './interrupted-command.ts';
import { isAssignment } from './shell-assignments.ts';
import { commandsNamed, readScript, type ScriptBefore, type ShellScript } from './shell-script.ts';
import { ShellVariables, touchesVariables } from './shell-variables.ts';
import { unclosedIn, unclosedInValues } from './unclosed.ts';
import type { Word } from './word.ts';

/** The machines that the commands of a shell script start, in order. */
export function readCommandLines(text: string, lines: LineIndex): VmDescription[] {
  return runToEnd(machinesBySteps(text, runToEnd(scriptBySteps(text, null)), lines, false));
}

/**
 * The same, where an option that begins a line was meant for the command above, and with the machines in what commands
 * are given to read, if there is a reader for it.
 */
export function readScriptLines(
  text: string,
  lines: LineIndex,
  readInner: ReadInner | null,
): VmDescription[] {
  const script = runToEnd(scriptBySteps(text, null));
  return runToEnd(machinesBySteps(text, script, lines, true, undefined, readInner));
}

/** The commands of a script, as far as its machines depend on them, with the help of what was read of it before. */
export function scriptBySteps(text: string, before: ScriptBefore | null): Steps<ShellScript> {
  return readScript(
    text,
    (source, command) =>
      touchesVariables(source, command) || isWorthALook(source, command) || beginsWithOption(source, command),
    before,
  );
}

/**
 * The machines that the commands of a script start, in order, one a step. `isWritten` tells whether somebody wrote its
 * lines below each other, so that an option that begins one was meant for the command above.
 */
export function* machinesBySteps(
  text: string,
  script: ShellScript,
  lines: LineIndex,
  isWritten: boolean,
  memory: MachineMemory = new MachineMemory(null),
  readInner: ReadInner | null = null,
): Steps<VmDescription[]> {
  const { commands, unterminated } = script;
  const variables = new ShellVariables(text, commands, (names) => commandsNamed(text, script, names));
  const machines: VmDescription[] = [];
  const input = readInner && new InputReader(text, lines, readInner);
  for (let i = 0; i < commands.length; i++) {
    const command = commands[i]!;
    variables.run(command);
    if (input !== null && command.input().length > 0) {
      for (const machine of input.machinesOf(command, variables)) machines.push(machine);
      yield;
    }
    if (variables.onlyAssigns(command) || !isWorthALook(text, command)) continue;
    const isAlone = unterminated.length === 0 && text[commands[i + 1]?.first.start ?? -1] !== '-';
    const kept = isAlone ? memory.keep(command) : undefined;
    if (kept !== undefined) {
      machines.push(kept);
      yield;
      continue;
    }
    const line = new Candidate(text, command, variables).commandLine();
    if (line === undefined) continue;
    const mayContinue = isWritten && line.program !== null;
    const joined = joinInterrupted({ text, commands, variables, lines }, i, line, mayContinue);
    i = joined.lastCommand;
    const problems = [...joined.problems];
    problems.push(...unclosedIn(joined.line, unterminated, lines));
    for (const problem of conditionalProblems(joined.line.words, lines)) problems.push(problem);
    const options = memory.optionsOf(command);
    const machine = readVm(joined.line, lines, problems, options);
    if (machine !== null) {
      machines.push(machine);
      memory.remember(command, machine, options, isAlone && saysAll(text, command));
    }
    yield;
  }
  for (const words of variables.unusedLists()) {
    const machine = readFragment(words, lines);
    if (machine !== null) machines.push(machine);
  }
  const [first] = machines;
  if (first === undefined) return machines;
  const wrongValues = unclosedInValues(commands, variables, unterminated, lines);
  if (wrongValues.length > 0) machines[0] = { ...first, problems: [...wrongValues, ...first.problems] };
  return machines;
}

/** A list of options that no command of this script names: another script may. */
function readFragment(words: readonly Word[], lines: LineIndex): VmDescription | null {
  const [first, last] = [words[0], words.at(-1)];
  const isOfQemu = words.some(({ text }) => text === '-device' || text === '-machine');
  if (first === undefined || last === undefined || !isOfQemu) return null;
  const line = { program: null, words, start: first.start, end: Math.max(first.end, last.end) };
  return readVm(line, lines, conditionalProblems(words, lines));
}

/** A cheap test of the first word that spares most commands the expansion. */
function isWorthALook(text: string, { name, first }: ShellCommand): boolean {
  const c = text[first.start];
  if (c === '-') return FRAGMENT_STARTS.has(name);
  if (c === '$' || c === '"' || c === "'" || c === '\\') return true;
  return isWrapper(name) || isAssignment(text, first) || mentionsQemu(text, first, name);
}

function mentionsQemu(text: string, { start, end }: Stretch, name: string): boolean {
  return MENTIONS_QEMU.test(name === '' ? text.slice(start, end) : name);
}

/** A command whose words are expanded only as far as needed to see whether it starts QEMU. */
class Candidate {
  readonly #text: string;
  readonly #command: ShellCommand;
  readonly #words: readonly Stretch[];
  readonly #variables: ShellVariables;
  readonly #expanded: Word[] = [];
  #taken = 0;

  constructor(text: string, command: ShellCommand, variables: ShellVariables) {
    this.#text = text;
    this.#command = command;
    this.#words = command.words();
    this.#variables = variables;
    while (this.#isAssignment()) this.#taken += 1;
  }

  /** The command line if the command starts QEMU or is a fragment of such a command line. */
  commandLine(): CommandLine | undefined {
    const first = this.#word(0);
    if (first === undefined) return undefined;
    const program = findQemuProgram((index) => this.#word(index));
    const isFragment = program === undefined && FRAGMENT_STARTS.has(first.text);
    if (program === undefined && !isFragment) return undefined;
    while (this.#takeWord());
    const words = this.#expanded.slice(program === undefined ? 0 : program + 1);
    if (!isCommandLine(words, isFragment)) return undefined;
    const start = this.#expanded[program ?? 0]?.start ?? first.start;
    const programWord = program === undefined ? null : (this.#expanded[program] ?? null);
    return { program: programWord, words, ...this.#extent(start) };
  }

  /** The stretch of the file; words that come from a variable stand elsewhere and do not count. */
  #extent(start: number): { start: number; end: number } {
    const first = this.#words[0];
    const last = this.#words[this.#words.length - 1];
    const from = first === undefined ? start : Math.max(start, first.start);
    const [expandedLast] =
      last === undefined ? [] : expandWord(this.#text, last.start, last.end, () => undefined);
    return { start: from, end: Math.max(from, expandedLast?.end ?? from) };
  }

  #isAssignment(): boolean {
    return isAssignment(this.#text, this.#words[this.#taken]);
  }

  #word(index: number): Word | undefined {
    while (this.#expanded.length <= index && this.#takeWord());
    return this.#expanded[index];
  }

  #takeWord(): boolean {
    const token = this.#words[this.#taken];
    if (token === undefined) return false;
    this.#taken += 1;
    for (const word of this.#variables.expand(token, this.#command)) this.#expanded.push(word);
    return true;
  }
}

/** Options that a fragment of a command line may begin with; no other program has the same. */
const FRAGMENT_STARTS: ReadonlySet<string> = new Set([
  '-M',
  '-accel',
  '-blockdev',
  '-chardev',
  '-cpu',
  '-device',
  '-drive',
  '-enable-kvm',
  '-global',
  '-machine',
  '-netdev',
  '-nodefaults',
  '-nographic',
  '-object',
  '-smp',
]);

/** Whether the words behind the program (or of a fragment) look like arguments of QEMU and not like prose. */
function isCommandLine(words: readonly Word[], isFragment: boolean): boolean {
  if (isFragment) return words.some((word, i) => NAMES_HARDWARE.has(word.text) && i + 1 < words.length);
  const isArgument = (word: Word): boolean =>
    word.text.startsWith('-') || word.runs.some((run) => !run.known);
  return words.length <= 1 || words.some(isArgument);
}

const NAMES_HARDWARE: ReadonlySet<string> = new Set(['-device', '-machine', '-M']);
