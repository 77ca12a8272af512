import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/engine/compile.ts';
import { explore, finish } from '../../../src/engine/explore.ts';
import type { Edge } from '../../../src/engine/reachable-graph.ts';
import { currentStep, fire, initialState, isEnabled } from '../../../src/engine/semantics.ts';
import type { State } from '../../../src/engine/state.ts';
import { naiveGraph, randomModel } from './random-model.ts';
import { peterson, philosophers } from './textbook.ts';

const ALL = { maxStates: 1_000_000 };

/** Walks edges from the initial state; each must be one that can be taken where the last one led. */
function walk(model: Model, edges: readonly Edge[]): State {
  const s = initialState(model);
  for (const edge of edges) {
    const process = model.processes[edge.process]!;
    expect(isEnabled(process, s)).toBe(true);
    expect(currentStep(process, s).id).toBe(edge.step);
    fire(process, s, edge.choice);
  }
  return s;
}

describe('explore', () => {
  it('finds the states, the edges and the depth that a naive search finds', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        const naive = naiveGraph(model);
        const states: string[] = [];
        let successors = 0;
        const graph = finish(
          explore(model, ALL, {
            state: (index, state, count) => {
              expect(index).toBe(states.length);
              states.push(state.join());
              successors += count;
            },
          }),
        );
        expect(graph.complete).toBe(true);
        expect(graph.states.size).toBe(states.length);
        expect(states.toSorted()).toEqual([...naive.distance.keys()].toSorted());
        expect(graph.transitions).toBe(naive.edges.length);
        expect(successors).toBe(naive.edges.length);
        expect(graph.depth).toBe(Math.max(...naive.distance.values()));
      }),
      { numRuns: 300 },
    );
  });

  it('knows for every state a way to it that can be walked, and none is shorter', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        const { distance } = naiveGraph(model);
        const graph = finish(explore(model, ALL));
        for (let index = 0; index < graph.states.size; index++) {
          const state = graph.stateOf(index);
          const way = graph.shortestWay(index);
          expect(walk(model, way)).toEqual(state);
          expect(way).toHaveLength(distance.get(state.join()) ?? NaN);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('shows every edge of a watched step, and of no other', () => {
    fc.assert(
      fc.property(randomModel, fc.nat(), (model, seed) => {
        const watched = seed % model.steps.length;
        const shown: string[] = [];
        const graph = finish(
          explore(model, ALL, {
            watched: new Set([watched]),
            edge: ({ from, step }, after) => {
              expect(step).toBe(watched);
              shown.push(`${String(from)} ${after.join()}`);
              return false;
            },
          }),
        );
        const number = new Map(
          Array.from({ length: graph.states.size }, (_, index) => [graph.stateOf(index).join(), index]),
        );
        const expected = naiveGraph(model)
          .edges.filter(({ step }) => step === watched)
          .map(({ from, to }) => `${String(number.get(from))} ${to}`);
        expect(shown.toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 200 },
    );
  });

  it('says that it is incomplete when it stops at the bound', () => {
    const graph = finish(explore(philosophers(6), { maxStates: 100 }));
    expect(graph.complete).toBe(false);
    expect(graph.states.size).toBeGreaterThan(100);
    expect(graph.states.size).toBeLessThan(200);
  });

  it('yields while it works, so that it can be given up', () => {
    const search = explore(philosophers(11), ALL);
    const first = search.next();
    expect(first.done).toBe(false);
    expect(first.value).toMatchObject({ transitions: expect.any(Number) as number });
  });

  it('finds that both never are in the critical section of Peterson’s algorithm', () => {
    const model = peterson();
    let both = 0;
    finish(
      explore(model, ALL, {
        state: (_, s) => {
          if (model.processes.every((process) => currentStep(process, s).label === 'leave')) both++;
        },
      }),
    );
    expect(both).toBe(0);
  });

  it('finds the one deadlock of the philosophers: everybody holds the left fork', () => {
    const model = philosophers(5);
    const stuck: number[] = [];
    const graph = finish(
      explore(model, ALL, {
        state: (index, _, successors) => {
          if (successors === 0) stuck.push(index);
        },
      }),
    );
    expect(stuck).toHaveLength(1);
    expect(graph.shortestWay(stuck[0]!).map(({ step }) => model.steps[step]?.label)).toEqual(
      Array<string>(5).fill('take-left'),
    );
  });
});
