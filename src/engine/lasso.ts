import { forEachSuccessor } from './explore.ts';
import type { Edge, ReachableGraph } from './explore.ts';

/** A run without end: a way to it, and what then happens again and again. */
export interface Lasso {
  readonly prefix: readonly Edge[];
  readonly cycle: readonly Edge[];
}

/** All edges out of `state` that lead to `members` and that `follow` allows. */
function edgesInside(
  graph: ReachableGraph,
  state: number,
  members: ReadonlySet<number>,
  follow: (edge: Edge) => boolean,
): Edge[] {
  const { states, movers } = graph;
  const from = states.buffer();
  const work = states.buffer();
  const edges: Edge[] = [];
  states.read(state, from);
  forEachSuccessor(movers, from, work, ({ index: process }, choice, step) => {
    const edge = { from: state, to: states.find(work), step, process, choice };
    if (members.has(edge.to) && follow(edge)) edges.push(edge);
  });
  return edges;
}

/**
 * A shortest cycle inside `members` that takes an edge for which `through` holds, looking only at edges that
 * `follow` allows; undefined if there is none.
 */
export function findLasso(
  graph: ReachableGraph,
  members: ReadonlySet<number>,
  follow: (edge: Edge) => boolean,
  through: (edge: Edge) => boolean,
): Lasso | undefined {
  const entries = [...members]
    .flatMap((state) => edgesInside(graph, state, members, follow).filter(through))
    .map((edge) => ({ edge, distance: graph.shortestWay(edge.from).length }))
    .sort((a, b) => a.distance - b.distance);
  for (const { edge } of entries) {
    const back = shortestWayInside(graph, edge.to, edge.from, members, follow);
    if (back) return { prefix: graph.shortestWay(edge.from), cycle: [edge, ...back] };
  }
  return undefined;
}

function shortestWayInside(
  graph: ReachableGraph,
  start: number,
  goal: number,
  members: ReadonlySet<number>,
  follow: (edge: Edge) => boolean,
): Edge[] | undefined {
  const reachedBy = new Map<number, Edge | null>([[start, null]]);
  const queue = [start];
  for (const state of queue) {
    if (state === goal) break;
    for (const edge of edgesInside(graph, state, members, follow)) {
      if (reachedBy.has(edge.to)) continue;
      reachedBy.set(edge.to, edge);
      queue.push(edge.to);
    }
  }
  if (!reachedBy.has(goal)) return undefined;
  const way: Edge[] = [];
  for (let edge = reachedBy.get(goal); edge; edge = reachedBy.get(edge.from)) way.push(edge);
  return way.reverse();
}
