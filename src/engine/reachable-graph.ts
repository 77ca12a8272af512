import type { Model } from './compile.ts';
import { EdgeList, grown } from './edge-list.ts';
import { StateSet } from './state-set.ts';
import type { State } from './state.ts';

/** One transition of the explored graph. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  /** {@link CompiledStep.id} of the step taken. */
  readonly step: number;
  readonly process: number;
  readonly choice: number;
}

/** All states that were reached, and how each was reached first: on a shortest way. */
export class ReachableGraph {
  readonly model: Model;
  readonly states: StateSet;
  /** What can happen in each state that was looked at. */
  readonly edges = new EdgeList();
  /** Whether every reachable state is in it. */
  complete = false;
  /** Length of the longest of the shortest ways. */
  depth = 0;
  /** By state: the edge that reached it first. */
  #reachedBy = new Int32Array(1 << 12);

  constructor(model: Model) {
    this.model = model;
    this.states = new StateSet(model.stateBytes);
  }

  /** How many edges there are. */
  get transitions(): number {
    return this.edges.size;
  }

  /** Notes that the newest state was reached first by the newest edge. */
  recordReached(state: number): void {
    if (state === this.#reachedBy.length) this.#reachedBy = grown(this.#reachedBy);
    this.#reachedBy[state] = this.edges.size - 1;
  }

  /** The edge that reached a state first; the initial one has none. */
  reachedBy(state: number): number {
    return this.#reachedBy[state] as number;
  }

  /** An edge with all that is known of it. */
  edge(edge: number): Edge {
    const { edges } = this;
    const step = edges.step(edge);
    const process = this.model.steps[step]?.process ?? 0;
    return { from: edges.from(edge), to: edges.to(edge), step, process, choice: edges.choice(edge) };
  }

  /** The edges of a shortest way from the initial state to `state`. */
  shortestWay(state: number): Edge[] {
    const way: Edge[] = [];
    for (let to = state; to !== 0; to = (way.at(-1) as Edge).from) {
      way.push(this.edge(this.#reachedBy[to] as number));
    }
    return way.reverse();
  }

  /** A copy of the state of that number. */
  stateOf(index: number): State {
    const work = this.states.buffer();
    this.states.read(index, work);
    return work.state;
  }
}
