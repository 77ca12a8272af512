import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyState, StateSet } from '../../../src/engine/state-set.ts';

/** More than the first table and several chunks hold, and so many that some have the same hash of 32 bits. */
const MANY = 400_000;

describe('StateSet', () => {
  it('numbers states in the order of meeting and knows them again, like a map of strings', () => {
    const history = fc
      .integer({ min: 1, max: 9 })
      .chain((bytes) =>
        fc.array(fc.uint8Array({ minLength: bytes, maxLength: bytes, max: 3 }), { minLength: 1 }),
      );
    fc.assert(
      fc.property(history, (states) => {
        const set = new StateSet(states[0]!.length);
        const known = new Map<string, number>();
        const work = set.buffer();
        for (const state of states) {
          work.state.set(state);
          const key = state.join();
          expect(set.find(work)).toBe(known.get(key) ?? -1);
          expect(set.add(work)).toBe(known.get(key) ?? -known.size - 1);
          if (!known.has(key)) known.set(key, known.size);
          expect(set.size).toBe(known.size);
        }
        for (const [key, index] of known) {
          set.read(index, work);
          expect(work.state.join()).toBe(key);
        }
      }),
    );
  });

  it('keeps every state through growing, and tells those apart that have the same hash', () => {
    const set = new StateSet(7);
    const work = set.buffer();
    const write = (number: number): void => {
      for (let i = 0; i < 7; i++) work.state[i] = (number * (i + 1)) >> (i % 3);
      work.state[0] = number & 255;
      work.state[3] = (number >> 8) & 255;
      work.state[6] = number >> 16;
    };
    for (let number = 0; number < MANY; number++) {
      write(number);
      if (set.add(work) !== -number - 1) expect.fail(`state ${String(number)} is not new`);
    }
    expect(set.memoryBytes).toBeGreaterThan(MANY * 8);
    for (let number = 0; number < MANY; number++) {
      write(number);
      if (set.add(work) !== number) expect.fail(`state ${String(number)} is not known again`);
    }
    expect(set.size).toBe(MANY);
  });

  it('copies all bytes of a state', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
        const set = new StateSet(bytes.length);
        const from = set.buffer();
        const to = set.buffer();
        from.state.set(bytes);
        to.state.fill(255);
        copyState(from, to);
        expect(to.state).toEqual(bytes);
        expect(set.add(from)).toBe(-1);
        expect(set.find(to)).toBe(0);
      }),
    );
  });
});
