import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measure, simulate } from '../../../src/analysis/simulate.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const REQUEST = { path: 'vfio-platform/userspace', facts: TEST_FACTS } as const;

describe('simulate', () => {
  it('counts in its summary what its rows show', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffff_ffff),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('read-first', 'write-first'),
        fc.constantFrom('idle', 'busy'),
        (seed, interrupts, handler, guest) => {
          const { steps, summary } = unwrap(
            simulate({ ...REQUEST, seed, interrupts, settings: { handler, guest } }, 'all'),
          );
          const marks = steps.filter((row) => row.interrupt >= 0).flatMap((row) => row.marks);
          const count = (wanted: (mark: string) => boolean): number =>
            marks.filter(wanted).length / interrupts;
          expect(summary.physicalIrqsPerInterrupt).toBeCloseTo(count((m) => m === 'physical-irq'));
          expect(summary.guestIrqsPerInterrupt).toBeCloseTo(count((m) => m === 'guest-irq'));
          expect(summary.spuriousPerInterrupt).toBeCloseTo(count((m) => m === 'spurious'));
          expect(summary.userspaceExitsPerInterrupt).toBeCloseTo(count((m) => m === 'userspace-exit'));
          expect(summary.exitsPerInterrupt).toBeCloseTo(
            count((m) => m.startsWith('exit:') && m !== 'exit:WFx'),
          );
          const reasons = Object.values(summary.exitReasons).reduce((sum, n) => sum + n, 0);
          expect(summary.exitsPerInterrupt).toBeCloseTo(reasons);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('measures the same without shapes and rows', () => {
    const { shapes: _shapes, steps: _steps, ...rest } = unwrap(simulate({ ...REQUEST, interrupts: 30 }));
    expect(unwrap(measure({ ...REQUEST, interrupts: 30 }))).toEqual(rest);
    expect(measure({ ...REQUEST, interrupts: 0 })).toEqual(simulate({ ...REQUEST, interrupts: 0 }));
  });

  it('has for a shape the same rows as the whole run has for that cycle', () => {
    const all = unwrap(simulate({ ...REQUEST, interrupts: 50 }, 'all'));
    const folded = unwrap(simulate({ ...REQUEST, interrupts: 50 }));
    expect(folded.shapes).toEqual(all.shapes);
    expect(folded.shapes.length).toBeGreaterThan(1);
    for (const { firstInterrupt, labels } of folded.shapes) {
      const rows = folded.steps.filter((row) => row.interrupt === firstInterrupt);
      expect(rows).toEqual(all.steps.filter((row) => row.interrupt === firstInterrupt && row.inCycle));
      expect(rows.map(({ label }) => label)).toEqual(labels);
    }
  });

  it('folds every cycle into exactly one shape', () => {
    const { shapes, interrupts } = unwrap(simulate({ ...REQUEST, interrupts: 300 }));
    expect(shapes.reduce((sum, { count }) => sum + count, 0)).toBe(interrupts);
    expect(shapes.map(({ count }) => count)).toEqual(
      shapes.map(({ count }) => count).toSorted((a, b) => b - a),
    );
    expect(new Set(shapes.map(({ title }) => title)).size).toBe(shapes.length);
  });

  it('measures latency to the handler, and completion to the path being ready again', () => {
    const { steps, summary } = unwrap(simulate({ ...REQUEST, interrupts: 1 }, 'all'));
    const time = (label: string): number => steps.find((row) => row.label === label)?.timeNs ?? NaN;
    expect(summary.latencyNs.p50).toBe(time('call-handler') - time('assert-line'));
    expect(summary.completionNs.p50).toBeGreaterThan(summary.latencyNs.p50);
    const last = steps.findLast((row) => row.inCycle);
    expect(summary.completionNs.max).toBe((last?.timeNs ?? NaN) - time('assert-line'));
  });

  it('ends a storm at a limit and says so', () => {
    const storm = unwrap(simulate({ ...REQUEST, interrupts: 1, settings: { periodUs: 1 }, seed: 3 }));
    expect(['quiet', 'step-limit']).toContain(storm.end);
    expect(storm.interrupts).toBeGreaterThan(0);
  });

  it('refuses what it does not know with what it does', () => {
    const error = (change: object): string => {
      const result = simulate({ ...REQUEST, ...change });
      return result.ok ? '' : result.error;
    };
    expect(error({ path: 'no/where' })).toContain('built: vfio-platform/userspace');
    expect(error({ profile: 'z80' })).toContain('known: cortex-a15');
    expect(error({ workload: 'lunch' })).toContain('known: periodic, sparse, busy, disk');
    expect(error({ interrupts: 0 })).toContain('irqs: expected a whole number from 1');
    expect(error({ seed: 1.5 })).toContain('seed: expected a whole number from 0');
    expect(error({ settings: { jitterPercent: 101 } })).toContain(
      'jitterPercent: expected a whole number from 0 to 100 %',
    );
  });
});
