import { components } from '../engine/components.ts';
import { explore } from '../engine/explore.ts';
import type { Edge, ExploreProgress, ReachableGraph } from '../engine/explore.ts';
import { findLasso } from '../engine/lasso.ts';
import type { Lasso } from '../engine/lasso.ts';
import { currentStep, isEnabled } from '../engine/semantics.ts';
import type { State } from '../engine/state.ts';
import { observe } from './cycles.ts';
import type { InterruptSource, Wiring } from '../paths/wiring.ts';

/** A property that does not hold, and a shortest run that shows it. */
export interface Finding extends Lasso {
  readonly property: string;
  /** The interrupt source it is about; null if it is about all. */
  readonly source: string | null;
}

/** A graph with all that was found in it. */
export interface CheckedGraph {
  readonly graph: ReachableGraph;
  readonly findings: readonly Finding[];
  /** For each mark that was looked for and found, a shortest way to a step that has it. */
  readonly reached: ReadonlyMap<string, readonly Edge[]>;
}

/** How far to look, and for what besides the properties. */
export interface CheckOptions {
  readonly maxStates: number;
  /** Leaves out interleavings that make no difference to what is checked here; see engine/local-steps.ts. */
  readonly reduce?: boolean;
  /** Marks to look for. */
  readonly marks: readonly string[];
  /** Ends the search at the first violation of a safety property, which is a nearest one. */
  readonly stopAtViolation?: boolean;
}

/**
 * Explores a wiring and checks its own safety properties and what every path promises:
 *
 * - `no-lost-interrupt`: the device never wants service for ever without getting it;
 * - `unmasked`: its line is never masked for ever;
 * - `no-storm`: the guest's handler is never entered again and again without serving the device, however unfair the
 *   scheduling;
 * - `no-deadlock`: nothing ends where a process still has something to do.
 *
 * The first two look at bottom components (what can never be left again), the third at cycles among edges that do
 * not serve. Yields progress; the caller may stop it at any yield.
 */
export function* checkWiring(
  wiring: Wiring,
  options: CheckOptions,
): Generator<ExploreProgress, CheckedGraph, void> {
  const { model } = wiring;
  const findings: Finding[] = [];
  const reached = new Map<string, Edge[]>();
  const forbidden = Object.values(wiring.safety);
  const marks = new Set([...options.marks, ...forbidden]);
  const ways = new Map<string, Edge>();
  let deadlock: number | undefined;
  const graph = yield* explore(
    model,
    { maxStates: options.maxStates, reduce: options.reduce === true },
    {
      state: (index, state, successors) => {
        if (successors === 0 && deadlock === undefined && !isAtRest(wiring, state)) deadlock = index;
      },
      watched: new Set(model.steps.filter(({ step }) => marks.size > 0 && step.marks).map(({ id }) => id)),
      edge: (edge, after) => {
        for (const observation of model.steps[edge.step]?.step.marks ?? []) {
          const mark = observe(observation, after);
          if (marks.has(mark) && !ways.has(mark)) ways.set(mark, edge);
        }
        return options.stopAtViolation === true && forbidden.some((mark) => ways.has(mark));
      },
    },
  );
  for (const [mark, edge] of ways) reached.set(mark, [...graph.shortestWay(edge.from), edge]);
  for (const [property, mark] of Object.entries(wiring.safety)) {
    const way = reached.get(mark);
    if (way) findings.push({ property, source: null, prefix: way, cycle: [] });
  }
  if (deadlock !== undefined) {
    findings.push({ property: 'no-deadlock', source: null, prefix: graph.shortestWay(deadlock), cycle: [] });
  }
  // What can never be left is known only when all has been seen.
  if (!graph.complete) return { graph, findings, reached };
  const progress = { states: graph.states.size, transitions: graph.transitions, frontier: 0 };

  for (const source of wiring.sources) {
    const wants = statesIn(graph, source.asserted);
    for (const state of yield* stuckStates(
      graph,
      { 'no-lost-interrupt': wants, unmasked: statesIn(graph, source.masked) },
      progress,
    )) {
      findings.push({ ...state, source: source.name });
    }
    const storm = yield* findStorm(graph, source, wants, progress);
    if (storm) findings.push({ property: 'no-storm', source: source.name, ...storm });
  }
  return { graph, findings, reached };
}

/** For each condition, a nearest state from which on it holds for ever: one of a bottom component. */
function* stuckStates(
  graph: ReachableGraph,
  conditions: Readonly<Record<string, Uint8Array>>,
  progress: ExploreProgress,
): Generator<ExploreProgress, { property: string; prefix: Edge[]; cycle: Edge[] }[], void> {
  const nearest = new Map<string, number>();
  const search = components(graph, undefined, ({ states, isBottom }) => {
    if (!isBottom) return;
    for (const [property, holds] of Object.entries(conditions)) {
      if (!states.every((state) => holds[state] === 1)) continue;
      nearest.set(property, Math.min(...states, nearest.get(property) ?? Infinity));
    }
  });
  while (search.next().done !== true) yield progress;
  return [...nearest].map(([property, state]) => ({ property, prefix: graph.shortestWay(state), cycle: [] }));
}

/** A cycle that enters the source's handler and never serves it, if there is one. */
function* findStorm(
  graph: ReachableGraph,
  source: InterruptSource,
  wants: Uint8Array,
  progress: ExploreProgress,
): Generator<ExploreProgress, Lasso | undefined, void> {
  const follow = ({ from, to }: Edge): boolean => !(wants[from] === 1 && wants[to] === 0);
  const entersHandler = ({ step }: Edge): boolean => graph.model.steps[step]?.label === source.handlerLabel;
  let storm: Lasso | undefined;
  const search = components(graph, follow, ({ states }) => {
    if (states.length > 1) storm ??= findLasso(graph, new Set(states), follow, entersHandler);
  });
  while (search.next().done !== true) yield progress;
  return storm;
}

/** For every state, 1 if `holds` does. States are numbered in the order of distance. */
function statesIn(graph: ReachableGraph, holds: (s: State) => boolean): Uint8Array {
  const work = graph.states.buffer();
  return Uint8Array.from({ length: graph.states.size }, (_, index) => {
    graph.states.read(index, work);
    return holds(work.state) ? 1 : 0;
  });
}

function isAtRest({ model }: Wiring, state: State): boolean {
  return model.processes.every(
    (process) => currentStep(process, state).step.rest === true || process.context.kind === 'guest',
  );
}

/** Processes that could have gone on in every state of a cycle and never did: who starves in it. */
export function starvedIn(graph: ReachableGraph, cycle: readonly Edge[]): string[] {
  const { model } = graph;
  const moved = new Set(cycle.map(({ process }) => process));
  return model.processes
    .filter(
      (process) =>
        cycle.length > 0 &&
        !moved.has(process.index) &&
        cycle.every(({ from }) => isEnabled(process, graph.stateOf(from))),
    )
    .map(({ name }) => name);
}
