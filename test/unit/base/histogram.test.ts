import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distribution, percentile } from '../../../src/base/distribution.ts';
import { histogram } from '../../../src/base/histogram.ts';

const values = fc.array(fc.double({ min: 0, max: 1e15, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('a histogram', () => {
  it('counts every value once, in the bucket that it lies in', () => {
    fc.assert(
      fc.property(values, values, (some, others) => {
        const buckets = histogram([some, others]);
        [some, others].forEach((kind, i) => {
          for (const { from, to, counts } of buckets) {
            expect(counts[i]).toBe(kind.filter((value) => value >= from && value < to).length);
          }
          expect(buckets.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0)).toBe(kind.length);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('has no gap between its buckets, and none is wider than a 64th of its values', () => {
    const buckets = histogram([[0, 3, 127, 128, 129, 1000, 5e6, 1.1e9]]);
    buckets.forEach(({ from, to }, i) => {
      if (i > 0) expect(from).toBe(buckets[i - 1]?.to);
      expect(to - from).toBeLessThanOrEqual(Math.max(1, from / 64));
    });
    expect(buckets.length).toBeLessThan(2_000);
  });

  it('of nothing is empty', () => {
    expect(histogram([[], []])).toEqual([]);
    expect(histogram([])).toEqual([]);
  });
});

describe('a percentile', () => {
  it('is a value that so many do not exceed (nearest rank), and zero of none', () => {
    expect([0.5, 0.9, 0.99, 1].map((share) => percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], share))).toEqual([
      5, 9, 10, 10,
    ]);
    expect(percentile([], 0.5)).toBe(0);
    expect(distribution([3, 1, 2])).toEqual({ min: 1, p50: 2, p99: 3, max: 3 });
    expect(distribution([])).toEqual({ min: 0, p50: 0, p99: 0, max: 0 });
  });
});
