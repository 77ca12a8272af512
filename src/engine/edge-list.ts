/** Which edges of a graph count, by the numbers of their states and the id of their step. */
export type EdgeFilter = (from: number, to: number, step: number) => boolean;

/**
 * The edges of an explored graph in the order of the states that they leave: eight bytes each. To make them again, a
 * step would have to be taken and the state after it looked up, which takes ten times as long.
 */
export class EdgeList {
  /** By state: the number of its first edge, and one more for the end of the last. */
  #begins = new Int32Array(1 << 12);
  /** By edge: the state that it leads to, and its outcome, see {@link outcomeOf}. */
  #edges = new Int32Array(1 << 13);
  #states = 0;
  size = 0;

  /** Adds an edge out of the first state that is not closed yet. */
  add(to: number, outcome: number): void {
    const at = this.size++ * 2;
    if (at === this.#edges.length) this.#edges = grown(this.#edges);
    this.#edges[at] = to;
    this.#edges[at + 1] = outcome;
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
    return this.#edges[edge * 2] as number;
  }

  /** The first edge with that outcome, from `begin` to before `end`; -1 if there is none. */
  find(outcome: number, begin: number, end: number): number {
    for (let edge = begin; edge < end; edge++) if (this.#edges[edge * 2 + 1] === outcome) return edge;
    return -1;
  }

  /** {@link CompiledStep.id} of the step of an edge. */
  step(edge: number): number {
    return stepOf(this.#edges[edge * 2 + 1] as number);
  }

  /** Which of its outcomes the step of an edge has. */
  choice(edge: number): number {
    return choiceOf(this.#edges[edge * 2 + 1] as number);
  }
}

/** A step and its choice as one number: the step in the lower half, its choice in the upper one. */
export function outcomeOf(step: number, choice: number): number {
  return (choice << 16) | step;
}

/** {@link CompiledStep.id} of the step of an outcome. */
export function stepOf(outcome: number): number {
  return outcome & 0xffff;
}

/** Which outcome of its step it is. */
export function choiceOf(outcome: number): number {
  return outcome >>> 16;
}

/** Twice as long, with the same beginning. */
export function grown(old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(old.length * 2);
  larger.set(old);
  return larger;
}
