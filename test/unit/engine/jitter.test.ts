import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jittered, keyedUniform } from '../../../src/engine/jitter.ts';

describe('jitter', () => {
  it('stays inside its share and is the same for the same key', () => {
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        fc.nat(20),
        fc.nat(1e6),
        (base, share, seed, process, count) => {
          const value = jittered(base, share, seed, process, count);
          expect(value).toBe(jittered(base, share, seed, process, count));
          expect(value).toBeGreaterThanOrEqual(Math.floor(base * (1 - share)));
          expect(value).toBeLessThanOrEqual(Math.ceil(base * (1 + share)));
        },
      ),
    );
  });

  it('spreads evenly over steps, processes and seeds', () => {
    for (const key of [
      (i: number) => [i, 0, 0],
      (i: number) => [1, i, 0],
      (i: number) => [1, 0, i],
    ] as const) {
      const buckets = new Array<number>(10).fill(0);
      for (let i = 0; i < 10_000; i++) {
        const [seed, process, count] = key(i);
        const bucket = Math.floor(keyedUniform(seed ?? 0, process ?? 0, count ?? 0) * 10);
        buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      }
      for (const n of buckets) expect(n).toBeGreaterThan(850);
      for (const n of buckets) expect(n).toBeLessThan(1150);
    }
  });
});
