import { describe, expect, it } from 'vitest';
import { latencySplit, shareInWords } from '../../../src/analysis/latency-split.ts';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { factsFor } from '../../support/facts.ts';
import { simulatePath } from '../../support/runs.ts';

function firstShape(path: string): { readonly rows: readonly StepRow[]; readonly taken: number } {
  const { shapes, steps } = simulatePath(path, {}, { facts: factsFor(path) });
  const [shape] = shapes;
  const rows = steps.filter((row) => row.interrupt === shape!.firstInterrupt && row.inCycle);
  return { rows, taken: rows.findIndex(({ index }) => index === shape!.takenStep) };
}

describe('the latency of a cycle, split', () => {
  it.each(ALL_PATHS.map(({ info }) => info.id))('%s: adds up, and neighbours differ', (path) => {
    const { rows, taken } = firstShape(path);
    const shares = latencySplit(rows, taken);
    let at = rows[0]!.timeNs;
    shares.forEach((share, i) => {
      expect(share.startNs).toBe(at);
      expect(share.assumedNs).toBeLessThanOrEqual(share.endNs - share.startNs + 1e-6);
      if (i > 0) expect(shareInWords(share)).not.toBe(shareInWords(shares[i - 1]!));
      at = share.endNs;
    });
    expect(at).toBe(rows[taken]!.timeNs);
  });

  it('tells who ran and who was waited for', () => {
    const { rows, taken } = firstShape('vfio-platform/userspace');
    const shares = latencySplit(rows, taken);
    expect(shares.map(shareInWords)).toEqual([
      'host IRQ in host kernel',
      'wait for main loop',
      'main loop in QEMU',
      'main loop in host kernel',
      'wait for vCPU 0',
      'vCPU 0 in host kernel',
      'guest',
    ]);
    expect(rows[shares[1]!.position]?.label).toBe('poll');
    expect(shares.filter(({ kind }) => kind === 'waits').every(({ assumedNs }) => assumedNs === 0)).toBe(
      true,
    );
    // Nobody has published what the exception path of this kernel costs on that CPU.
    expect(shares[0]!.assumedNs).toBeGreaterThan(0);
  });
});
