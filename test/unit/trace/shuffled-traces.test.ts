import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KNOWN } from '../../support/known-traces.ts';
import { analyse, traceFixture } from '../../support/trace-fixtures.ts';

/** The lines in an order that a generator of numbers between 0 and 1 makes of them. */
function shuffled(text: string, next: () => number): string {
  const lines = text.trimEnd().split('\n');
  for (let i = lines.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
  }
  return lines.join('\n');
}

/** xorshift32: the same numbers for the same seed. */
function numbers(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The same lines with the time stamps left where they were: only what happened changes places. */
function shuffledEvents(text: string, next: () => number): string {
  const lines = text.trimEnd().split('\n');
  const stamp = / +\d+\.\d{6}: /;
  const stamps = lines.map((line) => stamp.exec(line)?.[0] ?? '');
  return shuffled(text, next)
    .split('\n')
    .map((line, i) => line.replace(stamp, stamps[i] ?? ''))
    .join('\n');
}

/** Whether each source of a trace is less certain, or not found at all, once its lines are in another order. */
function expectLessCertain(
  text: string,
  reorder: (text: string, next: () => number) => string,
  runs: number,
): void {
  const original = analyse(text).sources;
  expect(original.length).toBeGreaterThan(0);
  fc.assert(
    fc.property(fc.integer({ min: 1 }), (seed) => {
      const found = analyse(reorder(text, numbers(seed))).sources;
      for (const { key, path, confidence } of original) {
        const same = found.find((source) => source.key === key && source.path === path);
        expect(same?.confidence ?? 0).toBeLessThan(confidence);
      }
    }),
    { numRuns: runs },
  );
}

describe('shuffled lines lower the confidence', () => {
  it.each(Object.keys(KNOWN).filter((file) => /^(?:X4|X5|A2-c|A3-cycle-c|P2|C2|E|samples)/.test(file)))(
    '%s',
    (file) => {
      expectLessCertain(traceFixture(file), shuffled, 40);
    },
  );

  it.each(Object.keys(KNOWN).filter((file) => /^runs\/(?:P1|P2|C2|E1)/.test(file)))(
    '%s, though the time stamps stay where they were',
    (file) => {
      expectLessCertain(traceFixture(file), shuffledEvents, 5);
    },
  );
});
