import { grown } from '../engine/edge-list.ts';

/** A hash of the words of a record: each is mixed by itself, so that a processor works at several at a time. */
function hash(words: Int32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const mixed = Math.imul((words[from + i] as number) ^ Math.imul(i + 1, 0x9e3779b9), 0x85ebca6b);
    sum = (sum + Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)) | 0;
  }
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  return sum ^ (sum >>> 13);
}

/**
 * A set of records of as many words each, in the order in which they were added. The first `key` words make a record;
 * the rest is what is known of how it was reached, and stays as it was when the record was added first.
 */
export class ConfigSet {
  readonly #key: number;
  readonly #rest: number;
  /** Open addressing, two words a slot: the hash of a record, and its number plus one; 0 if the slot is free. */
  #table = new Int32Array(512);
  #keys: Int32Array<ArrayBuffer>;
  #rests: Int32Array<ArrayBuffer>;
  /** By record: where the table has it. */
  #slots = new Int32Array(64);
  size = 0;

  constructor(key: number, rest: number) {
    this.#key = key;
    this.#rest = rest;
    this.#keys = new Int32Array(key * 64);
    this.#rests = new Int32Array(rest * 64);
  }

  clear(): void {
    // A set that was large once must not cost as much every time that it is emptied.
    for (let index = 0; index < this.size; index++) this.#table[(this.#slots[index] as number) + 1] = 0;
    this.size = 0;
  }

  /** Adds a record, reached as `rest` says, unless it is there. Says whether it was new. */
  add(key: Int32Array, rest: Int32Array): boolean {
    const table = this.#table;
    const mask = table.length - 2;
    const hashed = hash(key, 0, this.#key);
    let slot = (hashed << 1) & mask;
    for (let found = table[slot + 1] as number; found !== 0; found = table[slot + 1] as number) {
      if (table[slot] === hashed && this.#equals(found - 1, key)) return false;
      slot = (slot + 2) & mask;
    }
    if (this.size === this.#slots.length) this.#makeRoom();
    this.#slots[this.size] = slot;
    copy(key, 0, this.#keys, this.size * this.#key, this.#key);
    copy(rest, 0, this.#rests, this.size * this.#rest, this.#rest);
    table[slot] = hashed;
    table[slot + 1] = ++this.size;
    if (this.size * 4 > table.length) this.#makeTable(table.length * 2);
    return true;
  }

  /** Copies record `index`, and how it was reached. */
  read(index: number, key: Int32Array, rest: Int32Array): void {
    this.readKey(index, key);
    copy(this.#rests, index * this.#rest, rest, 0, this.#rest);
  }

  /** Copies record `index`. */
  readKey(index: number, key: Int32Array): void {
    copy(this.#keys, index * this.#key, key, 0, this.#key);
  }

  /** Sets a bit in what is known of how the record was reached that was added last. */
  markLast(bit: number): void {
    const at = (this.size - 1) * this.#rest + (bit >> 5);
    this.#rests[at] = (this.#rests[at] as number) | (1 << (bit & 31));
  }

  /** Another set of the same records in the same order. */
  copy(): ConfigSet {
    const other = new ConfigSet(this.#key, this.#rest);
    while (other.#slots.length < this.size) other.#makeRoom();
    other.#keys.set(this.#keys.subarray(0, this.size * this.#key));
    other.#rests.set(this.#rests.subarray(0, this.size * this.#rest));
    other.size = this.size;
    let length = other.#table.length;
    while (this.size * 4 > length) length *= 2;
    other.#makeTable(length);
    return other;
  }

  #equals(index: number, key: Int32Array): boolean {
    const at = index * this.#key;
    for (let i = 0; i < this.#key; i++) if (this.#keys[at + i] !== key[i]) return false;
    return true;
  }

  #makeRoom(): void {
    this.#slots = grown(this.#slots);
    this.#keys = grown(this.#keys);
    this.#rests = grown(this.#rests);
  }

  #makeTable(length: number): void {
    const mask = length - 2;
    const table = new Int32Array(length);
    for (let index = 0; index < this.size; index++) {
      const hashed = hash(this.#keys, index * this.#key, this.#key);
      let slot = (hashed << 1) & mask;
      while (table[slot + 1] !== 0) slot = (slot + 2) & mask;
      table[slot] = hashed;
      table[slot + 1] = index + 1;
      this.#slots[index] = slot;
    }
    this.#table = table;
  }
}

/** Word by word: these are a few dozen, for which a call of `set` takes longer. */
function copy(from: Int32Array, start: number, to: Int32Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) to[at + i] = from[start + i] as number;
}
