import { components } from '../engine/components.ts';
import type { EdgeFilter } from '../engine/edge-list.ts';
import { explore } from '../engine/explore.ts';
import type { ExploreProgress } from '../engine/explore.ts';
import { findLasso } from '../engine/lasso.ts';
import type { Lasso } from '../engine/lasso.ts';
import type { Edge, ReachableGraph } from '../engine/reachable-graph.ts';
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

/** What is known of a property in the end; nothing, if the search ended before it was looked at. */
export interface PropertyVerdict {
  readonly name: string;
  /** The interrupt source it is about; null if it is about all. */
  readonly source: string | null;
  readonly verdict: 'holds' | 'violated' | 'unknown';
}

/** A graph with all that was found in it. */
export interface CheckedGraph {
  readonly graph: ReachableGraph;
  readonly properties: readonly PropertyVerdict[];
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
  /** Ends the search at the first violation of a safety property, or of the one of that name, which is a nearest one. */
  readonly stopAtViolation?: boolean | string;
  /** Asked after each yield; true ends the search with what was found by then. */
  readonly stop?: () => boolean;
}

/** What the checks of endless runs need besides the graph: how to report, and when to give up. */
interface Search {
  readonly graph: ReachableGraph;
  readonly progress: ExploreProgress;
  readonly stop: () => boolean;
}

/** A check that may be given up: then it knows nothing. */
type Check<T> = Generator<ExploreProgress, T | undefined, void>;

/**
 * Explores a wiring and checks its own safety properties and what every path promises:
 *
 * - `no-lost-interrupt`: the device never wants service for ever without getting it;
 * - `edge-count`: an edge is delivered or merged with another that is, and never stays on its way for ever;
 * - `unmasked`: its line is never masked for ever;
 * - `no-leaked-source-id`: nothing is held for it for ever that nobody uses any more;
 * - `no-storm`: the guest's handler is never entered again and again without serving the device, or one that shares
 *   its interrupt, and without a pause, however unfair the scheduling;
 * - `no-deadlock`: nothing ends where a process still has something to do.
 *
 * The first four look at bottom components (what can never be left again), `no-storm` at cycles among edges that do
 * not serve. Yields progress every few milliseconds; the caller may drop it at any yield, or have it stop.
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
  const final = finalMarks(wiring, options.stopAtViolation ?? false);
  const ways = new Map<string, Edge>();
  let deadlock: number | undefined;
  const graph = yield* explore(
    model,
    {
      maxStates: options.maxStates,
      reduce: options.reduce === true,
      ...(options.stop ? { stop: options.stop } : {}),
    },
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
        return final.some((mark) => ways.has(mark));
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
  const properties: PropertyVerdict[] = [];
  const judge = (name: string, source: string | null, isKnown: boolean): void => {
    const violated = findings.some((finding) => finding.property === name && finding.source === source);
    properties.push({ name, source, verdict: violated ? 'violated' : isKnown ? 'holds' : 'unknown' });
  };
  for (const name of [...Object.keys(wiring.safety), 'no-deadlock']) judge(name, null, graph.complete);

  const search: Search = {
    graph,
    progress: { states: graph.states.size, transitions: graph.transitions, frontier: 0 },
    stop: options.stop ?? (() => false),
  };
  // What can never be left is known only when all has been seen.
  const stuck = graph.complete ? yield* findStuck(search, wiring) : undefined;
  findings.push(...(stuck ?? []));
  for (const source of wiring.sources) {
    const sharing = wiring.sources.filter(({ handlerLabel }) => handlerLabel === source.handlerLabel);
    const storms = graph.complete ? yield* findStorm(search, source, sharing) : undefined;
    findings.push(...(storms ?? []));
    for (const property of Object.keys(neverForEver(source))) {
      judge(property, source.name, stuck !== undefined);
    }
    judge('no-storm', source.name, storms !== undefined);
  }
  return { graph, properties, findings, reached };
}

/** The marks that end a search. */
function finalMarks({ safety }: Wiring, stopAt: boolean | string): readonly string[] {
  if (typeof stopAt === 'boolean') return stopAt ? Object.values(safety) : [];
  const mark = safety[stopAt];
  return mark === undefined ? [] : [mark];
}

