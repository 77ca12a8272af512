import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { INTX_IRQFD, INTX_SPLIT, POSTED } from '../../support/runs.ts';

/** Lines that find the vCPU halted, computing, in its handler, and at their end still up. */
function lines(host: Partial<HostFacts>): Witness[] {
  return [0, 1].flatMap((irqCpu) =>
    [
      { settings: {} },
      { settings: { guest: 'busy' } },
      { settings: { mmap: 'off', napi: 'off', accesses: 2 } },
      { settings: { napi: 'off', periodUs: 50 }, costs: { guestHandler: 40_000 } },
      { settings: { guest: 'busy', napi: 'off', periodUs: 50 }, costs: { guestHandler: 40_000 } },
      // The next one comes while the softirq runs, or between two of its accesses.
      { settings: { periodUs: 60 }, costs: { deviceAccess: 30_000 } },
      { settings: { guest: 'busy', periodUs: 60 }, costs: { guestSoftirq: 55_000 } },
      // The guest leaves with the notification or the doorbell under way.
      {
        settings: { mmap: 'off', periodUs: 30 },
        costs: { postedProcessing: 30_000, deviceAccess: 10_000 },
      },
    ].map((witness) => ({ ...witness, host: { ...host, apicv: 'on' as const, irqCpu } })),
  );
}

const LINES = [...lines({ vendor: 'intel' }), ...lines({ vendor: 'amd' })];

/** Messages posted by AMD's IOMMU, and those that KVM delivers by doorbell. */
const TO_VAPIC: readonly Witness[] = [
  { settings: {} },
  { settings: { mmap: 'off' } },
  { settings: { guest: 'busy', periodUs: 1 } },
  { settings: { periodUs: 2 } },
  { settings: {}, host: { cpus: 1 } },
  ...[97, 103, 120, 131].flatMap((periodUs) =>
    ['idle', 'busy'].map((guest) => ({ settings: { guest, periodUs, preemptionUs: 100 } })),
  ),
  { settings: { guest: 'busy', periodUs: 100, preemptionUs: 100 }, host: { kernel: '6.17' } },
  { settings: { inhibitedBy: 'no-bypass', guest: 'busy' }, host: { irqCpu: 1 } },
  { settings: { inhibitedBy: 'no-bypass' } },
  {
    settings: { inhibitedBy: 'no-bypass', guest: 'busy', preemptionUs: 100, periodUs: 120 },
    host: { irqCpu: 1 },
  },
  // The message is posted before IsRunning is clear, and seen before the thread sleeps.
  { settings: { periodUs: 50 }, costs: { piUpdate: 60_000 } },
  { settings: { guest: 'busy', periodUs: 99, preemptionUs: 100 }, costs: { deviceAccess: 5000 } },
  { settings: { guest: 'busy', periodUs: 2 }, costs: { guestIrqFlow: 5000 } },
];
const VAPIC = TO_VAPIC.map((witness) => ({
  ...witness,
  host: { ...witness.host, vendor: 'amd' as const, apicv: 'on' as const, posting: 'on' as const },
}));

describe('every step of vfio-pci/intx-irqfd with APICv and AVIC matters', () => {
  everyStepMatters({
    path: INTX_IRQFD,
    builtOn: INTX_IRQFD,
    witnesses: LINES,
    seenInStateOnly: ['next-entry'],
    neverTaken: [],
    alwaysOneWay: [],
  });
});

describe('every step of vfio-pci/intx-split with APICv and AVIC matters', () => {
  everyStepMatters({
    path: INTX_SPLIT,
    builtOn: INTX_IRQFD,
    witnesses: [
      ...LINES,
      { settings: { intremap: 'on', guest: 'busy' }, host: { apicv: 'on' } },
      { settings: { intremap: 'on' }, host: { apicv: 'on', vendor: 'amd' } },
    ],
    seenInStateOnly: ['next-entry', 'write-resample', 'lock-bql-for-ioapic', 'eoi-ioapic-pin-resumes'],
    neverTaken: [],
    alwaysOneWay: [],
  });
});

describe('every step of vfio-pci/posted on AMD matters', () => {
  everyStepMatters({
    path: POSTED,
    witnesses: VAPIC,
    seenInStateOnly: ['vcpu-locks-bql', 'ring-doorbell-resumes', 'signal-trigger', 'irqfd-wakeup'],
    neverTaken: ['map-page'],
    alwaysOneWay: [],
    // The doorbell of an NVMe controller makes room in its queue, of which there is always enough here.
    changesNothing: ['region-access'],
  });
});
