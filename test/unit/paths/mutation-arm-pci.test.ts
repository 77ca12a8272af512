import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { INTX_IRQFD, INTX_USERSPACE } from '../../support/runs.ts';

const ONE_CPU: Partial<HostFacts> = { irqCpu: 0 };
const TWO_CPUS: Partial<HostFacts> = { irqCpu: 1 };
// The next cause comes while the handler still runs, or while the softirq does.
const PENDING_AT_UNMASK: Witness = {
  settings: { napi: 'off', periodUs: 50 },
  costs: { guestHandler: 40_000 },
  host: TWO_CPUS,
};
const CAUSE_WHILE_MASKED: Witness = {
  settings: { mmap: 'off', periodUs: 40 },
  costs: { threadWake: 1500, contextSwitch: 0, guestSoftirq: 40_000 },
  host: ONE_CPU,
};
// The interrupt is injected between the flush and the entry, which is then cancelled.
const CANCELLED_ENTRY: Witness = {
  settings: { guest: 'busy', periodUs: 200 },
  costs: { threadWake: 0, contextSwitch: 0, vmEntry: 20_000 },
  host: TWO_CPUS,
};
// A BAR that is unmapped or mapped again while the guest is in the middle of its accesses.
const SLOT_CHANGES: readonly Witness[] = [5_000, 20_000, 60_000, 150_000].flatMap((memorySlotDelete) =>
  [0, 30_000].map((dmaUnmap) => ({
    settings: { guest: 'busy', periodUs: 5000, mmapTimeoutMs: 1 },
    costs: { memorySlotDelete, dmaUnmap, deviceAccess: 4000 },
    host: TWO_CPUS,
  })),
);
const SLOW_GUESTS: readonly Witness[] = [150_000, 210_000, 280_000, 350_000, 600_000, 1_100_000].map(
  (deviceAccess) => ({
    settings: { mmapTimeoutMs: 1, periodUs: 50_000, accesses: 5 },
    costs: { deviceAccess },
    host: TWO_CPUS,
  }),
);

function onArm(witnesses: readonly Witness[]): Witness[] {
  return witnesses.map((witness) => ({ ...witness, settings: { arch: 'arm', ...witness.settings } }));
}

describe('every step of vfio-pci/intx-irqfd on Arm matters', () => {
  everyStepMatters({
    path: INTX_IRQFD,
    witnesses: onArm([
      { settings: {}, host: TWO_CPUS },
      { settings: { guest: 'busy' }, host: ONE_CPU },
      { settings: { guest: 'busy', gic: '3' }, host: TWO_CPUS },
      { settings: { mmap: 'off', accesses: 4 }, host: TWO_CPUS },
      { settings: { mmap: 'off', napi: 'off', accesses: 1 }, host: ONE_CPU },
      { settings: { intxMask: 'broken' }, host: TWO_CPUS },
      { settings: { intxMask: 'broken', guest: 'busy' }, host: ONE_CPU },
      { settings: { intxMask: 'broken' }, host: TWO_CPUS, bugs: { all: false } },
      { settings: { guest: 'busy' }, host: { irqCpu: 0, kernel: '4.19' } },
      PENDING_AT_UNMASK,
      { ...PENDING_AT_UNMASK, host: ONE_CPU },
      // The function interrupts as soon as NAPI has unmasked it, before its next access.
      { settings: { periodUs: 60 }, costs: { deviceAccess: 30_000 }, host: TWO_CPUS },
      CANCELLED_ENTRY,
    ]),
    // The first two hold off other interrupts of the CPU, and this machine has none.
    seenInStateOnly: [
      'gic-exception',
      'priority-drop',
      'signal-trigger',
      'signal-resample',
      'virqfd-wakeup',
      'vcpu-locks-bql',
      'read-icr-resumes',
      'write-imc-resumes',
      'read-status-resumes',
      'read-status-2-resumes',
      'write-ims-resumes',
      'flush-status-resumes',
    ],
    // The regions are mapped always or never. As on x86, the explorer finds an empty interrupt, of the guest and of the
    // host, and time never lets it happen.
    neverTaken: ['not-our-interrupt', 'map-stage2', 'irq-none', 'eret-to-write-ims'],
    alwaysOneWay: ['test-icr'],
  });
});

describe('every step of vfio-pci/intx-userspace on Arm matters', () => {
  everyStepMatters({
    path: INTX_USERSPACE,
    witnesses: onArm([
      { settings: {}, host: TWO_CPUS },
      { settings: { guest: 'busy' }, host: ONE_CPU },
      { settings: { mmapTimeoutMs: 0 }, host: TWO_CPUS },
      { settings: { mmap: 'off', accesses: 4 }, host: TWO_CPUS },
      { settings: { periodUs: 500_000, mmapTimeoutMs: 110 }, host: TWO_CPUS },
      { settings: { intxMask: 'broken' }, host: TWO_CPUS },
      { settings: {}, host: TWO_CPUS, bugs: { all: false } },
      // The vCPU is so slow to wake that the mmap timer finds the interrupt still pending.
      {
        settings: { mmapTimeoutMs: 1, periodUs: 50_000 },
        costs: { haltWake: 3_000_000 },
        bugs: { all: false },
      },
      CAUSE_WHILE_MASKED,
      { ...CAUSE_WHILE_MASKED, costs: { threadWake: 0, contextSwitch: 0, guestSoftirq: 40_000 } },
      // The line is up again before the softirq's last access.
      {
        settings: { mmap: 'off', periodUs: 40 },
        costs: { threadWake: 0, contextSwitch: 0, guestSoftirq: 40_000, deviceAccess: 60_000 },
        host: TWO_CPUS,
      },
      PENDING_AT_UNMASK,
      ...SLOT_CHANGES,
      ...SLOW_GUESTS,
      CANCELLED_ENTRY,
    ]),
    seenInStateOnly: ['gic-exception', 'priority-drop'],
    neverTaken: ['not-our-interrupt'],
    alwaysOneWay: [],
  });
});
