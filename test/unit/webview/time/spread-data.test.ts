import { describe, expect, it } from 'vitest';
import { logarithmicMarks, needsLogarithm, stackedSteps } from '../../../../src/webview/time/spread-data.ts';

const bucket = (from: number, to: number, ...counts: number[]) => ({ from, to, counts });

describe('the histogram of a spread', () => {
  it('stacks kinds upon each other, and has an edge behind the last bucket', () => {
    const { edges, stacks } = stackedSteps([
      bucket(10, 20, 3, 1),
      bucket(20, 30, 0, 0),
      bucket(30, 40, 0, 2),
    ]);
    expect(edges).toEqual([10, 20, 30, 40]);
    expect(stacks).toEqual([
      [3, null, null, null],
      [4, null, 2, null],
    ]);
    expect(stackedSteps([])).toEqual({ edges: [], stacks: [] });
  });

  it('has a logarithmic axis only where a linear one would show nothing but the longest time', () => {
    expect(needsLogarithm([bucket(25_000, 25_500, 1), bucket(90_000, 91_000, 1)])).toBe(false);
    expect(needsLogarithm([bucket(25_000, 25_500, 1), bucket(1e9, 1.1e9, 1)])).toBe(true);
    expect(needsLogarithm([])).toBe(false);
  });

  it('marks 1, 2 and 5 of every power of ten on it', () => {
    expect(logarithmicMarks(15_000, 1_200_000)).toEqual([
      20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
    ]);
    expect(logarithmicMarks(0, 3)).toEqual([1, 2]);
  });
});
