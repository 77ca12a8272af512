import type { CompiledProcess, Model } from './compile.ts';
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
  /** Whose steps are its edges. */
  readonly movers: Movers;
  /** Whether every reachable state is in it. */
  complete = false;
  transitions = 0;
  /** Length of the longest of the shortest ways. */
  depth = 0;
  #parent = new Int32Array(1 << 12);
  #step = new Uint16Array(1 << 12);
  #choice = new Uint8Array(1 << 12);

  constructor(model: Model, movers: Movers) {
    this.model = model;
    this.movers = movers;
    this.states = new StateSet(model.stateBytes);
  }

  /** Notes how the newest state was reached. */
  recordParent(state: number, parent: number, step: number, choice: number): void {
    if (state >= this.#parent.length) {
      this.#parent = grown(this.#parent, new Int32Array(state * 2));
      this.#step = grown(this.#step, new Uint16Array(state * 2));
      this.#choice = grown(this.#choice, new Uint8Array(state * 2));
    }
    this.#parent[state] = parent;
    this.#step[state] = step;
    this.#choice[state] = choice;
  }

  /** The edges of a shortest way from the initial state to `state`. */
  shortestWay(state: number): Edge[] {
    const way: Edge[] = [];
    for (let to = state; to !== 0; to = this.#parent[to] as number) {
      const step = this.#step[to] as number;
      const process = this.model.steps[step]?.process ?? 0;
      way.push({ from: this.#parent[to] as number, to, step, process, choice: this.#choice[to] as number });
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

function grown<T extends Int32Array | Uint16Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** Calls `visit` for all that `movers` can do in the state held by `from`; `work` is overwritten each time. */
export function forEachSuccessor(
  movers: Movers,
  from: WorkState,
  work: WorkState,
  visit: (process: CompiledProcess, choice: number, step: number) => void,
): number {
  let count = 0;
  for (const process of movers(from.state)) {
    if (!isEnabled(process, from.state)) continue;
    const ways = outcomes(process, from.state);
    for (let choice = 0; choice < ways; choice++) {
      copyState(from, work);
      const { id } = fire(process, work.state, choice);
      count++;
      visit(process, choice, id);
    }
  }
  return count;
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
 * Visits every reachable state, the nearest first. A generator, so that whoever runs it can show progress, breathe
 * and give up: it yields every few thousand states.
 */
export function* explore(
  model: Model,
  options: ExploreOptions,
  visitor: ExploreVisitor = {},
): Generator<ExploreProgress, ReachableGraph, void> {
  const graph = new ReachableGraph(model, moversOf(model, options.reduce === true));
  const { states } = graph;
  const from = states.buffer();
  const work = states.buffer();
  const watched = Uint8Array.from(model.steps, ({ id }) => (visitor.watched?.has(id) === true ? 1 : 0));
  from.state.set(initialState(model));
  states.add(from);
  let layerEnd = 1;
  let ended = false as boolean;
  for (let index = 0; index < states.size; index++) {
    if (index === layerEnd) {
      graph.depth++;
      layerEnd = states.size;
    }
    states.read(index, from);
    const successors = forEachSuccessor(graph.movers, from, work, (process, choice, step) => {
      const added = states.add(work);
      const to = added < 0 ? -added - 1 : added;
      if (added < 0) graph.recordParent(to, index, step, choice);
      if (watched[step] === 1) {
        const edge = { from: index, to, step, process: process.index, choice };
        if (visitor.edge?.(edge, work.state) === true) ended = true;
      }
    });
    graph.transitions += successors;
    visitor.state?.(index, from.state, successors);
    if (ended || states.size > options.maxStates) return graph;
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
