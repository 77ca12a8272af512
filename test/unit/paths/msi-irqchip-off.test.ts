import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { finish } from '../../../src/engine/explore.ts';
import { INTX_USERSPACE, MSI_IRQFD, MSI_USERSPACE } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const OFF = { irqchip: 'off' };

/** Messages at all moments: while the guest halts, computes, handles and ends an interrupt, or a thread is kicked. */
const WITNESSES: readonly Witness[] = [
  { settings: OFF },
  { settings: { ...OFF, mmap: 'off' }, host: { irqCpu: 1 } },
  ...[2, 5, 11, 23, 31].flatMap((periodUs) =>
    [0, 1].map((irqCpu) => ({ settings: { ...OFF, guest: 'busy', periodUs }, host: { irqCpu } })),
  ),
  ...[13, 29].map((periodUs) => ({
    settings: { ...OFF, guest: 'busy', periodUs },
    host: { irqCpu: 1 },
    costs: { guestIrqEntry: 9000, guestApicAccess: 9000, vmEntry: 4000 },
  })),
];

describe('a message to a local APIC that QEMU emulates', () => {
  it('leaves the guest to QEMU for the end of the interrupt, which a local APIC in KVM spares', () => {
    const run = (path: string, settings: Record<string, string>) =>
      unwrap(simulate({ path, facts: TEST_FACTS, settings: { guest: 'busy', ...settings } })).summary;
    const off = run(MSI_USERSPACE, OFF);
    const split = run(MSI_USERSPACE, { irqchip: 'split' });
    expect(off.exitReasons['EPT_MISCONFIG (MMIO)']).toBe(1);
    expect(off.userspaceExitsPerInterrupt).toBeGreaterThanOrEqual(2);
    expect(split.userspaceExitsPerInterrupt).toBe(0);
    expect(run(MSI_IRQFD, { irqchip: 'split' }).exitsPerInterrupt).toBe(run(MSI_IRQFD, {}).exitsPerInterrupt);
    // A line costs more still: every access to the device, the read of the trigger mode, and the end.
    expect(run(INTX_USERSPACE, OFF).userspaceExitsPerInterrupt).toBeGreaterThan(
      off.userspaceExitsPerInterrupt,
    );
  });

  it.each(['idle', 'busy'])('is never lost, whoever is faster: %s guest', (guest) => {
    const settings = { ...OFF, guest };
    const exploration = unwrap(finish(explorePath({ path: MSI_USERSPACE, facts: TEST_FACTS, settings })));
    expect(exploration.complete).toBe(true);
    expect(exploration.violations).toEqual([]);
  });
});

describe('every step of vfio-pci/msi-userspace without interrupt controllers in KVM matters', () => {
  everyStepMatters({
    path: MSI_USERSPACE,
    witnesses: WITNESSES,
    seenInStateOnly: [
      'dispatch-handler',
      'vcpu-locks-bql',
      'lock-bql-after-run',
      'inject-events',
      'end-interrupt-resumes',
      'ring-doorbell-resumes',
    ],
    // The trigger mode is read for a level only; the doorbell is no region that is ever mapped late.
    neverTaken: ['apic-mem-read', 'map-page'],
    alwaysOneWay: [],
    changesNothing: ['region-access'],
  });
});
