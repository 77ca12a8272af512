import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { FORWARDED, INTX_IRQFD, INTX_USERSPACE, IRQFD, USERSPACE } from '../../support/runs.ts';

// A guest so slow that the regions are mapped again while its handler still runs, after one access or another.
const SLOW_GUESTS: readonly Witness[] = [600_000, 350_000, 280_000, 210_000].flatMap((deviceAccess) =>
  ['read-first', 'write-first'].map((handler) => ({
    settings: { handler, accesses: 5, mmapTimeoutMs: 1, periodUs: 50_000 },
    costs: { deviceAccess },
  })),
);

// The interrupt is injected between the flush and the entry, which is then cancelled.
const CANCELLED_ENTRY: Witness = {
  settings: { guest: 'busy', periodUs: 200 },
  costs: { threadWake: 0, contextSwitch: 0, vmEntry: 20_000 },
};

/** Forwarding that changes while an interrupt is on its way, at one moment of it after another. */
const FORWARDING_CHANGES: readonly Witness[] = ['assign-while-running', 'deassign-while-running'].flatMap(
  (forwarding) =>
    [980, 995, 1000, 1003, 1006, 1500].flatMap((forwardingChangeUs) =>
      [true, false].map((all) => ({
        settings: { forwarding, forwardingChangeUs, guest: 'busy' },
        host: { cpus: 3, irqCpu: 2 },
        costs: { threadWake: 0, contextSwitch: 0, deviceAccess: 3000 },
        bugs: { all },
      })),
    ),
);
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
// A BAR that is unmapped or mapped again while the guest is in the middle of its accesses.
const SLOT_CHANGES: readonly Witness[] = [5_000, 20_000, 60_000, 150_000].flatMap((memorySlotDelete) =>
  [0, 30_000].map((dmaUnmap) => ({
    settings: { guest: 'busy', periodUs: 5000, mmapTimeoutMs: 1 },
    costs: { memorySlotDelete, dmaUnmap, deviceAccess: 4000 },
    host: TWO_CPUS,
  })),
);
const SLOW_PCI_GUESTS: readonly Witness[] = [150_000, 210_000, 280_000, 350_000, 600_000, 1_100_000].map(
  (deviceAccess) => ({
    settings: { mmapTimeoutMs: 1, periodUs: 50_000, accesses: 5 },
    costs: { deviceAccess },
    host: TWO_CPUS,
  }),
);

/** Interrupt controllers in QEMU: the line rises again while the handler runs, or while the guest idles. */
const WITHOUT_KERNEL_IOAPIC: readonly Witness[] = ['split', 'off'].flatMap((irqchip) => [
  { settings: { irqchip }, host: TWO_CPUS },
  { settings: { irqchip, guest: 'busy' }, host: ONE_CPU },
  { settings: { irqchip, intremap: 'on', mmap: 'off' }, host: TWO_CPUS },
  { settings: { irqchip, intremap: 'on', periodUs: 5000, mmapTimeoutMs: 1 }, host: TWO_CPUS },
  { settings: { irqchip, guest: 'busy', mmapTimeoutMs: 0 }, host: TWO_CPUS },
  {
    settings: { irqchip, napi: 'off', periodUs: 100 },
    costs: { guestHandler: 150_000 },
    host: TWO_CPUS,
  },
  { settings: { irqchip, periodUs: 5000, mmapTimeoutMs: 1, guest: 'busy' }, host: TWO_CPUS },
]);

