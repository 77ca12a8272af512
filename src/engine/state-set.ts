import { hashOf } from './state-hash.ts';
import type { State } from './state.ts';

const CHUNK_BITS = 13;
const CHUNK_STATES = 1 << CHUNK_BITS;

/** Slots for states met lately, a power of two: 64 kB, which stay in a processor's own cache. */
const RECENT_SLOTS = 1 << 13;

/**
 * All states met so far, each once, numbered in the order of meeting. Compared word by word: two states with the
 * same hash are still two states. Kept in chunks, so that growing copies only the table.
 */
export class StateSet {
  readonly #bytes: number;
  readonly #words: number;
  readonly #chunks: Int32Array[] = [];
  /** Open addressing, two words a slot: the hash of a state, and its number plus one; 0 if the slot is free. */
  #table = new Int32Array(1 << 14);
  /**
   * As in the table, but one place for each hash, and the newest state has it. Most states that are known were met
   * lately, and this is small enough to stay near the processor, which the table of many states is not.
   */
  readonly #recent = new Int32Array(RECENT_SLOTS * 2);
  size = 0;

  /** `stateBytes` is the length of every state; buffers handed in must come from {@link buffer}. */
  constructor(stateBytes: number) {
    this.#bytes = stateBytes;
    this.#words = Math.ceil(stateBytes / 4);
  }

  /** A state to work in; padded so that it can be compared a word at a time. */
  buffer(): WorkState {
    const words = new Int32Array(this.#words);
    return { words, state: new Uint8Array(words.buffer, 0, this.#bytes) };
  }

  /** Bytes held, tables included. */
  get memoryBytes(): number {
    return (
      this.#chunks.length * CHUNK_STATES * this.#words * 4 + this.#table.byteLength + this.#recent.byteLength
    );
  }

  /** The number of a state; negative, minus the new number less one, if it was not there and has been added. */
  add({ words }: WorkState): number {
    const hashed = hashOf(words);
    const recent = this.#recent;
    const place = (hashed << 1) & (recent.length - 2);
    const candidate = recent[place + 1] as number;
    if (recent[place] === hashed && candidate !== 0 && this.#equals(candidate - 1, words))
      return candidate - 1;
    const slot = this.#slotOf(words, hashed);
    const table = this.#table;
    const known = table[slot + 1] as number;
    recent[place] = hashed;
    recent[place + 1] = known === 0 ? this.size + 1 : known;
    if (known !== 0) return known - 1;
    const number = ++this.size;
    table[slot] = hashed;
    table[slot + 1] = number;
    const index = number - 1;
    const chunk = (this.#chunks[index >> CHUNK_BITS] ??= new Int32Array(CHUNK_STATES * this.#words));
    const at = (index & (CHUNK_STATES - 1)) * this.#words;
    chunk.set(words, at);
    if (number * 3 > table.length) this.#grow();
    return -number;
  }

  /** The number of a state that is there; -1 if it is not. */
  find({ words }: WorkState): number {
    return (this.#table[this.#slotOf(words, hashOf(words)) + 1] as number) - 1;
  }

  /** Copies the state of that number into `target`. */
  read(index: number, target: WorkState): void {
    const at = (index & (CHUNK_STATES - 1)) * this.#words;
    const chunk = this.#chunks[index >> CHUNK_BITS] as Int32Array;
    const { words } = target;
    for (let i = 0; i < words.length; i++) words[i] = chunk[at + i] as number;
  }

  /** Where the table has a state, or where it belongs. */
  #slotOf(words: Int32Array, hashed: number): number {
    const table = this.#table;
    const mask = table.length - 2;
    let slot = (hashed << 1) & mask;
    for (let found = table[slot + 1] as number; found !== 0; found = table[slot + 1] as number) {
      if (table[slot] === hashed && this.#equals(found - 1, words)) return slot;
      slot = (slot + 2) & mask;
    }
    return slot;
  }

  #equals(index: number, words: Int32Array): boolean {
    const at = (index & (CHUNK_STATES - 1)) * this.#words;
    const chunk = this.#chunks[index >> CHUNK_BITS] as Int32Array;
    for (let i = 0; i < words.length; i++) if (chunk[at + i] !== words[i]) return false;
    return true;
  }

  #grow(): void {
    const old = this.#table;
    const table = new Int32Array(old.length * 2);
    const mask = table.length - 2;
    for (let from = 0; from < old.length; from += 2) {
      const number = old[from + 1] as number;
      if (number === 0) continue;
      const hashed = old[from] as number;
      let slot = (hashed << 1) & mask;
      while (table[slot + 1] !== 0) slot = (slot + 2) & mask;
      table[slot] = hashed;
      table[slot + 1] = number;
    }
    this.#table = table;
  }
}

/** A state as bytes for the model and as words for the set; both show the same memory. */
export interface WorkState {
  readonly words: Int32Array;
  readonly state: State;
}

/** Makes `to` the same state as `from`. */
export function copyState(from: WorkState, to: WorkState): void {
  to.words.set(from.words);
}
