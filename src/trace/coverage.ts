import type { Model } from '../engine/compile.ts';

/** Ways on from a step that are told apart; a step with more has the others counted with the last. */
const WAYS = 4;

/** One way on from a step, by labels. */
export interface UsedEdge {
  readonly from: string;
  readonly to: string;
}

/** Which steps of a model, and which ways on from them, the runs that explain a trace have taken. */
export class Coverage {
  /** Words that {@link take} needs to note one run. */
  readonly words: number;
  readonly #model: Model;
  /** Program counters behind each step, in the order in which they were met. */
  readonly #ways: number[][];
  readonly #taken: Int32Array;

  constructor(model: Model) {
    this.#model = model;
    this.words = Math.ceil((model.steps.length * WAYS) / 32);
    this.#ways = model.steps.map(() => []);
    this.#taken = new Int32Array(this.words);
  }

  /** Notes in `run` that a step was taken after which its process stood at `counter`. */
  take(run: Int32Array, step: number, counter: number): void {
    const ways = this.#ways[step] as number[];
    let way = ways.indexOf(counter);
    if (way < 0) way = ways.length < WAYS ? ways.push(counter) - 1 : WAYS - 1;
    const bit = step * WAYS + way;
    run[bit >> 5] = (run[bit >> 5] as number) | (1 << (bit & 31));
  }

  /** Adds all that a run has taken. */
  add(run: Int32Array): void {
    for (let i = 0; i < this.words; i++) this.#taken[i] = (this.#taken[i] as number) | (run[i] as number);
  }

  /** Labels of the steps that were taken, in the order of the model. */
  used(): string[] {
    return this.#labels(true);
  }

  /** Labels of the steps that were not. */
  unused(): string[] {
    return this.#labels(false);
  }

  /** The ways on that were taken; the way back to the start of a process is one to its first step. */
  edges(): UsedEdge[] {
    return this.#model.steps.flatMap(({ id, label, process }) =>
      (this.#ways[id] as number[]).flatMap((counter, way) => {
        if (!this.#isTaken(id, way)) return [];
        return [{ from: label, to: this.#model.processes[process]?.steps[counter]?.label ?? '' }];
      }),
    );
  }

  #labels(taken: boolean): string[] {
    return this.#model.steps
      .filter(({ id }) => [0, 1, 2, 3].some((way) => this.#isTaken(id, way)) === taken)
      .map(({ label }) => label);
  }

  #isTaken(step: number, way: number): boolean {
    const bit = step * WAYS + way;
    return (((this.#taken[bit >> 5] as number) >>> (bit & 31)) & 1) === 1;
  }
}
