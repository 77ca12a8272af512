import { describe, expect, it } from 'vitest';
import { explore, finish } from '../../../src/engine/explore.ts';
import { hashOf } from '../../../src/engine/state-hash.ts';
import { boundedBuffer } from './textbook.ts';

describe('hashOf', () => {
  it('tells the states of a model apart about as well as chance would', () => {
    const { states } = finish(explore(boundedBuffer(6), { maxStates: 100_000 }));
    const work = states.buffer();
    const hashes = new Set<number>();
    const places = new Set<number>();
    for (let index = 0; index < states.size; index++) {
      states.read(index, work);
      const hash = hashOf(work.words);
      hashes.add(hash);
      places.add(hash & 0xffff);
    }
    expect(states.size).toBe(61_722);
    // By chance, one pair; sums of words mixed each by itself gave 429.
    expect(states.size - hashes.size).toBeLessThan(10);
    // By chance, 39 980 of the places that the lowest 16 bits can name.
    expect(places.size).toBeGreaterThan(39_500);
  });

  it('depends on every bit of every word, of an even and of an odd number of words', () => {
    for (const count of [1, 2, 5, 8]) {
      const words = Int32Array.from({ length: count }, (_, i) => i * 0x01010101);
      const hashes = new Set([hashOf(words)]);
      for (let bit = 0; bit < count * 32; bit++) {
        words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << bit);
        hashes.add(hashOf(words));
        words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << bit);
      }
      expect(hashes.size).toBe(count * 32 + 1);
    }
  });
});