/** Everything that a wiring promises, in the order in which it is judged. */
export function promisesOf({ safety, sources }: Wiring): Omit<PropertyVerdict, 'verdict'>[] {
  return [
    ...[...Object.keys(safety), 'no-deadlock'].map((name) => ({ name, source: null })),
    ...sources.flatMap((source) =>
      [...Object.keys(neverForEver(source)), 'no-storm'].map((name) => ({ name, source: source.name })),
    ),
  ];
}

/** What must not hold for ever, by property. */
function neverForEver(source: InterruptSource): Readonly<Record<string, (s: State) => boolean>> {
  const { asserted, masked, takenBack = () => false, edgeUnderWay, leaked } = source;
  return {
    'no-lost-interrupt': (s) => asserted(s) && !takenBack(s),
    unmasked: (s) => masked(s) && !takenBack(s),
    ...(edgeUnderWay ? { 'edge-count': edgeUnderWay } : {}),
    ...(leaked ? { 'no-leaked-source-id': leaked } : {}),
  };
}

/** What must not hold for ever: a property, the source it is about, and for every state whether it is against it. */
interface Condition {
  readonly property: string;
  readonly source: string;
  readonly holds: Uint8Array;
}

function* conditionsOf(search: Search, sources: readonly InterruptSource[]): Check<Condition[]> {
  const conditions: Condition[] = [];
  for (const source of sources) {
    for (const [property, isAgainst] of Object.entries(neverForEver(source))) {
      const holds = yield* statesIn(search, isAgainst);
      if (!holds) return undefined;
      conditions.push({ property, source: source.name, holds });
    }
  }
  return conditions;
}

/** For each condition, a nearest state from which on it holds for ever: one of a bottom component. */
function* findStuck(search: Search, { sources }: Wiring): Check<Finding[]> {
  const { graph, progress, stop } = search;
  const conditions = yield* conditionsOf(search, sources);
  if (!conditions) return undefined;
  const nearest = new Map<Condition, number>();
  for (const component of components(graph)) {
    if (component === undefined) {
      yield progress;
      if (stop()) return undefined;
    } else if (component.isBottom) {
      const first = component.states.reduce((least, state) => Math.min(least, state));
      for (const condition of conditions) {
        if (!component.states.every((state) => condition.holds[state] === 1)) continue;
        nearest.set(condition, Math.min(first, nearest.get(condition) ?? Infinity));
      }
    }
  }
  return [...nearest].map(([{ property, source }, state]) => ({
    property,
    source,
    prefix: graph.shortestWay(state),
    cycle: [],
  }));
}

/** A cycle that enters the source's handler and serves none of those that share it, if there is one. */
function* findStorm(
  search: Search,
  source: InterruptSource,
  sharing: readonly InterruptSource[],
): Check<Finding[]> {
  const { graph, progress, stop } = search;
  const wants: Uint8Array[] = [];
  for (const { asserted } of sharing) {
    const found = yield* statesIn(search, asserted);
    if (!found) return undefined;
    wants.push(found);
  }
  const isPause = Uint8Array.from(graph.model.steps, ({ label }) => (label === source.pauseEnds ? 1 : 0));
  const follow: EdgeFilter = (from, to, step) =>
    isPause[step] === 0 && !wants.some((wanting) => wanting[from] === 1 && wanting[to] === 0);
  const entersHandler: EdgeFilter = (_from, _to, step) =>
    graph.model.steps[step]?.label === source.handlerLabel;
  for (const component of components(graph, follow)) {
    if (component === undefined) {
      yield progress;
      if (stop()) return undefined;
    } else if (component.states.length > 1) {
      const lasso = findLasso(graph, component, follow, entersHandler);
      let found = lasso.next();
      while (found.done !== true) {
        yield progress;
        if (stop()) return undefined;
        found = lasso.next();
      }
      if (found.value) return [{ property: 'no-storm', source: source.name, ...found.value }];
    }
  }
  return [];
}

/** States looked at between two moments to breathe: a few milliseconds. */
const STRIDE = 50_000;

/** For every state, 1 if `holds` does. States are numbered in the order of distance. */
function* statesIn({ graph, progress, stop }: Search, holds: (s: State) => boolean): Check<Uint8Array> {
  const work = graph.states.buffer();
  const found = new Uint8Array(graph.states.size);
  for (let index = 0; index < found.length; index++) {
    graph.states.read(index, work);
    if (holds(work.state)) found[index] = 1;
    if (index % STRIDE !== STRIDE - 1) continue;
    yield progress;
    if (stop()) return undefined;
  }
  return found;
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
