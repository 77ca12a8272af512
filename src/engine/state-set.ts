import { grown } from './edge-list.ts';
import { hashOf, spread } from './state-hash.ts';
import type { State } from './state.ts';

const CHUNK_BITS = 13;
const CHUNK_STATES = 1 << CHUNK_BITS;

/**
 * All states met so far, each once, numbered in the order of meeting. Compared word by word: two states with the
 * same hash are still two states. Kept in chunks, so that growing copies only the table.
 */
export class StateSet {
  readonly #bytes: number;
  readonly #words: number;
  readonly #chunks: Int32Array[] = [];
  /** By state: its hash. */
  #hashes = new Int32Array(1 << 12);
  /**
   * Open addressing: by slot, seven bits of the hash of a state, or 0 if the slot is free. Most states that are looked
   * up here are new. That is found in these alone, which are few enough to stay near the processor.
   */
  #marks = new Uint8Array(1 << 13);
  /** By slot, the number of the state. */
  #numbers = new Int32Array(1 << 13);
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
    const tables = this.#hashes.byteLength + this.#marks.byteLength + this.#numbers.byteLength;
    return this.#chunks.length * CHUNK_STATES * this.#words * 4 + tables;
  }

  /** The number of a state; negative, minus the new number less one, if it was not there and has been added. */
  add({ words, state }: WorkState): number {
    return this.addHashed(words, hashOf(state));
  }

  /** As {@link add}, for a state whose hash is known. */
  addHashed(words: Int32Array, hash: number): number {
    const slot = this.#slotOf(words, hash);
    if (this.#marks[slot] !== 0) return this.#numbers[slot] as number;
    const index = this.size++;
    this.#marks[slot] = markOf(hash);
    this.#numbers[slot] = index;
    if (index === this.#hashes.length) this.#hashes = grown(this.#hashes);
    this.#hashes[index] = hash;
    const chunk = (this.#chunks[index >> CHUNK_BITS] ??= new Int32Array(CHUNK_STATES * this.#words));
    chunk.set(words, (index & (CHUNK_STATES - 1)) * this.#words);
    if (this.size * 3 > this.#marks.length * 2) this.#grow();
    return -index - 1;
  }

  /** The number of a state that is there; -1 if it is not. */
  find({ words, state }: WorkState): number {
    const slot = this.#slotOf(words, hashOf(state));
    return this.#marks[slot] === 0 ? -1 : (this.#numbers[slot] as number);
  }

  /** The hash of the state of that number. */
  hash(index: number): number {
    return this.#hashes[index] as number;
  }

  /** Copies the state of that number into `target`. */
  read(index: number, target: WorkState): void {
    const at = (index & (CHUNK_STATES - 1)) * this.#words;
    const chunk = this.#chunks[index >> CHUNK_BITS] as Int32Array;
    const { words } = target;
    for (let i = 0; i < words.length; i++) words[i] = chunk[at + i] as number;
  }

  /** Where the table has a state, or where it belongs. */
  #slotOf(words: Int32Array, hash: number): number {
    const marks = this.#marks;
    const mask = marks.length - 1;
    const mark = markOf(hash);
    let slot = spread(hash) & mask;
    for (let found = marks[slot] as number; found !== 0; found = marks[slot] as number) {
      if (found === mark && this.#equals(this.#numbers[slot] as number, words)) return slot;
      slot = (slot + 1) & mask;
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
    const marks = new Uint8Array(this.#marks.length * 2);
    const numbers = new Int32Array(marks.length);
    const mask = marks.length - 1;
    for (let index = 0; index < this.size; index++) {
      const hash = this.#hashes[index] as number;
      let slot = spread(hash) & mask;
      while (marks[slot] !== 0) slot = (slot + 1) & mask;
      marks[slot] = markOf(hash);
      numbers[slot] = index;
    }
    this.#marks = marks;
    this.#numbers = numbers;
  }
}

/** Some bits of a hash, but never 0. */
function markOf(hash: number): number {
  return (hash >>> 24) | 1;
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
