import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { MSI_IRQFD, MSI_USERSPACE } from '../../support/runs.ts';

/** Messages at all moments, to a guest that waits, computes, handles; on both CPUs. */
const MESSAGES: readonly Witness[] = ['2', '3'].flatMap((gic) => [
  { settings: { gic } },
  { settings: { gic, mmap: 'off' }, host: { irqCpu: 1 } },
  { settings: { gic, guest: 'busy' }, host: { gicEoiMode: 0 } },
  ...[1, 2, 3, 5, 8].flatMap((periodUs) =>
    [0, 1].map((irqCpu) => ({ settings: { gic, guest: 'busy', periodUs }, host: { irqCpu } })),
  ),
  // Kicked while it goes in, and while it handles.
  { settings: { gic, periodUs: 20 }, costs: { vmEntry: 15_000 }, host: { irqCpu: 1 } },
  { settings: { gic, guest: 'busy', periodUs: 20 }, costs: { guestIrqFlow: 30_000 }, host: { irqCpu: 1 } },
]);

/** Translations that are not kept, yet or ever, and an SPI that only a worker may inject. */
const WORKERS: readonly Witness[] = [
  { settings: { gic: '3', itsCache: 'cold', periodUs: 20 } },
  { settings: { gic: '3', itsCache: 'cold', guest: 'busy', periodUs: 5 }, host: { irqCpu: 1 } },
  { settings: { gic: '3' }, host: { kernel: '4.19' } },
  { settings: { gic: '2', guest: 'busy', periodUs: 20 }, host: { kernel: '4.19', irqCpu: 1 } },
];

function onArm(witnesses: readonly Witness[]): Witness[] {
  return witnesses.map((witness) => ({ ...witness, settings: { arch: 'arm', ...witness.settings } }));
}

/** The doorbell of an NVMe controller makes room in its queue, of which there is always enough here. */
const CHANGES_NOTHING = ['region-access'];

describe('every step of vfio-pci/msi-irqfd on Arm matters', () => {
  everyStepMatters({
    path: MSI_IRQFD,
    witnesses: onArm([...MESSAGES, ...WORKERS]),
    seenInStateOnly: ['signal-trigger', 'vcpu-locks-bql', 'ring-doorbell-resumes'],
    neverTaken: ['notify-acked', 'map-stage2'],
    alwaysOneWay: [],
    changesNothing: CHANGES_NOTHING,
  });
});

describe('every step of vfio-pci/msi-userspace on Arm matters', () => {
  everyStepMatters({
    path: MSI_USERSPACE,
    witnesses: onArm(MESSAGES),
    seenInStateOnly: ['main-loop-locks-bql', 'dispatch-handler', 'vcpu-locks-bql', 'ring-doorbell-resumes'],
    neverTaken: ['notify-acked', 'map-stage2'],
    alwaysOneWay: [],
    changesNothing: CHANGES_NOTHING,
  });
});
