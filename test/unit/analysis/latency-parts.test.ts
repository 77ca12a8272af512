import { describe, expect, it } from 'vitest';
import { latencyParts } from '../../../src/analysis/latency-parts.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { factsFor } from '../../support/facts.ts';
import { simulatePath } from '../../support/runs.ts';

describe('the parts of a latency', () => {
  it.each(ALL_PATHS.map(({ info }) => info.id))(
    '%s: follow each other without a gap and add up to it',
    (path) => {
      const { shapes, steps } = simulatePath(path, {}, { facts: factsFor(path) });
      for (const { firstInterrupt, takenStep } of shapes) {
        const rows = steps.filter((row) => row.interrupt === firstInterrupt && row.inCycle);
        const taken = rows.findIndex(({ index }) => index === takenStep);
        if (takenStep === null) continue;
        expect(taken).toBeGreaterThan(0);
        const parts = latencyParts(rows, taken);
        let at = rows[0]!.timeNs;
        for (const { startNs, endNs } of parts) {
          expect(startNs).toBe(at);
          expect(endNs).toBeGreaterThan(startNs);
          at = endNs;
        }
        expect(at).toBe(rows[taken]!.timeNs);
      }
    },
  );

  it('leave out what delayed nothing, and name who was waited for', () => {
    const { shapes, steps } = simulatePath('vfio-platform/userspace', {
      jitterPercent: 0,
      wakeJitterPercent: 0,
    });
    const { firstInterrupt, takenStep } = shapes[0]!;
    const rows = steps.filter((row) => row.interrupt === firstInterrupt && row.inCycle);
    const parts = latencyParts(
      rows,
      rows.findIndex(({ index }) => index === takenStep),
    );
    // The lazy disable is taken beside the way that the interrupt goes.
    const labels = parts.map(({ label }) => label);
    expect(labels.length).toBeLessThan(rows.length);
    // QEMU's main loop has to be woken: nothing before the handler takes longer than that.
    const waits = parts.filter(({ kind }) => kind === 'waits');
    expect(waits.map(({ process }) => process)).toContain('main loop');
  });
});
