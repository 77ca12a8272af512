import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { finish } from '../../../src/engine/explore.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { simulatePath, USERSPACE, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

/** Everything that the steps of a machine say of themselves. */
function words(gic: string): string {
  const { model } = wire(USERSPACE, { gic, start: 'reset' });
  const run = simulatePath(USERSPACE, { gic, guest: 'busy' }, { interrupts: 3 });
  return [...model.steps.map(({ step }) => step.at), ...run.steps.flatMap((row) => row.tracepoints)].join(
    '\n',
  );
}

describe('a machine with a GICv3', () => {
  it('names no register and no function of a GICv2', () => {
    const gicv2 = /GIC[CVH]_|vgic[_-]v2|irq-gic\.c|kvm_arm_gic_put/;
    expect(words('2')).toMatch(gicv2);
    expect(words('3')).not.toMatch(gicv2);
  });

  it('takes interrupts through system registers and keeps them in the list registers of vgic-v3.c', () => {
    const text = words('3');
    for (const name of ['ICC_IAR1_EL1', 'ICC_DIR_EL1', 'irq-gic-v3.c', 'function:vgic_v3_populate_lr'])
      expect(text).toContain(name);
  });

  it('does otherwise exactly what one with a GICv2 does', () => {
    const labels = (gic: string): string[] =>
      simulatePath(USERSPACE, { gic }, { interrupts: 10 }).steps.map(
        ({ timeNs, process, label }) => `${String(timeNs)} ${process} ${label}`,
      );
    expect(labels('3')).toEqual(labels('2'));
    const graph = (gic: string): unknown => {
      const settings = { gic, mmapTimeoutMs: 0 };
      const { states, transitions } = unwrap(
        finish(explorePath({ path: USERSPACE, facts: TEST_FACTS, settings })),
      );
      return { states, transitions };
    };
    expect(graph('3')).toEqual(graph('2'));
  });
});
