import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { components } from '../../../src/engine/components.ts';
import { explore, finish } from '../../../src/engine/explore.ts';
import type { ReachableGraph } from '../../../src/engine/reachable-graph.ts';
import { findLasso } from '../../../src/engine/lasso.ts';
import { naiveGraph, randomModel } from './random-model.ts';

interface NaiveEdge {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** The edges with the numbers that the explorer gave to the states. */
function edgesOf(graph: ReachableGraph): NaiveEdge[] {
  const number = new Map(
    Array.from({ length: graph.states.size }, (_, index) => [graph.stateOf(index).join(), index]),
  );
  return naiveGraph(graph.model).edges.map(({ from, to, step }) => ({
    from: number.get(from)!,
    to: number.get(to)!,
    step,
  }));
}

/** For each state, all that can be reached from it. */
function reachability(count: number, edges: readonly NaiveEdge[]): Set<number>[] {
  return Array.from({ length: count }, (_, start) => {
    const reached = new Set([start]);
    for (const state of reached) for (const { from, to } of edges) if (from === state) reached.add(to);
    return reached;
  });
}

/** Steps are ignored in turn, so that filtered graphs are looked at too. */
const ignored = fc.option(fc.nat(8), { nil: undefined });
const smallModel = randomModel.filter((model) => naiveGraph(model).distance.size <= 60);

describe('components', () => {
  it('are the states that reach each other, and bottom if nothing leads out', () => {
    fc.assert(
      fc.property(smallModel, ignored, (model, step) => {
        const graph = finish(explore(model, { maxStates: 1000 }));
        const edges = edgesOf(graph).filter((edge) => edge.step !== step);
        const reached = reachability(graph.states.size, edges);
        const found: { states: number[]; isBottom: boolean }[] = [];
        const follow =
          step === undefined
            ? undefined
            : (_from: number, _to: number, taken: number): boolean => taken !== step;
        for (const component of components(graph, follow)) {
          if (!component) continue;
          const { states, isBottom, has } = component;
          found.push({ states: states.toSorted((a, b) => a - b), isBottom });
          for (let state = 0; state < graph.states.size; state++)
            expect(has(state)).toBe(states.includes(state));
        }
        const expected = reached
          .map((from, state) => [...from].filter((to) => reached[to]!.has(state)).sort((a, b) => a - b))
          .filter((states, state) => states[0] === state)
          .map((states) => ({ states, isBottom: states.every((s) => reached[s]!.size === states.length) }));
        expect(found.toSorted((a, b) => a.states[0]! - b.states[0]!)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('findLasso', () => {
  it('finds a cycle through an edge exactly where there is one, and the cycle closes', () => {
    fc.assert(
      fc.property(smallModel, ignored, fc.nat(8), (model, step, wanted) => {
        const graph = finish(explore(model, { maxStates: 1000 }));
        const edges = edgesOf(graph).filter((edge) => edge.step !== step);
        const reached = reachability(graph.states.size, edges);
        const follow = (_from: number, _to: number, taken: number): boolean => taken !== step;
        const through = (_from: number, _to: number, taken: number): boolean => taken === wanted;
        for (const component of components(graph, follow)) {
          if (!component) continue;
          const members = new Set(component.states);
          const lasso = finish(findLasso(graph, component, follow, through));
          const exists = edges.some(
            ({ from, to, step: id }) => id === wanted && members.has(from) && reached[to]!.has(from),
          );
          expect(lasso !== undefined).toBe(exists);
          if (!lasso) continue;
          const { prefix, cycle } = lasso;
          const start = cycle[0]!.from;
          expect(prefix).toEqual(graph.shortestWay(start));
          const entries = edges.filter(
            ({ from, to, step: id }) => id === wanted && members.has(from) && members.has(to),
          );
          expect(start).toBe(Math.min(...entries.map(({ from }) => from)));
          expect(cycle.at(-1)?.to).toBe(start);
          expect(cycle.some(({ step: id }) => id === wanted)).toBe(true);
          expect(cycle.every(({ from, to }) => members.has(from) && members.has(to))).toBe(true);
          for (const [i, { from, to, step: id }] of cycle.entries()) {
            expect(edges).toContainEqual({ from, to, step: id });
            expect(to).toBe(cycle[(i + 1) % cycle.length]!.from);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
