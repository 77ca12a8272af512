import type { LaunchFormat, VmDescription } from './launch-file.ts';
import { endOfLine } from './line-ends.ts';
import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import type { ShellCommand } from './shell-commands.ts';
import { formatOfInput } from './shell-input-format.ts';
import type { CommandInput } from './shell-input.ts';
import { replacedTooEarly, tooEarly } from './replaced-too-early.ts';
import { InputTexts, type InputText } from './shell-input-text.ts';
import type { ShellVariables } from './shell-variables.ts';
import { partIn, withUnknownParts } from './unknown-parts.ts';

/** Reads a text of a known format that stands in another. */
export type ReadInner = (
  text: string,
  format: LaunchFormat,
  lines: LineIndex,
) => { readonly machines: readonly VmDescription[]; readonly problems: readonly Problem[] };

/** Reads the machines in what the commands of a script are given to read by `<<` and `<<<`. */
export class InputReader {
  readonly #source: string;
  readonly #lines: LineIndex;
  readonly #texts: InputTexts;
  readonly #readInner: ReadInner;

  constructor(source: string, lines: LineIndex, readInner: ReadInner) {
    this.#source = source;
    this.#lines = lines;
    this.#texts = new InputTexts(source, lines);
    this.#readInner = readInner;
  }

  /** The machines that a command reads, when the variables have the values that it sees. */
  machinesOf(command: ShellCommand, variables: ShellVariables): VmDescription[] {
    return command.input().flatMap((input) => {
      const read = this.#texts.textOf(input, {
        lookUp: (name) => variables.lookUp(name, command),
        listAt: (at) => variables.listAt(at, command),
      });
      const format = formatOfInput(read.text, this.#head(command, input));
      return format === null ? [] : this.#machinesIn(read, format);
    });
  }

  /** What stands in the command's line, before and behind what it is given to read. */
  #head(command: ShellCommand, input: CommandInput): string {
    const { start } = command.first;
    const end = command.words().at(-1)?.end ?? start;
    const lineEnd = endOfLine(this.#source, end, Math.min(end + LONGEST_HEAD, this.#source.length));
    return this.#source.slice(start, Math.min(lineEnd, input.start, start + LONGEST_HEAD));
  }

  #machinesIn(read: InputText, format: LaunchFormat): VmDescription[] {
    const { machines, problems } = this.#readInner(read.text, format, read.lines);
    const parts = read.unknown.map(({ start, end, shown }) => ({
      range: this.#lines.range(start, end),
      written: this.#source.slice(start, Math.min(end, start + LONGEST_SHOWN)),
      shown,
    }));
    const isShell = format === 'qemu-command-line';
    const early = isShell && machines.length > 0 ? replacedTooEarly(read.text, parts) : [];
    const unknown = early.length === 0 ? parts : parts.filter((part) => !early.includes(part));
    // The shell's reader knows what a variable is; to the others it is a wrong word.
    const isTrue = ({ range }: Problem): boolean => isShell || partIn(range, unknown) === undefined;
    return machines.map((vm, i) => {
      const all = i === 0 ? [...problems, ...early.map(tooEarly), ...vm.problems] : vm.problems;
      return { ...withUnknownParts(vm, unknown), problems: all.filter(isTrue) };
    });
  }
}

const LONGEST_HEAD = 1_000;
const LONGEST_SHOWN = 60;
