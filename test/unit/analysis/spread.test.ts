import { describe, expect, it } from 'vitest';
import { measure, measureTimes } from '../../../src/analysis/simulate.ts';
import { spreadOf } from '../../../src/analysis/spread.ts';
import type { CycleTimes } from '../../../src/analysis/spread.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const REQUEST = { path: 'vfio-platform/userspace', facts: TEST_FACTS, interrupts: 100 };

const times = (title: string, ...latenciesNs: number[]): CycleTimes => ({
  title,
  count: latenciesNs.length,
  latenciesNs,
  completionsNs: latenciesNs.map((time) => 2 * time),
});

describe('how times are spread', () => {
  it('is that of the run: every cycle once, with the run’s own percentiles', () => {
    const spread = spreadOf(unwrap(measureTimes(REQUEST)));
    const { summary, interrupts } = unwrap(measure(REQUEST));
    expect(spread.interrupts).toBe(interrupts);
    const { p50, p99, max } = spread.latencyNs;
    expect(summary.latencyNs).toMatchObject({ p50, p99, max });
    expect(spread.completionNs.p50).toBe(summary.completionNs.p50);
    expect(spread.latencyBuckets.flatMap(({ counts }) => counts).reduce((sum, n) => sum + n)).toBe(
      interrupts,
    );
  });

  it('tells kinds of cycles apart, and what sets them apart is what they cost', () => {
    const { kinds } = spreadOf(unwrap(measureTimes(REQUEST)));
    expect(kinds.length).toBeGreaterThan(1);
    expect(kinds[0]?.title).toContain('spurious guest interrupt');
    const clean = kinds.find(({ title }) => !title.includes('spurious'));
    expect(clean?.completionNs.p50).toBeLessThan(kinds[0]?.completionNs.p50 ?? 0);
    expect(kinds.map(({ count }) => count)).toEqual(kinds.map(({ count }) => count).sort((a, b) => b - a));
  });

  it('joins runs, keeps a handful of kinds, and counts the rare ones together', () => {
    const runs = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].flatMap((title, i) => [
      times(title, ...Array.from({ length: 10 - i }, () => 100)),
      times(title, 300),
    ]);
    const { kinds, interrupts, latencyBuckets } = spreadOf(runs);
    expect(kinds.map(({ title, count }) => `${title} ${String(count)}`)).toEqual([
      'a 11',
      'b 10',
      'c 9',
      'd 8',
      'other cycles 18',
    ]);
    expect(interrupts).toBe(56);
    expect(kinds[0]?.latencyNs).toEqual({ p50: 100, p90: 100, p99: 300, max: 300 });
    expect(kinds[0]?.completionNs.max).toBe(600);
    expect(latencyBuckets[0]?.counts).toEqual([10, 9, 8, 7, 15]);
  });

  it('of cycles that never end says so by zeros', () => {
    const never = { title: 'never ready again', count: 1, latenciesNs: [5], completionsNs: [] };
    const { completionNs, completionBuckets, kinds } = spreadOf([never]);
    expect(completionNs.max).toBe(0);
    expect(completionBuckets).toEqual([]);
    expect(kinds).toHaveLength(1);
  });
});
