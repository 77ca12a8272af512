import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { MSI_IRQFD, MSI_USERSPACE } from '../../support/runs.ts';

/** Messages at all moments: while the guest halts, computes, handles, and while KVM has not heard of its end. */
const MESSAGES: readonly Witness[] = [
  { settings: {} },
  { settings: { pvEoi: 'off' }, host: { irqCpu: 1 } },
  { settings: { mmap: 'off' }, host: { irqCpu: 1 } },
  ...[1, 2, 3, 5].flatMap((periodUs) =>
    ['on', 'off'].flatMap((pvEoi) =>
      [0, 1].map((irqCpu) => ({ settings: { guest: 'busy', periodUs, pvEoi }, host: { irqCpu } })),
    ),
  ),
];

/** The doorbell of an NVMe controller makes room in its queue, of which there is always enough here. */
const CHANGES_NOTHING = ['region-access'];

describe('every step of vfio-pci/msi-irqfd matters', () => {
  everyStepMatters({
    path: MSI_IRQFD,
    witnesses: MESSAGES,
    seenInStateOnly: ['signal-trigger', 'irqfd-wakeup', 'vcpu-locks-bql', 'ring-doorbell-resumes'],
    neverTaken: ['map-page'],
    alwaysOneWay: [],
    changesNothing: CHANGES_NOTHING,
  });
});

describe('every step of vfio-pci/msi-userspace matters', () => {
  everyStepMatters({
    path: MSI_USERSPACE,
    witnesses: MESSAGES,
    seenInStateOnly: ['main-loop-locks-bql', 'dispatch-handler', 'vcpu-locks-bql', 'ring-doorbell-resumes'],
    neverTaken: ['map-page'],
    alwaysOneWay: [],
    changesNothing: CHANGES_NOTHING,
  });
});
