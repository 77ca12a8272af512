/** Rows of bits that grow in both directions. */
export class BitTable {
  #wordsPerRow = 1;
  #rows = 1 << 5;
  #bits = new Int32Array(this.#rows);

  has(row: number, column: number): boolean {
    return (((this.#bits[row * this.#wordsPerRow + (column >> 5)] as number) >>> (column & 31)) & 1) === 1;
  }

  /** Sets a bit. */
  add(row: number, column: number): void {
    const word = row * this.#wordsPerRow + (column >> 5);
    this.#bits[word] = (this.#bits[word] as number) | (1 << (column & 31));
  }

  /** Makes room for as many rows and columns. */
  reserve(rows: number, columns: number): void {
    if (rows <= this.#rows && columns <= this.#wordsPerRow * 32) return;
    const old = this.#bits;
    const oldWords = this.#wordsPerRow;
    while (this.#wordsPerRow * 32 < columns) this.#wordsPerRow *= 2;
    while (this.#rows < rows) this.#rows *= 2;
    this.#bits = new Int32Array(this.#rows * this.#wordsPerRow);
    for (let at = 0; at < old.length; at++) {
      const row = Math.floor(at / oldWords);
      this.#bits[row * this.#wordsPerRow + (at % oldWords)] = old[at] as number;
    }
  }
}
