import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/engine/compile.ts';
import { choiceOf, stepOf } from '../../../src/engine/edge-list.ts';
import { explore, finish } from '../../../src/engine/explore.ts';
import type { MoveTable } from '../../../src/engine/move-table.ts';
import { Reactions } from '../../../src/engine/reactions.ts';
import { hashOf } from '../../../src/engine/state-hash.ts';
import { procedure } from '../../../src/engine/step.ts';
import { successors } from '../../../src/engine/successors.ts';
import { randomModel } from './random-model.ts';
import { build, PARTY } from './toy.ts';

/** Every reachable state of a model, in memory that can be changed word by word. */
function* statesOf(model: Model) {
  const { states } = finish(explore(model, { maxStates: 100_000 }));
  const work = states.buffer();
  for (let index = 0; index < states.size; index++) {
    states.read(index, work);
    yield work;
  }
}

function movesOf(reactions: Reactions, reaction: number): number[] {
  const found: number[] = [];
  for (
    let move = reactions.firstMove(reaction);
    move < reactions.firstMove(reaction + 1);
    move = reactions.moves.next(move)
  ) {
    found.push(move);
  }
  return found;
}

function named(moves: MoveTable, move: number) {
  return { step: stepOf(moves.outcome(move)), choice: choiceOf(moves.outcome(move)) };
}

/** Two counters that one process reads both, so that no two states have the same reaction. */
function counters(values: number, declared: number): Model {
  return build((m) => {
    const a = m.field('a', { max: declared });
    const b = m.field('b', { max: declared });
    const count = (own: number, other: number) =>
      procedure(PARTY, 'count', {
        count: {
          at: 'nowhere',
          when: (s) => (s[own] as number) < values - 1 && (s[other] as number) < values,
          do: (s) => void (s[own] = (s[own] as number) + 1),
        },
      });
    m.process('first', { kind: 'hardware' }, count(a, b));
    m.process('second', { kind: 'hardware' }, count(b, a));
  });
}

describe('Reactions', () => {
  it('are what the successor relation says, learnt or not, with the hash of the state after each move', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        const reactions = new Reactions(model);
        const { moves } = reactions;
        for (const { words, state } of [...statesOf(model), ...statesOf(model)]) {
          const possible = model.processes.flatMap((process) => {
            const found = movesOf(reactions, reactions.in(process, state));
            return found.map((move) => {
              const before = hashOf(state);
              moves.flip(move, words);
              const after = state.slice();
              expect(hashOf(state)).toBe(before ^ moves.hashFlip(move));
              moves.flip(move, words);
              return { process: process.index, ...named(moves, move), state: after };
            });
          });
          expect(possible).toEqual(successors(model, state));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('touch each other if one changes what the other can do or does', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        const reactions = new Reactions(model);
        const { moves } = reactions;
        for (const { words, state } of statesOf(model)) {
          const now = model.processes.map((process) => reactions.in(process, state));
          for (const move of now.flatMap((reaction) => movesOf(reactions, reaction))) {
            moves.flip(move, words);
            const after = model.processes.map((process) => reactions.in(process, state));
            moves.flip(move, words);
            now.forEach((reaction, i) => {
              if (!reactions.touches(move, reaction)) expect(after[i]).toBe(reaction);
            });
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are the same for values that no field is declared to have', () => {
    const [declared, more] = [counters(12, 11), counters(12, 3)].map((model) =>
      finish(explore(model, { maxStates: 1_000 })),
    );
    expect(more?.states.size).toBe(144);
    expect(more?.transitions).toBe(declared?.transitions);
  });

  it('are learnt anew when there are too many', () => {
    const { states, transitions } = finish(explore(counters(50, 49), { maxStates: 10_000 }));
    expect(states.size).toBe(2_500);
    expect(transitions).toBe(2 * 50 * 49);
  });
});
