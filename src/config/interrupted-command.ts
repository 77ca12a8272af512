import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import type { CommandLine } from './read-vm.ts';
import type { ShellCommand, Stretch } from './shell-commands.ts';
import type { ShellVariables } from './shell-variables.ts';

/** What a command and those behind it are read with. */
export interface CommandsOfScript {
  readonly text: string;
  readonly commands: readonly ShellCommand[];
  readonly variables: ShellVariables;
  readonly lines: LineIndex;
}

/** A command line with what its author meant to belong to it. */
export interface JoinedLine {
  readonly line: CommandLine;
  /** The last of the commands that it is made of. */
  readonly lastCommand: number;
  readonly problems: readonly Problem[];
}

/**
 * A comment between continued lines, or a blank behind a backslash, ends the command for the shell. The lines
 * behind it are read as the author meant them, and the trap is reported. `mayContinue`: so is a line that begins with an
 * option, where the one above ends without a backslash.
 */
export function joinInterrupted(
  { text, commands, variables, lines }: CommandsOfScript,
  index: number,
  line: CommandLine,
  mayContinue: boolean,
): JoinedLine {
  const words = [...line.words];
  const problems: Problem[] = [];
  let end = line.end;
  let i = index;
  for (;;) {
    const command = commands[i];
    const next = commands[i + 1];
    if (command === undefined || next === undefined || text[next.first.start] !== '-') break;
    const trap = command.trap ?? (mayContinue ? missingBackslash(text, command, next) : null);
    if (trap === null || hasBlankLine(text, trap.at.end, next.first.start)) break;
    for (const word of next.words()) {
      for (const expanded of variables.expand(word, next)) words.push(expanded);
      end = Math.max(end, word.end);
    }
    problems.push(trapProblem(trap, lines));
    i += 1;
  }
  return { line: { ...line, words, end }, lastCommand: i, problems };
}

/** What ends a command where its author hardly meant it to end. */
interface Trap {
  readonly kind: NonNullable<ShellCommand['trap']>['kind'] | 'missing-backslash';
  readonly at: Stretch;
}

/** Where an option begins the line behind the command's last one. */
function missingBackslash(text: string, command: ShellCommand, next: ShellCommand): Trap | null {
  const end = command.words().at(-1)?.end ?? command.first.end;
  const isNextLine = /^[ \t]*\r?\n[ \t]*$/.test(text.slice(end, next.first.start));
  return isNextLine && beginsWithOption(text, next) ? { kind: 'missing-backslash', at: next.first } : null;
}

/** Whether a command begins as an option does. */
export function beginsWithOption(text: string, { first }: ShellCommand): boolean {
  return text[first.start] === '-' && /^--?[a-zA-Z]/.test(text.slice(first.start, first.start + 3));
}

function trapProblem(trap: Trap, lines: LineIndex): Problem {
  const range = lines.range(trap.at.start, trap.at.end);
  const rest = 'QEMU does not get the options behind it; they are shown as if it did';
  if (trap.kind === 'missing-backslash') {
    const message = `the shell takes this for a command of its own: ${rest}; expected \\ at the end of the line above`;
    return { code: 'missing-backslash', severity: 'error', message, range };
  }
  return trap.kind === 'comment'
    ? {
        code: 'comment-ends-command',
        severity: 'warning',
        message: `the shell ends the command at this comment: ${rest}; expected the comment outside of the command`,
        range,
      }
    : {
        code: 'blank-after-backslash',
        severity: 'warning',
        message: `the blank behind the backslash ends the command with this line: ${rest}; expected no blank there`,
        range,
      };
}

function hasBlankLine(text: string, from: number, to: number): boolean {
  return /\n[ \t\r]*\n/.test(text.slice(from, to));
}
