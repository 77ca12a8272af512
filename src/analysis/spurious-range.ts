import { components } from '../engine/components.ts';
import type { Component } from '../engine/components.ts';
import type { ExploreProgress } from '../engine/explore.ts';
import type { ReachableGraph } from '../engine/reachable-graph.ts';
import type { InterruptSource } from '../paths/wiring.ts';

/** The mark of a handler that finds nothing to do; never one that depends on the state. */
export const SPURIOUS = 'spurious';

/** How often the guest's handler is called for nothing between two moments at which its device is served. */
export interface SpuriousRange {
  readonly source: string;
  /** On the way from the start to the first service. */
  readonly least: number;
  /** Anywhere; null if there is no bound. */
  readonly most: number | null;
}

/**
 * The range of a source in a graph that is complete, looking at the edges that do not serve it: a component of them with
 * a spurious call inside has no bound; otherwise the components are ordered, and the longest way through them counts.
 * `hasStorm`: that such a component is there is known already. Undefined if `stop`, which is asked after every yield, says to end. Yields every few milliseconds.
 */
export function* spuriousRange(
  graph: ReachableGraph,
  { name, asserted }: InterruptSource,
  hasStorm: boolean,
  stop: () => boolean,
): Generator<ExploreProgress, SpuriousRange | undefined, void> {
  const { states } = graph;
  const progress = { states: states.size, transitions: graph.transitions, frontier: 0 };
  const wants = new Uint8Array(states.size);
  const work = states.buffer();
  for (let index = 0; index < wants.length; index++) {
    states.read(index, work);
    if (asserted(work.state)) wants[index] = 1;
  }
  const serves = (from: number, to: number): boolean => wants[from] === 1 && wants[to] === 0;
  const follow = (from: number, to: number): boolean => !serves(from, to);
  const edges = edgesOf(graph);
  // Of a state whose component is known: the most calls from there on.
  const most = new Int32Array(states.size);
  let looked = 0;
  let bound: number | null = hasStorm ? null : 0;
  for (const component of hasStorm ? [] : components(graph, follow)) {
    if (component === undefined || ++looked % STRIDE === 0) {
      yield progress;
      if (stop()) return undefined;
    }
    if (component === undefined || bound === null) continue;
    const here = longest(component);
    bound = here === null ? null : Math.max(bound, here);
  }
  const least = yield* nearestService();
  return least === undefined ? undefined : { source: name, least, most: bound };

  /** The most calls from any state of a component; null without bound. What it leads to is known already. */
  function longest(component: Component): number | null {
    let best = 0;
    let isBounded = true as boolean;
    for (const state of component.states) {
      edges(state, (to, isSpurious) => {
        if (serves(state, to)) return;
        if (component.has(to)) isBounded &&= !isSpurious;
        else best = Math.max(best, (most[to] as number) + (isSpurious ? 1 : 0));
      });
    }
    for (const state of component.states) most[state] = best;
    return isBounded ? best : null;
  }

  /** The fewest calls from the start to an edge that serves: all states with none first, then those with one, … */
  function* nearestService(): Generator<ExploreProgress, number | undefined, void> {
    const known = new Uint8Array(states.size);
    known[0] = 1;
    let now = [0];
    for (let calls = 0; now.length > 0; calls++) {
      const later: number[] = [];
      for (const state of now) {
        if (++looked % STRIDE === 0) {
          yield progress;
          if (stop()) return undefined;
        }
        let isServed = false as boolean;
        edges(state, (to, isSpurious) => {
          if (serves(state, to)) isServed = true;
          else if (known[to] === 0) {
            if (!isSpurious) known[to] = 1;
            (isSpurious ? later : now).push(to);
          }
        });
        if (isServed) return calls;
      }
      now = later.filter((state) => known[state] === 0);
      for (const state of now) known[state] = 1;
    }
    return 0;
  }
}

/** Components looked at between two moments to breathe. */
const STRIDE = 20_000;

/** Calls `visit` for every edge from a state, with whether it is the end of a spurious call. */
function edgesOf({
  model,
  edges,
}: ReachableGraph): (state: number, visit: (to: number, isSpurious: boolean) => void) => void {
  const marked = Uint8Array.from(model.steps, ({ step }) =>
    step.marks?.includes(SPURIOUS) === true ? 1 : 0,
  );
  return (state, visit) => {
    const end = edges.begin(state + 1);
    for (let edge = edges.begin(state); edge < end; edge++) {
      visit(edges.to(edge), marked[edges.step(edge)] === 1);
    }
  };
}
