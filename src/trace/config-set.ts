import { grown } from '../engine/edge-list.ts';

/** Configurations by their numbers, in the order in which they were added, and how each was reached: some words of bits. */
export class ConfigSet {
  readonly #bitWords: number;
  #numbers = new Int32Array(64);
  #bits: Int32Array<ArrayBuffer>;
  size = 0;

  constructor(bitWords: number) {
    this.#bitWords = bitWords;
    this.#bits = new Int32Array(bitWords * 64);
  }

  clear(): void {
    this.size = 0;
  }

  /** The configuration at a place. */
  at(place: number): number {
    return this.#numbers[place] as number;
  }

  /** Adds a configuration that no step has led to. */
  addFirst(config: number): void {
    this.#append(config);
    this.#bits.fill(0, (this.size - 1) * this.#bitWords, this.size * this.#bitWords);
  }

  /** Adds a configuration that is reached as the one at `place` of `from` is. */
  addAs(config: number, from: ConfigSet, place: number): void {
    this.#append(config);
    const source = from.#bits;
    const start = place * this.#bitWords;
    const end = (this.size - 1) * this.#bitWords;
    // Word by word: these are a dozen, for which a call of `set` takes longer.
    for (let i = 0; i < this.#bitWords; i++) this.#bits[end + i] = source[start + i] as number;
  }

  /** Sets a bit in how the configuration was reached that was added last. */
  markLast(bit: number): void {
    const at = (this.size - 1) * this.#bitWords + (bit >> 5);
    this.#bits[at] = (this.#bits[at] as number) | (1 << (bit & 31));
  }

  /** How the configuration at a place was reached. */
  bitsAt(place: number): Int32Array {
    return this.#bits.slice(place * this.#bitWords, (place + 1) * this.#bitWords);
  }

  /** Another set like this one, by the numbers that its configurations have elsewhere. */
  copy(numberOf: (config: number) => number = (config) => config): ConfigSet {
    const other = new ConfigSet(this.#bitWords);
    for (let place = 0; place < this.size; place++) other.addAs(numberOf(this.at(place)), this, place);
    return other;
  }

  #append(config: number): void {
    if (this.size === this.#numbers.length) {
      this.#numbers = grown(this.#numbers);
      this.#bits = grown(this.#bits);
    }
    this.#numbers[this.size++] = config;
  }
}
