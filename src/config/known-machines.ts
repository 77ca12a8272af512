import type { PlaceChange } from '../base/place-change.ts';
import type { TextChange } from '../base/text-change.ts';
import { OptionMemory, type KnownOption } from './known-options.ts';
import type { VmDescription } from './launch-file.ts';
import { movedMachine } from './moved-machine.ts';
import type { ShellCommand } from './shell-commands.ts';

/** A machine, and what it was read from. */
export interface KnownMachine {
  readonly machine: VmDescription;
  readonly command: ShellCommand;
  /** Whether nothing but the command's own letters says what the machine is. */
  readonly isWhole: boolean;
  /** Where the command began when its words were read. */
  readonly readAt: number;
  /** By where they began then. */
  readonly options: ReadonlyMap<number, KnownOption>;
}

/** Machines by where their commands begin. */
export type KnownMachines = ReadonlyMap<number, KnownMachine>;

/** What was read of a version before, and how the text changed since. */
export interface MachinesBefore {
  readonly known: KnownMachines;
  readonly change: TextChange;
  readonly places: PlaceChange;
}

/** Remembers machines while a version is read, and finds those of the version before. */
export class MachineMemory {
  readonly #before: MachinesBefore | null;
  readonly #now = new Map<number, KnownMachine>();

  constructor(before: MachinesBefore | null) {
    this.#before = before;
  }

  /** The machines of this version. */
  get known(): KnownMachines {
    return this.#now;
  }

  /** The machine that a command starts: as it was, on other lines perhaps; undefined if it has to be read. */
  keep(command: ShellCommand): VmDescription | undefined {
    const known = this.#find(command);
    if (!this.#before || known?.isWhole !== true || !known.command.isSame(command)) return undefined;
    const { range } = known.machine;
    const moved = this.#before.places.moved(range);
    if (moved?.start.character !== range.start.character) return undefined;
    const lines = moved.start.line - range.start.line;
    const machine = lines === 0 ? known.machine : movedMachine(known.machine, lines);
    this.#now.set(command.first.start, { ...known, machine });
    return machine;
  }

  /** To read the options of a command with. */
  optionsOf(command: ShellCommand): OptionMemory {
    const known = this.#find(command);
    if (!this.#before || !known) return new OptionMemory(null);
    const { change, places } = this.#before;
    const moved = this.#startBefore(command, change) - known.readAt;
    return new OptionMemory({ known, change, places, moved });
  }

  /** Keeps a machine for the next version, with the options that were found and read. */
  remember(
    command: ShellCommand,
    machine: VmDescription,
    { known: options }: OptionMemory,
    isWhole: boolean,
  ): void {
    const readAt = command.first.start;
    this.#now.set(readAt, { machine, command, isWhole, readAt, options });
  }

  #find(command: ShellCommand): KnownMachine | undefined {
    return this.#before?.known.get(this.#startBefore(command, this.#before.change));
  }

  #startBefore({ first }: ShellCommand, { start, endBefore, endAfter }: TextChange): number {
    return first.start < start ? first.start : first.start - (endAfter - endBefore);
  }
}

/** Whether a command is what its own letters say, wherever it stands. */
export function saysAll(text: string, command: ShellCommand): boolean {
  const end = command.words().at(-1)?.end ?? command.first.end;
  return command.trap === null && !/[$`]/.test(text.slice(command.first.start, end));
}
