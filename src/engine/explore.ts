import type { Model } from './compile.ts';
import { ReachableGraph } from './reachable-graph.ts';
import { Search } from './search.ts';
import type { ExploreVisitor } from './search.ts';
import { initialState } from './semantics.ts';

/** How far to look. */
export interface ExploreOptions {
  /** Stops, incomplete, when more states than this are known. */
  readonly maxStates: number;
  /** Leaves out interleavings of local steps that make no difference to any property; by default all are looked at. */
  readonly reduce?: boolean;
  /** Asked after each yield; true ends the search, incomplete, with what is known by then. */
  readonly stop?: () => boolean;
}

/** How an exploration stands. */
export interface ExploreProgress {
  readonly states: number;
  readonly transitions: number;
  /** States not looked at yet. */
  readonly frontier: number;
}

/** States between two reports of progress: about ten milliseconds. */
const STRIDE = 5_000;

/**
 * Visits every reachable state, the nearest first. A generator, so that whoever runs it can show progress, breathe
 * and give up: it yields every few thousand states.
 */
export function* explore(
  model: Model,
  options: ExploreOptions,
  visitor: ExploreVisitor = {},
): Generator<ExploreProgress, ReachableGraph, void> {
  const graph = new ReachableGraph(model);
  const search = new Search(graph, options.reduce === true, visitor);
  const { states } = graph;
  search.start(initialState(model));
  let layerEnd = 1;
  for (let index = 0; index < states.size; index++) {
    if (index === layerEnd) {
      graph.depth++;
      layerEnd = states.size;
    }
    if (search.expand(index) || states.size > options.maxStates) return graph;
    if (index % STRIDE === STRIDE - 1) {
      yield { states: states.size, transitions: graph.transitions, frontier: states.size - index - 1 };
      if (options.stop?.() === true) return graph;
    }
  }
  graph.complete = true;
  return graph;
}

/** Runs a generator to its end, without looking at what it yields. */
export function finish<T>(generator: Generator<unknown, T, void>): T {
  for (;;) {
    const next = generator.next();
    if (next.done === true) return next.value;
  }
}
