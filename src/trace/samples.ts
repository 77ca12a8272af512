/** So many values are kept. */
const MOST = 1 << 14;

/**
 * Values of a stream without end: all of the first ones, then every second one, every fourth and so on. The smallest
 * and the largest are always known.
 */
export class Samples {
  readonly #kept: number[] = [];
  #stride = 1;
  #seen = 0;
  #min = Infinity;
  #max = -Infinity;

  add(value: number): void {
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    if (this.#seen++ % this.#stride !== 0) return;
    this.#kept.push(value);
    if (this.#kept.length < MOST) return;
    for (let i = 1; i * 2 < MOST; i++) this.#kept[i] = this.#kept[i * 2] as number;
    this.#kept.length = MOST / 2;
    this.#stride *= 2;
  }

  /** What is kept, with the smallest and the largest of all. */
  values(): readonly number[] {
    return this.#seen <= MOST / 2 ? this.#kept : [...this.#kept, this.#min, this.#max];
  }
}
