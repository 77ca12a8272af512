const NONE = -1;

/** Finaliser of MurmurHash3 over `count` words. */
function hash(words: Int32Array, from: number, count: number): number {
  let h = 0x9e3779b9;
  for (let i = from; i < from + count; i++) {
    h = Math.imul(h ^ (words[i] as number), 0x85ebca6b);
    h ^= h >>> 13;
  }
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * A set of records of as many words each, in the order in which they were added. The first `key` words make a record;
 * the rest is what is known of how it was reached, and stays as it was when the record was added first.
 */
export class ConfigSet {
  readonly #key: number;
  readonly #width: number;
  #table = new Int32Array(256).fill(NONE);
  #words: Int32Array;
  /** By record: where the table has it. */
  #slots = new Int32Array(64);
  size = 0;

  constructor(key: number, rest: number) {
    this.#key = key;
    this.#width = key + rest;
    this.#words = new Int32Array(this.#width * 64);
  }

  clear(): void {
    // A set that was large once must not cost as much every time that it is emptied.
    for (let index = 0; index < this.size; index++) this.#table[this.#slots[index] as number] = NONE;
    this.size = 0;
  }

  /** Adds the record that begins at the start of `record`, unless it is there. Says whether it was new. */
  add(record: Int32Array): boolean {
    const mask = this.#table.length - 1;
    let slot = hash(record, 0, this.#key) & mask;
    for (let found = this.#table[slot] as number; found !== NONE; found = this.#table[slot] as number) {
      if (this.#equals(found, record)) return false;
      slot = (slot + 1) & mask;
    }
    const at = this.size * this.#width;
    if (at + this.#width > this.#words.length) {
      const larger = new Int32Array(this.#words.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    if (this.size === this.#slots.length) {
      const larger = new Int32Array(this.#slots.length * 2);
      larger.set(this.#slots);
      this.#slots = larger;
    }
    this.#slots[this.size] = slot;
    for (let i = 0; i < this.#width; i++) this.#words[at + i] = record[i] as number;
    this.#table[slot] = this.size++;
    if (this.size * 2 > this.#table.length) this.#grow();
    return true;
  }

  /** Copies record `index` into `target`. */
  read(index: number, target: Int32Array): void {
    const at = index * this.#width;
    for (let i = 0; i < this.#width; i++) target[i] = this.#words[at + i] as number;
  }

  #equals(index: number, record: Int32Array): boolean {
    const at = index * this.#width;
    for (let i = 0; i < this.#key; i++) if (this.#words[at + i] !== record[i]) return false;
    return true;
  }

  #grow(): void {
    const mask = this.#table.length * 2 - 1;
    this.#table = new Int32Array(mask + 1).fill(NONE);
    for (let index = 0; index < this.size; index++) {
      let slot = hash(this.#words, index * this.#width, this.#key) & mask;
      while (this.#table[slot] !== NONE) slot = (slot + 1) & mask;
      this.#table[slot] = index;
      this.#slots[index] = slot;
    }
  }
}
