import { describe, expect, it } from 'vitest';
import { overview } from '../../../src/analysis/overview.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { cycleOf, IRQFD, POSTED, simulatePath, USERSPACE } from '../../support/runs.ts';

/** The labels of the overview of a path's most frequent shape. */
function overviewOf(path: string): string[] {
  const simulation = simulatePath(path, {}, { interrupts: 20 });
  const rows = cycleOf(simulation, simulation.shapes[0]?.firstInterrupt ?? 0);
  const shown = overview(rows);
  return rows.flatMap(({ label }, i) => (shown[i] === true ? [label] : []));
}

describe('the overview of a cycle', () => {
  it('tells an interrupt by irqfd from the assertion to the next one', () => {
    expect(overviewOf(IRQFD)).toMatchInlineSnapshot(`
      [
        "assert-line",
        "gic-exception",
        "automask",
        "irqfd-wakeup",
        "inject-level-1",
        "handler-exit",
        "gic-exception",
        "wake-vcpu",
        "enter-guest",
        "take-interrupt",
        "call-handler",
        "read-status",
        "end-interrupt",
        "leave-guest",
        "inject-level-0",
        "resampler-notify",
        "virqfd-wakeup",
        "fold-lr",
        "kvm-exit",
      ]
    `);
  });

  it('has both physical exceptions of a line that is masked lazily, and the handler that finds nothing', () => {
    const labels = overviewOf(USERSPACE);
    expect(labels.filter((label) => label === 'gic-exception')).toHaveLength(4);
    expect(labels).toContain('irq-none');
  });

  const paths = ALL_PATHS.map(({ info }) => info.id).filter((id) => id !== POSTED);
  it.each(paths)('of %s loses no exit, entry, wake-up or change of party, and both ends stay', (path) => {
    const simulation = simulatePath(path, {}, { interrupts: 3 });
    const rows = cycleOf(simulation, 0);
    const shown = overview(rows);
    expect(shown[0]).toBe(true);
    expect(shown.at(-1)).toBe(true);
    const last = new Map<string, string>();
    rows.forEach((row, i) => {
      const crosses = row.tracepoints.some((line) => /^kvm:kvm_(?:userspace_)?(?:exit|entry)\b/.test(line));
      if (crosses || row.wokenBy !== null || last.get(row.process) !== row.party)
        expect(shown[i], row.label).toBe(true);
      last.set(row.process, row.party);
    });
    expect(shown.filter(Boolean).length).toBeLessThan(rows.length);
  });
});
