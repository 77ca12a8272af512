import type { State } from './state.ts';

const CHUNK_BITS = 13;
const CHUNK_STATES = 1 << CHUNK_BITS;

/**
 * A hash of the words of a state: each is mixed by itself, so that a processor works at several at a time, and
 * differently in each place; then they are added up.
 */
function hash(words: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < words.length; i++) {
    const mixed = Math.imul((words[i] as number) ^ Math.imul(i + 1, 0x9e3779b9), 0x85ebca6b);
    sum = (sum + Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)) | 0;
  }
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  return sum ^ (sum >>> 13);
}

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
    return this.#chunks.length * CHUNK_STATES * this.#words * 4 + this.#table.byteLength;
  }

  /** The number of a state; negative, minus the new number less one, if it was not there and has been added. */
  add({ words }: WorkState): number {
    const hashed = hash(words);
    const slot = this.#slotOf(words, hashed);
    const table = this.#table;
    const known = table[slot + 1] as number;
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
    return (this.#table[this.#slotOf(words, hash(words)) + 1] as number) - 1;
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
