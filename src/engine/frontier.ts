/**
 * What is known of the states that were met and not looked at yet, first in, first out: as many numbers for each. Only
 * as long as it is needed, in a ring.
 */
export class Frontier {
  readonly #numbers: number;
  /** A power of two of records. */
  #ring: Int32Array;
  #capacity = 1 << 10;
  #first = 0;
  #end = 0;

  constructor(numbers: number) {
    this.#numbers = numbers;
    this.#ring = new Int32Array(this.#capacity * numbers);
  }

  /** Copies a record behind the last one. */
  add(record: Int32Array): void {
    if (this.#end - this.#first === this.#capacity) this.#grow();
    const at = this.#place(this.#end++);
    for (let i = 0; i < this.#numbers; i++) this.#ring[at + i] = record[i] as number;
  }

  /** Takes the first record, of which there must be one, into `record`. */
  take(record: Int32Array): void {
    const at = this.#place(this.#first++);
    for (let i = 0; i < this.#numbers; i++) record[i] = this.#ring[at + i] as number;
  }

  /** Makes all numbers 0. */
  clear(): void {
    this.#ring.fill(0);
  }

  #place(record: number): number {
    return (record & (this.#capacity - 1)) * this.#numbers;
  }

  #grow(): void {
    const larger = new Frontier(this.#numbers);
    larger.#capacity = this.#capacity * 2;
    larger.#ring = new Int32Array(larger.#capacity * this.#numbers);
    const record = new Int32Array(this.#numbers);
    const end = this.#end;
    larger.#first = larger.#end = this.#first;
    while (this.#first < end) {
      this.take(record);
      larger.add(record);
    }
    this.#ring = larger.#ring;
    this.#capacity = larger.#capacity;
    this.#first = larger.#first;
  }
}
