import type { EdgeList } from './edge-list.ts';
import type { ReachableGraph } from './reachable-graph.ts';

/**
 * Two moves of two processes that do not touch each other make a square: they can happen in either order and end in
 * the same state. If a state was reached by one and goes on by the other, the state across the square goes on to the
 * same corner. Nine of ten states that are met again are met this way, and need not be made and looked up.
 */
export class Squares {
  readonly #graph: ReachableGraph;
  readonly #edges: EdgeList;
  #index = 0;
  /** From where the state was reached first. States are numbered in the order of that, so this only goes up. */
  #parent = 0;
  /** The outcome by which it was reached first. */
  #arrival = 0;
  /** Which edges of the parent have not been passed yet: they are in the order of those of the state. */
  #from = 0;
  #end = 0;

  constructor(graph: ReachableGraph) {
    this.#graph = graph;
    this.#edges = graph.edges;
  }

  /** Turns to a state, which must come behind the last one, and the outcome by which it was reached first. */
  begin(index: number, arrival: number): void {
    const edges = this.#edges;
    const reachedBy = this.#graph.reachedBy(index);
    this.#index = index;
    this.#arrival = arrival;
    while (edges.begin(this.#parent + 1) <= reachedBy) this.#parent++;
    this.#from = edges.begin(this.#parent);
    this.#end = edges.begin(this.#parent + 1);
  }

  /** Where an outcome leads to that makes a square with the arrival; -1 if the state across was not looked at yet. */
  corner(outcome: number): number {
    const edges = this.#edges;
    const aside = edges.find(outcome, this.#from, this.#end);
    if (aside < 0) return -1;
    this.#from = aside + 1;
    const across = edges.to(aside);
    if (across >= this.#index) return -1;
    const last = edges.find(this.#arrival, edges.begin(across), edges.begin(across + 1));
    return last < 0 ? -1 : edges.to(last);
  }
}
