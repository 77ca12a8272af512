import type { Model } from '../engine/compile.ts';

/** Ways on from a step that are told apart; a step with more has the others counted with the last. */
const WAYS = 4;

/** One way on from a step, by labels. */
export interface UsedEdge {
  readonly from: string;
  readonly to: string;
}

/** Which steps of a model, and which ways on from them, a run that explains a trace has taken: a bit for each way. */
export class Coverage {
  /** Words that the bits of one run need. */
  readonly words: number;
  readonly #model: Model;
  /** Program counters behind each step, in the order in which they were met. */
  readonly #ways: number[][];

  constructor(model: Model) {
    this.#model = model;
    this.words = Math.ceil((model.steps.length * WAYS) / 32);
    this.#ways = model.steps.map(() => []);
  }

  /** The bit of a step after which its process stands at `counter`. */
  bitOf(step: number, counter: number): number {
    const ways = this.#ways[step] as number[];
    let way = ways.indexOf(counter);
    if (way < 0) way = ways.length < WAYS ? ways.push(counter) - 1 : WAYS - 1;
    return step * WAYS + way;
  }

  /** Labels of the steps that `run` has taken, in the order of the model. */
  used(run: Int32Array): string[] {
    return this.#labels(run, true);
  }

  /** Labels of the steps that it has not. */
  unused(run: Int32Array): string[] {
    return this.#labels(run, false);
  }

  /** The ways on that it has taken; the way back to the start of a process is one to its first step. */
  edges(run: Int32Array): UsedEdge[] {
    return this.#model.steps.flatMap(({ id, label, process }) =>
      (this.#ways[id] as number[]).flatMap((counter, way) => {
        if (!isTaken(run, id, way)) return [];
        return [{ from: label, to: this.#model.processes[process]?.steps[counter]?.label ?? '' }];
      }),
    );
  }

  #labels(run: Int32Array, taken: boolean): string[] {
    return this.#model.steps
      .filter(({ id }) => [0, 1, 2, 3].some((way) => isTaken(run, id, way)) === taken)
      .map(({ label }) => label);
  }
}

function isTaken(run: Int32Array, step: number, way: number): boolean {
  const bit = step * WAYS + way;
  return (((run[bit >> 5] as number) >>> (bit & 31)) & 1) === 1;
}
