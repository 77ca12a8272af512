import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaBetween, deltaText } from '../../../src/analysis/delta.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const measured = (exitsPerInterrupt: number, p50: number, profile = 'one') => ({
  profile,
  summary: { exitsPerInterrupt, latencyNs: { min: p50, p50, p99: p50, max: p50 } },
});

const text = (from: readonly [number, number], to: readonly [number, number]): string | null =>
  deltaText(deltaBetween(measured(...from), measured(...to)), ['vfio-pci/intx-irqfd']);

describe('the difference between two runs', () => {
  it('has a sign, two digits that count and its unit', () => {
    expect(text([1, 26_398], [4.95, 43_605])).toBe('+4 exits, ≈ +17 µs latency per interrupt');
    expect(text([14.2, 60_000], [2.87, 21_700])).toBe('−11 exits, ≈ −38 µs latency per interrupt');
    expect(text([1, 1_000], [2, 1_000])).toBe('+1 exit per interrupt');
    expect(text([1, 1_000_000], [1, 2_234_000])).toBe('≈ +1.2 ms latency per interrupt');
  });

  it('claims nothing of the times of two platforms', () => {
    const delta = deltaBetween(measured(1, 10_000, 'one'), measured(2, 50_000, 'other'));
    expect(delta).toEqual({ exits: 1, latencyNs: null });
    expect(deltaText(delta, ['vfio-pci/intx-irqfd'])).toBe('+1 exit per interrupt');
  });

  it('is that of a request where the paths are kicks', () => {
    const delta = deltaBetween(measured(1, 10_000), measured(2, 10_000));
    expect(deltaText(delta, ['virtio/notify-sync'])).toBe('+1 exit per request');
    expect(deltaText(delta, ['virtio/notify-sync', 'virtio/call-irqfd'])).toBe('+1 exit per cycle');
  });

  it('is no claim where the runs are equal, or too close to tell', () => {
    expect(text([4.95, 43_605], [4.95, 43_605])).toBeNull();
    expect(text([0, 0], [0, 0])).toBeNull();
    expect(text([400, 43_605], [401, 43_700])).toBeNull();
  });

  it('changes its sign, and nothing else, when the runs change places', () => {
    const run = fc.tuple(
      fc.double({ min: 0, max: 1e4, noNaN: true }),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
    );
    fc.assert(
      fc.property(run, run, (a, b) => {
        const [there, back] = [text(a, b), text(b, a)];
        const swapped = there?.replaceAll(/[+−]/g, (sign) => (sign === '+' ? '−' : '+')) ?? null;
        expect(back).toBe(swapped);
      }),
    );
  });

  it('is that of the runs themselves: handling in QEMU costs exits and time', () => {
    const run = (path: string) => unwrap(simulate({ path, facts: TEST_FACTS }));
    const [userspace, irqfd] = [run('vfio-platform/userspace'), run('vfio-platform/irqfd')];
    const delta = deltaBetween(irqfd, userspace);
    expect(delta.exits).toBeCloseTo(userspace.summary.exitsPerInterrupt - irqfd.summary.exitsPerInterrupt);
    expect(delta.exits).toBeGreaterThan(1);
    expect(delta.latencyNs).toBeGreaterThan(0);
  });
});
