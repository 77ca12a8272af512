import { grown, outcomeOf } from './edge-list.ts';
import { hashOf } from './state-hash.ts';
import type { State } from './state.ts';

/** No move: nothing is known of how a state was reached. */
export const NO_MOVE = 0;

/** No reaction: nothing is known of what a process can do. */
export const NO_REACTION = 0;

/** Places in the record of a move; behind them are its flips, each a place of a word and the bits that become others. */
const ROW = 0;
const OUTCOME = 1;
const REACTION = 2;
const HASH_FLIP = 3;
const FLIPS = 4;
const RECORD = 5;

/**
 * Moves: outcomes of steps as what they make of a state. A move is named by the place of its record. All is kept as
 * numbers close together: objects and arrays of their own do not stay in a processor's first cache.
 */
export class MoveTable {
  #records = new Int32Array(1 << 10);
  /** How many moves there are, with none. */
  rows = 1;
  /** Where the next record will be. */
  end = RECORD;

  /** Adds what a step made of a state, as part of a reaction. */
  add(reaction: number, step: number, choice: number, before: State, after: State): void {
    const flips = differenceOf(before, after);
    const move = this.end;
    this.end += RECORD + flips.length;
    while (this.end > this.#records.length) this.#records = grown(this.#records);
    const records = this.#records;
    records[move + ROW] = this.rows++;
    records[move + OUTCOME] = outcomeOf(step, choice);
    records[move + REACTION] = reaction;
    records[move + HASH_FLIP] = hashOf(before) ^ hashOf(after);
    records[move + FLIPS] = flips.length;
    records.set(flips, move + RECORD);
  }

  /** The move behind another. */
  next(move: number): number {
    return move + RECORD + (this.#records[move + FLIPS] as number);
  }

  /** Moves are counted from 1. */
  row(move: number): number {
    return this.#records[move + ROW] as number;
  }

  /** The step and its choice, see {@link outcomeOf}. */
  outcome(move: number): number {
    return this.#records[move + OUTCOME] as number;
  }

  /** The reaction that a move is part of. */
  reaction(move: number): number {
    return this.#records[move + REACTION] as number;
  }

  /** Which bits of the hash of a state become others. */
  hashFlip(move: number): number {
    return this.#records[move + HASH_FLIP] as number;
  }

  /** Makes a state what it is after a move, or, the second time, what it was before. */
  flip(move: number, words: Int32Array): void {
    const records = this.#records;
    const end = this.next(move);
    for (let at = move + RECORD; at < end; at += 2) {
      const word = records[at] as number;
      words[word] = (words[word] as number) ^ (records[at + 1] as number);
    }
  }

  /** Whether a move changes a bit that is set in `bits`, which are as many as those of a state. */
  changes(move: number, bits: Int32Array): boolean {
    const records = this.#records;
    const end = this.next(move);
    for (let at = move + RECORD; at < end; at += 2) {
      if (((bits[records[at] as number] as number) & (records[at + 1] as number)) !== 0) return true;
    }
    return false;
  }
}

/** In turn, the place of a word that is not the same, and which bits of it are not. */
function differenceOf(before: State, after: State): number[] {
  const bytes = new Uint8Array(Math.ceil(before.length / 4) * 4);
  for (let byte = 0; byte < before.length; byte++) {
    bytes[byte] = (before[byte] as number) ^ (after[byte] as number);
  }
  return [...new Int32Array(bytes.buffer)].flatMap((bits, word) => (bits === 0 ? [] : [word, bits]));
}
