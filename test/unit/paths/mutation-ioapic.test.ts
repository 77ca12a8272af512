import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { INTX_IRQFD, INTX_SPLIT, INTX_USERSPACE } from '../../support/runs.ts';

const THREADED = { handlerContext: 'threaded', napi: 'off', accesses: 3 };

/** A threaded handler with each of the ways in which KVM deals with the masked pin. */
const ONESHOT: readonly Witness[] = ['oneshot-resample', 'oneshot-late-signal', 'none'].flatMap((bug) =>
  ['idle', 'busy'].map((guest) => ({
    settings: { ...THREADED, guest },
    host: { irqCpu: 1 },
    bugs: { all: false, ...(bug === 'none' ? {} : { [bug]: true }) },
  })),
);

describe('every step that a threaded handler adds to vfio-pci/intx-irqfd matters', () => {
  everyStepMatters({
    path: INTX_IRQFD,
    builtOn: INTX_IRQFD,
    witnesses: ONESHOT,
    // What service-pin and resample-at-unmask say of the pin, the next end of the interrupt says again.
    seenInStateOnly: [
      'service-pin',
      'resample-at-unmask',
      'select-rte-to-mask-resumes',
      'mask-rte-resumes',
      'sync-ioapic-resumes',
      'select-rte-to-unmask-resumes',
      'unmask-rte-resumes',
    ],
    neverTaken: [],
    alwaysOneWay: [],
  });
});

/** A neighbour on the line whose interrupts fall together with the device's own in all ways. */
const SHARED: readonly Witness[] = [
  ...[97, 331, 700].flatMap((neighbourPeriodUs) =>
    ['idle', 'busy'].map((guest) => ({
      settings: { neighbour: 'emulated', napi: 'off', neighbourPeriodUs, periodUs: 97, guest },
      host: { irqCpu: 1 },
    })),
  ),
  { settings: { neighbour: 'emulated', napi: 'off', periodUs: 5000 }, host: { irqCpu: 1 } },
  // The worker is so slow that the neighbour's interrupt serves the device as well: its own finds nothing.
  {
    settings: { neighbour: 'emulated', napi: 'off', neighbourPeriodUs: 1080, periodUs: 1000 },
    costs: { workqueue: 60_000 },
    host: { irqCpu: 1 },
  },
];

describe('every step that a neighbour on the line adds to vfio-pci/intx-irqfd matters', () => {
  everyStepMatters({
    path: INTX_IRQFD,
    builtOn: INTX_IRQFD,
    witnesses: SHARED,
    seenInStateOnly: ['complete-request', 'read-irq-stat-resumes', 'write-irq-stat-resumes'],
    neverTaken: [],
    alwaysOneWay: [],
  });
});

/** An interrupt that moves from one vCPU to the other and back. */
const MOVED: readonly Witness[] = ['idle', 'busy'].flatMap((guest) =>
  [true, false].map((forgets) => ({
    settings: { affinity: 'move-in-handler', napi: 'off', accesses: 1, guest },
    bugs: { all: false, 'eoi-after-move': forgets },
  })),
);

describe.each([INTX_IRQFD, INTX_SPLIT])('every step that a second vCPU adds to %s matters', (path) => {
  everyStepMatters({
    path,
    builtOn: path,
    witnesses: MOVED,
    seenInStateOnly: [
      'select-rte-to-move-resumes',
      'write-rte-destination-resumes',
      ...(path === INTX_SPLIT ? ['lock-bql-for-rte'] : []),
    ],
    neverTaken: [],
    alwaysOneWay: [],
  });
});

/** A driver that comes back after one pause, with the IOAPIC in KVM and in QEMU. */
const RESUMING: readonly Witness[] = ['on', 'split'].flatMap((irqchip) =>
  [3, 130].flatMap((eoisBeforePause) =>
    ['idle', 'busy'].map((guest) => ({
      // In busy guests the line is still up when the pause is over.
      costs: { driverResume: guest === 'busy' ? 30_000_000 : 5_000_000 },
      settings: {
        irqchip,
        guest,
        eoisBeforePause,
        driver: 'resuming',
        napi: 'off',
        accesses: 1,
        mmapTimeoutMs: 0,
        periodUs: 3000,
      },
      host: { irqCpu: 1 },
      bugs: { all: false },
    })),
  ),
);

describe('every step that a pause in a storm adds to vfio-pci/intx-userspace matters', () => {
  everyStepMatters({
    path: INTX_USERSPACE,
    builtOn: INTX_USERSPACE,
    witnesses: RESUMING,
    seenInStateOnly: ['service-pin', 'resume-read-icr-resumes'],
    neverTaken: [],
    alwaysOneWay: [],
  });
});
