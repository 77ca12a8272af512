import { describe, expect, it } from 'vitest';
import { explore, finish } from '../../../src/engine/explore.ts';
import { hashOf, hashOfByte, spread } from '../../../src/engine/state-hash.ts';
import { boundedBuffer } from './textbook.ts';

describe('hashOf', () => {
  it('tells the states of a model apart about as well as chance would', () => {
    const { states } = finish(explore(boundedBuffer(6), { maxStates: 100_000 }));
    const work = states.buffer();
    const hashes = new Set<number>();
    const places = new Set<number>();
    for (let index = 0; index < states.size; index++) {
      states.read(index, work);
      const hash = hashOf(work.state);
      hashes.add(hash);
      places.add(spread(hash) & 0xffff);
    }
    expect(states.size).toBe(61_722);
    // By chance, one pair.
    expect(states.size - hashes.size).toBeLessThan(10);
    // By chance, 39 980 of the places that the lowest 16 bits can name.
    expect(places.size).toBeGreaterThan(39_500);
  });

  it('depends on every value of every byte', () => {
    const state = new Uint8Array(40);
    const hashes = new Set([hashOf(state)]);
    for (let byte = 0; byte < state.length; byte++) {
      for (state[byte] = 1; state[byte] !== 0; state[byte] = (state[byte] ?? 0) + 1)
        hashes.add(hashOf(state));
    }
    expect(hashes.size).toBe(40 * 255 + 1);
  });

  it('is known of a state that differs in one byte', () => {
    const state = Uint8Array.of(3, 0, 7);
    const before = hashOf(state);
    state[1] = 9;
    expect(hashOf(state)).toBe(before ^ hashOfByte(1, 0) ^ hashOfByte(1, 9));
  });
});
