import type { CompiledProcess, Model } from './compile.ts';
import { EdgeList, grown } from './edge-list.ts';
import { fire, initialState, isEnabled, outcomes } from './semantics.ts';
import { moversOf } from './local-steps.ts';
import type { Movers } from './local-steps.ts';
import { copyState, StateSet } from './state-set.ts';
import type { WorkState } from './state-set.ts';
import type { State } from './state.ts';

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

/** Who watches an exploration. */
export interface ExploreVisitor {
  /** Called once for each state, with how many things can happen in it. */
  readonly state?: (index: number, state: State, successors: number) => void;
  /** Ids of steps whose edges are of interest. */
  readonly watched?: ReadonlySet<number>;
  /** Called for each edge of a watched step, the nearest first, with the state it leads to; true ends the search. */
  readonly edge?: (edge: Edge, after: State) => boolean;
}

/** States between two reports of progress: about ten milliseconds. */
const STRIDE = 5_000;

/**
 * The inner loop of an exploration. Not in the generator itself, and without a function called for each successor:
 * that took a fifth of the time.
 */
class Search {
  readonly #graph: ReachableGraph;
  readonly #movers: Movers;
  readonly #visitor: ExploreVisitor;
  readonly #watched: Uint8Array;
  readonly #from: WorkState;
  readonly #work: WorkState;

  constructor(graph: ReachableGraph, movers: Movers, visitor: ExploreVisitor) {
    this.#graph = graph;
    this.#movers = movers;
    this.#visitor = visitor;
    this.#watched = Uint8Array.from(graph.model.steps, ({ id }) =>
      visitor.watched?.has(id) === true ? 1 : 0,
    );
    this.#from = graph.states.buffer();
    this.#work = graph.states.buffer();
  }

  /** Does all that can happen in a state, adding what is new to the graph; true if the visitor wants no more. */
  expand(index: number): boolean {
    const graph = this.#graph;
    const { states, edges } = graph;
    const from = this.#from;
    const work = this.#work;
    states.read(index, from);
    const before = edges.size;
    let ended = false;
    const movers = this.#movers(from.state);
    for (let i = 0, count = movers.length; i < count; i++) {
      const process = movers[i] as CompiledProcess;
      if (!isEnabled(process, from.state)) continue;
      const ways = outcomes(process, from.state);
      for (let choice = 0; choice < ways; choice++) {
        copyState(from, work);
        const { id } = fire(process, work.state, choice);
        const added = states.add(work);
        const to = added < 0 ? -added - 1 : added;
        edges.add(to, id, choice);
        if (added < 0) graph.recordReached(to);
        if (this.#watched[id] === 1) {
          const edge = { from: index, to, step: id, process: process.index, choice };
          if (this.#visitor.edge?.(edge, work.state) === true) ended = true;
        }
      }
    }
    edges.closeState();
    this.#visitor.state?.(index, from.state, edges.size - before);
    return ended;
  }
}

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
  const search = new Search(graph, moversOf(model, options.reduce === true), visitor);
  const { states } = graph;
  const start = states.buffer();
  start.state.set(initialState(model));
  states.add(start);
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
