// Textbook models in the language of the engine. test/fixtures/promela/ has the same ones in that of SPIN, statement by
// statement: change both.
import type { Model } from '../../../src/engine/compile.ts';
import { procedure } from '../../../src/engine/step.ts';
import type { Field } from '../../../src/engine/state.ts';
import { build, PARTY } from './toy.ts';

/** Peterson's mutual exclusion of two processes. Fields 0 and 1 are the flags, 2 is the turn. */
export function peterson(): Model {
  return build((m) => {
    const flags = [m.field('flag 0'), m.field('flag 1')] as const;
    const turn = m.field('turn');
    for (const [own, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      m.process(
        `process ${String(own)}`,
        { kind: 'hardware' },
        procedure(PARTY, 'peterson', {
          want: { at: 'peterson.pml', do: (s) => void (s[flags[own]] = 1) },
          yield: { at: 'peterson.pml', do: (s) => void (s[turn] = other) },
          enter: { at: 'peterson.pml', when: (s) => s[flags[other]] === 0 || s[turn] === own },
          leave: { at: 'peterson.pml', do: (s) => void (s[flags[own]] = 0) },
        }),
      );
    }
  });
}

/** Dining philosophers who all take the left fork first, and so can starve together. Field i is fork i. */
export function philosophers(count: number): Model {
  return build((m) => {
    const forks = Array.from({ length: count }, (_, i) => m.field(`fork ${String(i)}`));
    const take = (fork: Field) => ({
      at: 'philosophers.pml',
      when: (s: Uint8Array) => s[fork] === 0,
      do: (s: Uint8Array) => void (s[fork] = 1),
    });
    const put = (fork: Field) => ({ at: 'philosophers.pml', do: (s: Uint8Array) => void (s[fork] = 0) });
    forks.forEach((left, i) => {
      const right = forks[(i + 1) % count] ?? left;
      m.process(
        `philosopher ${String(i)}`,
        { kind: 'hardware' },
        procedure(PARTY, 'philosopher', {
          'take-left': take(left),
          'take-right': take(right),
          'put-left': put(left),
          'put-right': put(right),
        }),
      );
    });
  });
}

/** Two producers of zeroes and ones, a ring of `capacity` places, two consumers. Field 0 is the number of items. */
export function boundedBuffer(capacity: number): Model {
  return build((m) => {
    const count = m.field('count', { max: capacity });
    const head = m.field('head', { max: capacity - 1 });
    const ring = Array.from({ length: capacity }, (_, i) => m.field(`place ${String(i)}`));
    const place = (s: Uint8Array, offset: number): Field => ring[((s[head] ?? 0) + offset) % capacity] ?? 0;
    for (const number of [0, 1]) {
      const item = m.field(`made ${String(number)}`);
      m.process(
        `producer ${String(number)}`,
        { kind: 'hardware' },
        procedure(PARTY, 'producer', {
          make: { at: 'buffer.pml', choose: () => 2, do: (s, choice) => void (s[item] = choice) },
          put: {
            at: 'buffer.pml',
            when: (s) => (s[count] ?? 0) < capacity,
            do: (s) => {
              s[place(s, s[count] ?? 0)] = s[item] ?? 0;
              s[count] = (s[count] ?? 0) + 1;
              s[item] = 0;
            },
          },
        }),
      );
    }
    for (const number of [0, 1]) {
      const item = m.field(`got ${String(number)}`);
      m.process(
        `consumer ${String(number)}`,
        { kind: 'hardware' },
        procedure(PARTY, 'consumer', {
          get: {
            at: 'buffer.pml',
            when: (s) => s[count] !== 0,
            do: (s) => {
              s[item] = s[place(s, 0)] ?? 0;
              s[place(s, 0)] = 0;
              s[head] = ((s[head] ?? 0) + 1) % capacity;
              s[count] = (s[count] ?? 0) - 1;
            },
          },
          use: { at: 'buffer.pml', do: (s) => void (s[item] = 0) },
        }),
      );
    }
  });
}
