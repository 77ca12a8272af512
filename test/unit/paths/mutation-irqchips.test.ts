import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { INTX_SPLIT } from '../../support/runs.ts';

const ONE_CPU: Partial<HostFacts> = { irqCpu: 0 };
const TWO_CPUS: Partial<HostFacts> = { irqCpu: 1 };
// The next cause comes while the handler still runs, or while the softirq does.
const PENDING_AT_UNMASK: Witness = {
  settings: { napi: 'off', periodUs: 50 },
  costs: { guestHandler: 40_000 },
  host: TWO_CPUS,
};
// The interrupt is injected between the injection of events and the entry, which is then cancelled.
const CANCELLED_ENTRY: Witness = {
  settings: { guest: 'busy', periodUs: 200 },
  costs: { threadWake: 0, contextSwitch: 0, vmEntry: 20_000 },
  host: TWO_CPUS,
};

describe('every step of vfio-pci/intx-split matters', () => {
  everyStepMatters({
    path: INTX_SPLIT,
    witnesses: [
      { settings: {}, host: TWO_CPUS },
      { settings: { guest: 'busy' }, host: ONE_CPU },
      { settings: { guest: 'busy', intremap: 'on' }, host: TWO_CPUS },
      { settings: { mmap: 'off', accesses: 4 }, host: TWO_CPUS },
      { settings: { mmap: 'off', napi: 'off', accesses: 1, intremap: 'on' }, host: ONE_CPU },
      { settings: { intxMask: 'broken' }, host: TWO_CPUS },
      { settings: { intxMask: 'broken', guest: 'busy' }, host: ONE_CPU },
      { settings: { intxMask: 'broken' }, host: TWO_CPUS, bugs: { all: false } },
      PENDING_AT_UNMASK,
      { ...PENDING_AT_UNMASK, host: ONE_CPU },
      { settings: { periodUs: 60 }, costs: { deviceAccess: 30_000 }, host: TWO_CPUS },
      CANCELLED_ENTRY,
    ],
    seenInStateOnly: [
      'signal-trigger',
      'irqfd-wakeup',
      'write-resample',
      'virqfd-wakeup',
      'vcpu-locks-bql',
      'lock-bql-for-ioapic',
      'read-icr-resumes',
      'write-imc-resumes',
      'read-status-resumes',
      'read-status-2-resumes',
      'write-ims-resumes',
      'flush-status-resumes',
      'eoi-ioapic-pin-resumes',
    ],
    neverTaken: ['not-our-interrupt', 'map-page', 'irq-none', 'iret-to-write-ims'],
    alwaysOneWay: ['test-icr'],
  });
});