const WITNESSES: Readonly<Record<string, readonly Witness[]>> = {
  [USERSPACE]: [
    { settings: {} },
    { settings: { handler: 'write-first', accesses: 3 } },
    { settings: { guest: 'busy' } },
    { settings: { periodUs: 500_000, mmapTimeoutMs: 110 } },
    { settings: { mmapTimeoutMs: 0, accesses: 4 } },
    // The vCPU is so slow to wake that the mmap timer finds the interrupt still ACTIVE.
    { settings: { mmapTimeoutMs: 1, periodUs: 50_000 }, costs: { haltWake: 3_000_000 } },
    ...SLOW_GUESTS,
    CANCELLED_ENTRY,
  ],
  [IRQFD]: [
    { settings: {} },
    { settings: { handler: 'write-first', accesses: 3, mmap: 'off' } },
    { settings: { guest: 'busy', mmap: 'off', accesses: 4 } },
    { settings: { guest: 'busy' }, host: { irqCpu: 1 } },
    { settings: { guest: 'busy' }, host: { irqCpu: 1, kernel: '4.4' } },
    { settings: { start: 'reset', guest: 'busy' }, host: { irqCpu: 1 } },
    // Up before the reset, and armed again after it.
    { settings: { start: 'reset', periodUs: 10 }, bugs: { 'boot-wedge': false } },
    { settings: { start: 'reset', periodUs: 10, mmap: 'off' } },
    { settings: { handlerContext: 'threaded' } },
    { settings: { handlerContext: 'threaded', guest: 'busy' }, host: { irqCpu: 1 } },
    { settings: { handlerContext: 'threaded' }, bugs: { 'oneshot-resample': false } },
    { ...CANCELLED_ENTRY, host: { irqCpu: 1 } },
    // Edges that come faster than the guest takes them.
    {
      settings: { trigger: 'edge', guestTrigger: 'edge', guest: 'busy', periodUs: 5 },
      host: { irqCpu: 1 },
      costs: { vmEntry: 20_000 },
    },
  ],
  [FORWARDED]: [
    { settings: {} },
    { settings: { handler: 'write-first', accesses: 3, mmap: 'off' } },
    { settings: { guest: 'busy', mmap: 'off', accesses: 4 } },
    { settings: {}, host: { kernel: '3.17' } },
    { settings: {}, bugs: { 'line-never-lowered': true } },
    { ...CANCELLED_ENTRY, host: { irqCpu: 1 } },
    ...FORWARDING_CHANGES,
  ],
  [INTX_IRQFD]: [
    { settings: {}, host: TWO_CPUS },
    { settings: { guest: 'busy' }, host: ONE_CPU },
    { settings: { guest: 'busy' }, host: TWO_CPUS },
    { settings: { mmap: 'off', accesses: 4 }, host: TWO_CPUS },
    { settings: { mmap: 'off', napi: 'off', accesses: 1 }, host: ONE_CPU },
    { settings: { intxMask: 'broken' }, host: TWO_CPUS },
    { settings: { intxMask: 'broken', guest: 'busy' }, host: ONE_CPU },
    { settings: { intxMask: 'broken' }, host: TWO_CPUS, bugs: { all: false } },
    PENDING_AT_UNMASK,
    { ...PENDING_AT_UNMASK, host: ONE_CPU },
    // The assertion comes while KVM still tells of the end of the one before: kept, and sent afterwards.
    {
      settings: { intxMask: 'broken', napi: 'off', periodUs: 50 },
      costs: { guestHandler: 40_000, ioapicEoi: 200_000 },
      host: TWO_CPUS,
    },
    // The function interrupts as soon as NAPI has unmasked it, before its next access.
    { settings: { periodUs: 60 }, costs: { deviceAccess: 30_000 }, host: TWO_CPUS },
    { ...CANCELLED_ENTRY, host: TWO_CPUS },
  ],
  [INTX_USERSPACE]: [
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
    PENDING_AT_UNMASK,
    ...SLOT_CHANGES,
    ...SLOW_PCI_GUESTS,
    { ...CANCELLED_ENTRY, host: TWO_CPUS },
    ...WITHOUT_KERNEL_IOAPIC,
  ],
};

/**
 * Steps whose effect only those can see who look at the state. The first two hold off other interrupts of the CPU,
 * and this machine has none; with irqfd there is a run with edges, and of an edge the first one takes the latch. Who
 * resumes after an access tells a served one from a fault: after a read of the status the second interrupt that it
 * causes keeps the regions unmapped, and with irqfd they are mapped always or never.
 */
const SEEN_IN_STATE_ONLY: Readonly<Record<string, readonly string[]>> = {
  [USERSPACE]: ['gic-exception', 'priority-drop', 'read-status-resumes'],
  [IRQFD]: [
    'priority-drop',
    'read-status-resumes',
    'clear-status-resumes',
    'access-register-1-resumes',
    'access-register-2-resumes',
    'virqfd-wakeup',
    'signal-trigger',
    'signal-resample',
    'vcpu-locks-bql',
    'configure-interrupt-resumes',
    'probe-device-resumes',
    'mask-oneshot-resumes',
    'unmask-oneshot-resumes',
  ],
  [FORWARDED]: [
    'read-status-resumes',
    'clear-status-resumes',
    'access-register-1-resumes',
    'access-register-2-resumes',
    'virqfd-wakeup',
    'signal-trigger',
    'signal-resample',
    'vcpu-locks-bql',
  ],
  [INTX_IRQFD]: [
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
  [INTX_USERSPACE]: [
    'lock-bql-for-ioapic',
    'lock-bql-after-run',
    'eoi-ioapic-pin-resumes',
    'read-tmr-resumes',
    'end-interrupt-resumes',
  ],
};

/**
 * Steps that a machine has and a path never takes: with irqfd the regions are never mapped later on, and
 * what has started stays started.
 */
const NEVER_TAKEN: Readonly<Record<string, readonly string[]>> = {
  [USERSPACE]: [],
  [IRQFD]: ['map-stage2', 'started', 'running'],
  [FORWARDED]: ['map-stage2', 'settled'],
  // The guest finds nothing to do only after an interrupt that the hardware is slow to send again, and the host's
  // handler only if the guest masks its function meanwhile: the explorer finds both, time never lets them happen.
  [INTX_IRQFD]: ['not-our-interrupt', 'map-page', 'irq-none', 'iret-to-write-ims'],
  [INTX_USERSPACE]: ['not-our-interrupt'],
};

/** Steps that decide where to go next, and in every run of the path the same. */
const ALWAYS_ONE_WAY: Readonly<Record<string, readonly string[]>> = { [INTX_IRQFD]: ['test-icr'] };

describe.each([USERSPACE, IRQFD, FORWARDED, INTX_IRQFD, INTX_USERSPACE])(
  'every step of %s matters',
  (path) => {
    everyStepMatters({
      path,
      witnesses: WITNESSES[path] ?? [],
      seenInStateOnly: SEEN_IN_STATE_ONLY[path] ?? [],
      neverTaken: NEVER_TAKEN[path] ?? [],
      alwaysOneWay: ALWAYS_ONE_WAY[path] ?? [],
    });
  },
);
