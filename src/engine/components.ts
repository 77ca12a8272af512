import type { EdgeFilter } from './edge-list.ts';
import type { ReachableGraph } from './reachable-graph.ts';

/** A strongly connected component: states from each of which all others can be reached. */
export interface Component {
  readonly states: readonly number[];
  /** Whether no edge leads out of it. */
  readonly isBottom: boolean;
  /** Whether a state is one of it. */
  readonly has: (state: number) => boolean;
}

/** Edges looked at between two moments to breathe: about ten milliseconds. */
const STRIDE = 20_000;

/**
 * The components of an explored graph, looking only at edges that `follow` allows (all, if it is left out). Yields
 * each when it is known, and `undefined` every few thousand edges, to let the caller breathe or give up.
 * Tarjan's algorithm with an explicit stack.
 */
export function* components(
  graph: ReachableGraph,
  follow?: EdgeFilter,
): Generator<Component | undefined, void, void> {
  const { edges } = graph;
  const count = graph.states.size;
  const order = new Int32Array(count);
  // Of a state whose component is known: the order of the first state of that component.
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const leaves = new Uint8Array(count);
  const stack: number[] = [];
  const path: number[] = [];
  // Where the walk stands in each state on its path: the next of its edges.
  const nextEdge: number[] = [];
  let visited = 0;
  let looked = 0;

  for (let root = 0; root < count; root++) {
    if (order[root] !== 0) continue;
    enter(root);
    while (path.length > 0) {
      if (++looked % STRIDE === 0) yield undefined;
      const at = path.length - 1;
      const current = path[at] as number;
      const next = advance(current, at);
      if (next === undefined) {
        if (leave(current, at)) yield* popped(current);
      } else if (order[next] === 0) {
        enter(next);
      } else if (onStack[next] === 1) {
        low[current] = Math.min(low[current] as number, order[next] as number);
      } else {
        leaves[current] = 1;
      }
    }
  }

  function enter(state: number): void {
    visited++;
    order[state] = visited;
    low[state] = visited;
    onStack[state] = 1;
    stack.push(state);
    path.push(state);
    nextEdge.push(edges.begin(state));
  }

  /** The next state behind an edge that counts; undefined when all have been looked at. */
  function advance(current: number, at: number): number | undefined {
    const end = edges.begin(current + 1);
    for (let edge = nextEdge[at] as number; edge < end; edge++) {
      const to = edges.to(edge);
      if (follow !== undefined && !follow(current, to, edges.step(edge))) continue;
      nextEdge[at] = edge + 1;
      return to;
    }
    nextEdge[at] = end;
    return undefined;
  }

  /** Goes back from a state; true if it was the first one of a component, all of which is on the stack now. */
  function leave(current: number, at: number): boolean {
    path.pop();
    nextEdge.pop();
    const parent = path[at - 1];
    if (low[current] === order[current]) {
      // The way on from the parent into this component leads out of the parent's own.
      if (parent !== undefined) leaves[parent] = 1;
      return true;
    }
    if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[current] as number);
    return false;
  }

  function* popped(first: number): Generator<Component | undefined, void, void> {
    const number = order[first] as number;
    const members: number[] = [];
    let isBottom = true;
    for (let member = -1; member !== first;) {
      member = stack.pop() as number;
      onStack[member] = 0;
      low[member] = number;
      if (leaves[member] === 1) isBottom = false;
      members.push(member);
      if (++looked % STRIDE === 0) yield undefined;
    }
    yield { states: members, isBottom, has: (state) => low[state] === number };
  }
}
