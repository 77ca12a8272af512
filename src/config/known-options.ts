import type { PlaceChange } from '../base/place-change.ts';
import type { TextChange } from '../base/text-change.ts';
import type { CommandOption, DeviceDescription, VmDescription } from './launch-file.ts';
import type { Word } from './word.ts';

/** The words that an option was read from, and which one of its machine it is. */
export interface KnownOption {
  readonly word: Word;
  readonly value: Word;
  readonly option: number;
  /** Which device `-device` asked for; null for others. */
  readonly device: number | null;
}

/** The options of a command in a version before. */
export interface OptionsBefore {
  readonly known: {
    readonly machine: VmDescription;
    /** By where they began when their words were read. */
    readonly options: ReadonlyMap<number, KnownOption>;
  };
  /** How far the command had moved from there. */
  readonly moved: number;
  readonly change: TextChange;
  readonly places: PlaceChange;
}

/** Remembers options while a command is read, and finds those of the version before that are the same in the same place. */
export class OptionMemory {
  readonly #before: OptionsBefore | null;
  readonly #now = new Map<number, KnownOption>();

  constructor(before: OptionsBefore | null) {
    this.#before = before;
  }

  /** All options of this version that can be the same in the next one: those that come from no variable. */
  get known(): ReadonlyMap<number, KnownOption> {
    return this.#now;
  }

  /** An option as it was read, and what `-device` asks for. */
  find(word: Word, value: Word): { option: CommandOption; device: DeviceDescription | null } | undefined {
    if (this.#before === null) return undefined;
    const { known, moved, change, places } = this.#before;
    const isInFront = value.end < change.start;
    if (!isInFront && word.start < change.endAfter) return undefined;
    const by = moved + (isInFront ? 0 : change.endAfter - change.endBefore);
    const found = known.options.get(word.start - by);
    if (found === undefined || !isMoved(found.word, word, by) || !isMoved(found.value, value, by))
      return undefined;
    const option = known.machine.options[found.option];
    if (option === undefined || !places.leaves(option.range)) return undefined;
    const device = found.device === null ? null : (known.machine.devices[found.device] ?? null);
    return { option, device: device && isAsAsked(device) ? device : null };
  }

  remember(known: KnownOption): void {
    const { word, value } = known;
    if (isWritten(word) && isWritten(value)) this.#now.set(word.start, known);
  }
}

/** Whether no `-set` reaches a device. */
function isAsAsked({ properties }: DeviceDescription): boolean {
  return properties.every(({ from }) => from !== 'set');
}

/** Whether the command itself says the word, for certain. */
function isWritten({ use, maybe }: Word): boolean {
  return use === undefined && maybe === undefined;
}

/** Whether a word is the same, by so many letters further on. */
function isMoved(before: Word, after: Word, by: number): boolean {
  return (
    before.text === after.text &&
    before.start + by === after.start &&
    before.end + by === after.end &&
    isWritten(after) &&
    before.runs.length === after.runs.length &&
    before.runs.every((run, i) => {
      const other = after.runs[i];
      return (
        other?.source === run.source + by &&
        other.at === run.at &&
        other.length === run.length &&
        other.sourceLength === run.sourceLength &&
        other.verbatim === run.verbatim &&
        other.known === run.known
      );
    })
  );
}
