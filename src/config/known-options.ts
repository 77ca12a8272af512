import type { PlaceChange } from '../base/place-change.ts';
import type { TextChange } from '../base/text-change.ts';
import type { CommandOption, DeviceDescription } from './launch-file.ts';
import type { Word } from './word.ts';

/** An option as it was read, and the words that it was read from. */
export interface KnownOption {
  readonly word: Word;
  readonly value: Word;
  readonly option: CommandOption;
  /** What `-device` asks for; null for others. */
  readonly device: DeviceDescription | null;
}

/** Options by where they begin. */
export type KnownOptions = ReadonlyMap<number, KnownOption>;

/** What was read of a version before. */
export interface OptionsBefore {
  readonly known: KnownOptions;
  readonly change: TextChange;
  readonly places: PlaceChange;
}

/** Remembers options while a version is read, and finds those of the version before that are the same in the same place. */
export class OptionMemory {
  readonly #before: OptionsBefore | null;
  readonly #now = new Map<number, KnownOption>();

  constructor(before: OptionsBefore | null) {
    this.#before = before;
  }

  /** All options of this version that can be the same in the next one: those that come from no variable. */
  get known(): KnownOptions {
    return this.#now;
  }

  find(word: Word, value: Word): KnownOption | undefined {
    if (this.#before === null) return undefined;
    const { known, change, places } = this.#before;
    const isInFront = value.end < change.start;
    if (!isInFront && word.start < change.endAfter) return undefined;
    const by = isInFront ? 0 : change.endAfter - change.endBefore;
    const found = known.get(word.start - by);
    if (found === undefined || !isMoved(found.word, word, by) || !isMoved(found.value, value, by))
      return undefined;
    return places.leaves(found.option.range) ? found : undefined;
  }

  remember(known: KnownOption): void {
    const { word, value } = known;
    if (isWritten(word) && isWritten(value)) this.#now.set(word.start, known);
  }
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
