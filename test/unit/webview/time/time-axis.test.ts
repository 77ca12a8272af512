import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTicks } from '../../../../src/webview/time/time-axis.ts';

const labels = (from: number, to: number, width: number): string[] =>
  timeTicks(from, to, width).map(({ label }) => label);

describe('the ticks of the time axis', () => {
  it('are round, in one unit, with as many decimals as they need', () => {
    expect(labels(0, 106_801, 500)).toEqual(['0', '20 µs', '40 µs', '60 µs', '80 µs', '100 µs']);
    expect(labels(43_010, 43_290, 500)).toEqual(['43.05 µs', '43.10 µs', '43.15 µs', '43.20 µs', '43.25 µs']);
    expect(labels(0, 900, 400)).toEqual(['0', '200 ns', '400 ns', '600 ns', '800 ns']);
    expect(labels(0, 99_023_787, 400)).toEqual(['0', '50 ms']);
    expect(labels(1.2e9, 2.4e9, 300)).toEqual(['1.5 s', '2.0 s']);
  });

  it('are never closer than their labels, never beyond, and all different', () => {
    const time = fc.integer({ min: 0, max: 2_000_000_000 });
    fc.assert(
      fc.property(
        time,
        fc.double({ min: 1, max: 1e9, noNaN: true }),
        fc.integer({ min: 90, max: 3000 }),
        (from, length, width) => {
          const ticks = timeTicks(from, from + length, width);
          expect(ticks.length).toBeLessThanOrEqual(width / 84 + 1);
          expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
          for (const { timeNs } of ticks) {
            expect(timeNs).toBeGreaterThanOrEqual(from);
            expect(timeNs).toBeLessThanOrEqual(from + length);
          }
        },
      ),
    );
  });

  it('are none where there is no time or no room', () => {
    expect(timeTicks(0, 0, 500)).toEqual([]);
    expect(timeTicks(0, 10, 0)).toEqual([]);
    expect(timeTicks(NaN, 10, 100)).toEqual([]);
  });
});
