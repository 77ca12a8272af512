import type { Component } from './components.ts';
import type { EdgeFilter } from './edge-list.ts';
import type { Edge, ReachableGraph } from './reachable-graph.ts';

/** A run without end: a way to it, and what then happens again and again. */
export interface Lasso {
  readonly prefix: readonly Edge[];
  readonly cycle: readonly Edge[];
}

/** States looked at between two moments to breathe: about ten milliseconds. */
const STRIDE = 5_000;

type EdgesOf = (state: number) => readonly Edge[];

/** Finds the edges out of a state that stay in the component and that `follow` allows. */
function edgesInside(graph: ReachableGraph, component: Component, follow: EdgeFilter): EdgesOf {
  const { edges } = graph;
  return (from) => {
    const inside: Edge[] = [];
    const end = edges.begin(from + 1);
    for (let edge = edges.begin(from); edge < end; edge++) {
      const to = edges.to(edge);
      if (component.has(to) && follow(from, to, edges.step(edge))) inside.push(graph.edge(edge));
    }
    return inside;
  };
}

/**
 * A cycle inside a component of the edges that `follow` allows: through the nearest edge for which `through` holds,
 * and back to its start on a shortest way; undefined if there is no such edge. Inside a component there is always a
 * way back. Yields while it works.
 */
export function* findLasso(
  graph: ReachableGraph,
  component: Component,
  follow: EdgeFilter,
  through: EdgeFilter,
): Generator<undefined, Lasso | undefined, void> {
  const edgesOf = edgesInside(graph, component, follow);
  let nearest: Edge | undefined;
  let looked = 0;
  for (const state of component.states) {
    // States are numbered in the order of distance.
    if (nearest !== undefined && state > nearest.from) continue;
    if (++looked % STRIDE === 0) yield undefined;
    nearest = edgesOf(state).find(({ from, to, step }) => through(from, to, step)) ?? nearest;
  }
  if (nearest === undefined) return undefined;
  const back = yield* shortestWayInside(nearest.to, nearest.from, edgesOf);
  return { prefix: graph.shortestWay(nearest.from), cycle: [nearest, ...back] };
}

function* shortestWayInside(
  start: number,
  goal: number,
  edgesOf: EdgesOf,
): Generator<undefined, Edge[], void> {
  const reachedBy = new Map<number, Edge | null>([[start, null]]);
  let looked = 0;
  // A map goes through its keys in the order in which they were added, those added on the way too.
  for (const state of reachedBy.keys()) {
    if (reachedBy.has(goal)) break;
    if (++looked % STRIDE === 0) yield undefined;
    for (const edge of edgesOf(state)) {
      if (!reachedBy.has(edge.to)) reachedBy.set(edge.to, edge);
    }
  }
  const way: Edge[] = [];
  for (let edge = reachedBy.get(goal); edge; edge = reachedBy.get(edge.from)) way.push(edge);
  return way.reverse();
}
