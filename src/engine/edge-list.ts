/** Which edges of a graph count, by the numbers of their states and the id of their step. */
export type EdgeFilter = (from: number, to: number, step: number) => boolean;

/**
 * The edges of an explored graph in the order of the states that they leave: eight bytes each. To make them again, a
 * step would have to be taken and the state after it looked up, which takes ten times as long.
 */
export class EdgeList {
  /** By state: the number of its first edge, and one more for the end of the last. */
  #begins = new Int32Array(1 << 12);
  #to = new Int32Array(1 << 12);
  /** The step in the lower half, its choice in the upper one. */
  #taken = new Int32Array(1 << 12);
  #states = 0;
  size = 0;

  /** Adds an edge out of the first state that is not closed yet. */
  add(to: number, step: number, choice: number): void {
    const number = this.size++;
    if (number === this.#to.length) {
      this.#to = grown(this.#to);
      this.#taken = grown(this.#taken);
    }
    this.#to[number] = to;
    this.#taken[number] = (choice << 16) | step;
  }

  /** The edges added from now on leave the next state. */
  closeState(): void {
    if (++this.#states === this.#begins.length) this.#begins = grown(this.#begins);
    this.#begins[this.#states] = this.size;
  }

  /** The number of the first edge out of a state; those of the next state begin where they end. */
  begin(state: number): number {
    return this.#begins[state] as number;
  }

  /** The state that an edge leaves: the last that begins before it. */
  from(edge: number): number {
    let least = 0;
    let most = this.#states;
    while (least < most) {
      const middle = (least + most + 1) >> 1;
      if (this.begin(middle) <= edge) least = middle;
      else most = middle - 1;
    }
    return least;
  }

  /** The state that an edge leads to. */
  to(edge: number): number {
    return this.#to[edge] as number;
  }

  /** {@link CompiledStep.id} of the step of an edge. */
  step(edge: number): number {
    return (this.#taken[edge] as number) & 0xffff;
  }

  /** Which of its outcomes the step of an edge has. */
  choice(edge: number): number {
    return (this.#taken[edge] as number) >>> 16;
  }
}

/** Twice as long, with the same beginning. */
export function grown(old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(old.length * 2);
  larger.set(old);
  return larger;
}
