import type { State } from './state.ts';

const CHUNK_BITS = 14;
const CHUNK_STATES = 1 << CHUNK_BITS;
const NONE = -1;

/** Finaliser of MurmurHash3 over the `count` words of a state. */
function hash(words: Int32Array, count: number): number {
  let h = 0x9e3779b9;
  for (let i = 0; i < count; i++) {
    h = Math.imul(h ^ (words[i] as number), 0x85ebca6b);
    h ^= h >>> 13;
  }
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * All states met so far, each once, numbered in the order of meeting. Compared byte by byte: two states with the
 * same hash are still two states. Kept in chunks, so that growing copies only the table.
 */
export class StateSet {
  readonly #bytes: number;
  readonly #words: number;
  readonly #chunks: Int32Array[] = [];
  #table = new Int32Array(1 << 16).fill(NONE);
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
    const mask = this.#table.length - 1;
    let slot = hash(words, this.#words) & mask;
    for (let found = this.#table[slot] as number; found !== NONE; found = this.#table[slot] as number) {
      if (this.#equals(found, words)) return found;
      slot = (slot + 1) & mask;
    }
    const index = this.size++;
    this.#table[slot] = index;
    const chunk = (this.#chunks[index >> CHUNK_BITS] ??= new Int32Array(CHUNK_STATES * this.#words));
    const at = (index & (CHUNK_STATES - 1)) * this.#words;
    for (let i = 0; i < words.length; i++) chunk[at + i] = words[i] as number;
    if (this.size * 2 > this.#table.length) this.#grow();
    return -index - 1;
  }

  /** The number of a state that is there. */
  find({ words }: WorkState): number {
    const mask = this.#table.length - 1;
    let slot = hash(words, this.#words) & mask;
    for (let found = this.#table[slot] as number; found !== NONE; found = this.#table[slot] as number) {
      if (this.#equals(found, words)) return found;
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  /** Copies the state of that number into `target`. */
  read(index: number, target: WorkState): void {
    const at = (index & (CHUNK_STATES - 1)) * this.#words;
    const chunk = this.#chunks[index >> CHUNK_BITS] as Int32Array;
    for (let i = 0; i < this.#words; i++) target.words[i] = chunk[at + i] as number;
  }

  #equals(index: number, words: Int32Array): boolean {
    const at = (index & (CHUNK_STATES - 1)) * this.#words;
    const chunk = this.#chunks[index >> CHUNK_BITS] as Int32Array;
    for (let i = 0; i < words.length; i++) if (chunk[at + i] !== words[i]) return false;
    return true;
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 2).fill(NONE);
    const mask = table.length - 1;
    const work = this.buffer();
    for (let index = 0; index < this.size; index++) {
      this.read(index, work);
      let slot = hash(work.words, this.#words) & mask;
      while (table[slot] !== NONE) slot = (slot + 1) & mask;
      table[slot] = index;
    }
    this.#table = table;
  }
}

/** A state as bytes for the model and as words for the set; both show the same memory. */
export interface WorkState {
  readonly words: Int32Array;
  readonly state: State;
}

/** Makes `to` the same state as `from`. For a few words a loop is several times as fast as `set`. */
export function copyState(from: WorkState, to: WorkState): void {
  const source = from.words;
  const target = to.words;
  for (let i = 0; i < source.length; i++) target[i] = source[i] as number;
}
