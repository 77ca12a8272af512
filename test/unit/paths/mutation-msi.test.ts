import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { MSI_IRQFD, MSI_USERSPACE, POSTED } from '../../support/runs.ts';

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

/** The guest masks and unmasks its vector, or takes a second one, while messages come at all moments. */
const CHANGES: readonly Witness[] = [7, 11, 17, 31, 37, 41].flatMap((periodUs) =>
  ['mask', 'enable-second'].flatMap((vectorChange) =>
    [5000, 25_000].map((irqUnmask) => ({
      settings: { guest: 'busy', vectorChange, periodUs, vectorChangeUs: 10 },
      host: { cpus: 3, irqCpu: 2 },
      costs: { deviceAccess: 15_000, irqUnmask, irqHandler: 3000, maskIntx: 8000 },
      bugs: { all: irqUnmask === 5000 },
    })),
  ),
);

/** Messages that are posted: to a vCPU that runs, that sleeps or is about to, and that was preempted. */
const POSTED_TO: readonly Witness[] = [
  { settings: {} },
  { settings: { mmap: 'off' } },
  { settings: { guest: 'busy', periodUs: 1 } },
  { settings: { periodUs: 2 } },
  ...[97, 103, 120, 131].flatMap((periodUs) =>
    ['idle', 'busy'].map((guest) => ({ settings: { guest, periodUs, preemptionUs: 100 } })),
  ),
  { settings: { inhibitedBy: 'no-bypass', guest: 'busy' }, host: { irqCpu: 1 } },
  { settings: { inhibitedBy: 'no-bypass' } },
  {
    settings: { inhibitedBy: 'no-bypass', guest: 'busy', preemptionUs: 100, periodUs: 120 },
    host: { irqCpu: 1 },
  },
  // The message is posted between the look and the sleep.
  { settings: { periodUs: 50 }, costs: { piUpdate: 60_000 } },
  // Preempted in the handler; a second message after the end of the interrupt and before the queue is looked at.
  { settings: { guest: 'busy', periodUs: 99, preemptionUs: 100 }, costs: { deviceAccess: 5000 } },
  { settings: { guest: 'busy', periodUs: 2 }, costs: { guestIrqFlow: 5000 } },
];
const POSTS = POSTED_TO.map((witness): Witness => ({
  ...witness,
  host: { ...witness.host, apicv: 'on', posting: 'on' },
}));

/** The doorbell of an NVMe controller makes room in its queue, of which there is always enough here. */
const CHANGES_NOTHING = ['region-access'];

describe('every step of vfio-pci/msi-irqfd matters', () => {
  everyStepMatters({
    path: MSI_IRQFD,
    witnesses: [...MESSAGES, ...CHANGES],
    seenInStateOnly: [
      'signal-trigger',
      'irqfd-wakeup',
      'ring-doorbell-resumes',
      'main-loop-locks-bql',
      'dispatch-handler',
      'mask-vector-resumes',
    ],
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

describe('every step of vfio-pci/posted matters', () => {
  everyStepMatters({
    path: POSTED,
    witnesses: POSTS,
    seenInStateOnly: ['vcpu-locks-bql', 'ring-doorbell-resumes', 'signal-trigger', 'irqfd-wakeup'],
    neverTaken: ['map-page'],
    alwaysOneWay: [],
    changesNothing: CHANGES_NOTHING,
  });
});
