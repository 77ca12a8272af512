import { nearestOrAll } from '../base/nearest-name.ts';
import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { ExploreProgress } from '../engine/explore.ts';
import { withoutIdleSteps } from '../engine/idle-steps.ts';
import type { Lasso } from '../engine/lasso.ts';
import type { Edge, ReachableGraph } from '../engine/reachable-graph.ts';
import { replay } from '../engine/replay.ts';
import type { ReplayedStep } from '../engine/replay.ts';
import type { Facts } from '../facts/facts.ts';
import { readPath } from '../paths/all-paths.ts';
import { activeBugs } from '../paths/bugs.ts';
import type { BugOverrides } from '../paths/bugs.ts';
import type { PathSettings } from '../paths/path.ts';
import type { Wiring } from '../paths/wiring.ts';
import type { ExploredRun, Exploration, RaisedInterrupt } from './exploration.ts';
import { OUTCOMES } from './outcomes.ts';
import { checkWiring, starvedIn } from './properties.ts';
import type { CheckedGraph } from './properties.ts';
import { shownStep } from './shown-step.ts';
import { SPURIOUS, spuriousRange } from './spurious-range.ts';
import type { SpuriousRange } from './spurious-range.ts';
import type { ShownStep } from './simulation.ts';

/** What to explore. */
export interface ExplorationRequest {
  readonly path: string;
  readonly settings?: PathSettings;
  readonly facts: Facts;
  readonly bugs?: BugOverrides;
  /** Names of outcomes to look for, see {@link OUTCOMES}. */
  readonly reach?: readonly string[];
  /** Gives up, with an honest `complete: false`, when more states than this are known. */
  readonly maxStates?: number;
  /** Looks at interleavings too that make no difference to any property; the counts are then those of all states. */
  readonly everyInterleaving?: boolean;
  /** Ends at the first violation of a safety property, or of the one of that name; the result is then incomplete. */
  readonly stopAtViolation?: boolean | string;
  /** Asked after each yield; true ends the search: the result is what was found by then, with `complete: false`. */
  readonly stop?: () => boolean;
}

/** About 700 MB on a path of two lines; every path with one line is far smaller. */
const MAX_STATES = 8_000_000;

/**
 * Explores all interleavings of a path. A generator: it yields progress every few milliseconds, and may be
 * dropped at any yield. The error is a sentence about the request.
 */
export function* explorePath(
  request: ExplorationRequest,
): Generator<ExploreProgress, Result<Exploration>, void> {
  const found = readPath(request.path);
  if (!found.ok) return found;
  const module = found.value;
  const unknown = request.reach?.find((name) => !Object.hasOwn(OUTCOMES, name));
  if (unknown !== undefined) {
    return fail(
      `there is no outcome "${unknown}"; ${nearestOrAll(unknown, Object.keys(OUTCOMES), 'known:')}`,
    );
  }
  const { facts } = request;
  const bugs = activeBugs(module.info.bugs, facts, request.bugs ?? {});
  if (!bugs.ok) return bugs;
  const settings = request.settings ?? {};
  const wiring = module.wire(settings, facts, bugs.value);
  if (!wiring.ok) return wiring;
  const wanted = (request.reach ?? []).map((name) => ({ name, mark: OUTCOMES[name]?.mark ?? '' }));
  const checked = yield* checkWiring(wiring.value, {
    maxStates: request.maxStates ?? MAX_STATES,
    reduce: request.everyInterleaving !== true,
    marks: [...wanted.map(({ mark }) => mark), SPURIOUS],
    stopAtViolation: request.stopAtViolation ?? false,
    ...(request.stop ? { stop: request.stop } : {}),
  });
  const { graph, properties } = checked;
  const ranges = yield* spuriousRanges(checked, wiring.value, request.stop ?? (() => false));
  return ok({
    path: module.info.id,
    settings,
    facts,
    bugs: Object.fromEntries(module.info.bugs.map(({ name }) => [name, bugs.value.has(name)])),
    arrivals: 'unbounded',
    complete:
      graph.complete && properties.every(({ verdict }) => verdict !== 'unknown') && ranges !== undefined,
    reduced: request.everyInterleaving !== true,
    states: graph.states.size,
    transitions: graph.transitions,
    depth: graph.depth,
    properties,
    spuriousPerInterrupt: ranges ?? [],
    violations: checked.findings.map(({ property, source, ...lasso }) => ({
      property,
      source,
      ...exploredRun(graph, lasso, wiring.value),
    })),
    witnesses: wanted.map(({ name, mark }) => {
      const way = checked.reached.get(mark);
      return {
        outcome: name,
        reached: way !== undefined,
        ...exploredRun(graph, { prefix: way ?? [], cycle: [] }, wiring.value),
      };
    }),
  });
}

/** The range of the only source; undefined if the search was told to end. */
function* spuriousRanges(
  { graph, reached, findings }: CheckedGraph,
  { sources }: Wiring,
  stop: () => boolean,
): Generator<ExploreProgress, SpuriousRange[] | undefined, void> {
  const [source, ...others] = sources;
  if (source === undefined || others.length > 0 || !graph.complete) return [];
  // Most graphs have no such call at all.
  if (!reached.has(SPURIOUS)) return [{ source: source.name, least: 0, most: 0 }];
  const hasStorm = findings.some(({ property }) => property === 'no-storm');
  const range = yield* spuriousRange(graph, source, hasStorm, stop);
  return range && [range];
}

function exploredRun(graph: ReachableGraph, lasso: Lasso, { sources }: Wiring): ExploredRun {
  const { cycle } = lasso;
  const prefix = withoutIdleSteps(graph.model, lasso);
  const raised: RaisedInterrupt[] = [];
  const steps = stepsOf(graph, [...prefix, ...cycle], ({ index, before, after }) => {
    for (const { name, asserted } of sources) {
      if (asserted(after) && !asserted(before)) raised.push({ step: index, source: name });
    }
  });
  return {
    prefix: steps.slice(0, prefix.length),
    cycle: steps.slice(prefix.length),
    starved: starvedIn(graph, cycle),
    raised,
    timers: [...new Set(steps.filter(({ context }) => context === 'timer').map(({ process }) => process))],
  };
}

/** A way through the graph as steps for people: run again like a log without times. */
function stepsOf(
  { model }: ReachableGraph,
  edges: readonly Edge[],
  visit: (step: ReplayedStep) => void,
): ShownStep[] {
  const log = {
    length: edges.length,
    timeNs: new Float64Array(edges.length),
    step: Uint16Array.from(edges, ({ step }) => step),
    choice: Uint8Array.from(edges, ({ choice }) => choice),
  };
  const steps: ShownStep[] = [];
  replay(model, log, { from: 0, to: edges.length }, (step) => {
    steps.push(shownStep(model, step));
    visit(step);
  });
  return steps;
}
