import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const HOSTS: readonly Partial<HostFacts>[] = [{ cpus: 3 }, { vendor: 'amd', cpus: 3 }];

/** Requests one at a time and several at once, on disks and guests of all speeds, so that both sides meet everywhere. */
function requests(settings: PathSettings): readonly Witness[] {
  const several = { ...settings, queueDepth: 3, serviceUs: 2 };
  const slow = (parameter: string): readonly Witness[] =>
    [2000, 8000].flatMap((ns) =>
      [1, 3, 5, 7].flatMap((periodUs) =>
        [2, 15].map((serviceUs) => ({
          settings: { ...several, serviceUs, periodUs, guest: 'busy' },
          costs: { [parameter]: ns },
        })),
      ),
    );
  const all: readonly Witness[] = [
    { settings },
    { settings: { ...settings, guest: 'busy', pvEoi: 'off' } },
    ...[1, 2, 3, 5, 9].flatMap((periodUs) =>
      ['idle', 'busy'].map((guest) => ({ settings: { ...several, guest, periodUs } })),
    ),
    ...['virtqueueKick', 'virtqueueGet', 'virtqueuePop', 'threadPool', 'virtqueueAdd', 'deviceModel'].flatMap(
      slow,
    ),
    ...['guestApicAccess', 'vmEntry', 'virtqueuePush'].flatMap(slow),
  ];
  return HOSTS.flatMap((host) => all.map((witness) => ({ ...witness, host })));
}

/** Writes of several lengths to a console. */
const WRITES: readonly Witness[] = HOSTS.flatMap((host) =>
  [1, 2, 16].flatMap((characters) =>
    ['idle', 'busy'].map((guest) => ({
      settings: {
        irqchip: characters === 2 ? 'split' : 'on',
        characters,
        guest,
        pvEoi: guest === 'idle' ? 'on' : 'off',
      },
      host,
    })),
  ),
);

/** A few of them, for a device whose driver and controller meet at registers alone. */
function fewRequests(settings: PathSettings): readonly Witness[] {
  const several = { ...settings, queueDepth: 3, serviceUs: 2 };
  return HOSTS.flatMap((host) => [
    { settings, host },
    { settings: { ...settings, guest: 'busy', pvEoi: 'off' }, host },
    ...[1, 3, 9].flatMap((periodUs) =>
      ['idle', 'busy'].map((guest) => ({ settings: { ...several, guest, periodUs }, host })),
    ),
    ...['virtqueueGet', 'deviceModel', 'vmEntry', 'threadPool', 'bqlLock', 'kvmRunEntry'].flatMap(
      (parameter) =>
        [1, 5].flatMap((periodUs) =>
          [2, 15].map((serviceUs) => ({
            settings: { ...several, serviceUs, periodUs, guest: 'busy' },
            costs: { [parameter]: 8000 },
            host,
          })),
        ),
    ),
  ]);
}

/** Packets one at a time, and faster than they are taken. */
function packets(settings: PathSettings): readonly Witness[] {
  return HOSTS.flatMap((host) =>
    ['idle', 'busy'].flatMap((guest) => [
      { settings: { ...settings, guest, pvEoi: guest === 'idle' ? 'on' : 'off' }, host },
      ...[1, 2, 5, 9, 14, 20].flatMap((periodUs) =>
        ['guestSoftirq', 'virtqueueGet', 'vmEntry', 'bqlLock', 'guestHandler'].map((parameter) => ({
          settings: { ...settings, guest, periodUs },
          costs: { [parameter]: 4000 },
          host,
        })),
      ),
    ]),
  );
}

/** Steps whose effect only those can see who look at the state. */
const AHCI_ACCESSES = [
  'complete-mmio',
  'emulate-mmio',
  'check-cmd',
  ...['read-irq-stat', 'read-port-irq-stat', 'write-port-irq-stat', 'read-scr-act', 'write-irq-stat'].map(
    (label) => `${label}-resumes`,
  ),
  'write-scr-act-resumes',
  'write-cmd-issue-resumes',
];

const RECEPTION = [
  'dispatch-handler',
  'receive-packet',
  'complete-mmio',
  'emulate-mmio',
  'clean-rx',
  'write-ims-resumes',
];

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'emulated/line',
    witnesses: WRITES,
    seenInStateOnly: [
      'complete-mmio',
      'port-io',
      ...['read-lsr', 'read-msr', 'disable-thri', 'read-iir-again', 'enable-thri'].map(
        (label) => `${label}-resumes`,
      ),
    ],
    // All happens in the vCPU thread: nobody wakes it or kicks it out of the guest.
    neverTaken: ['wake-vcpu', 'send-ipi'],
    alwaysOneWay: [],
  },
  {
    path: 'emulated/line',
    witnesses: ['on', 'split', 'off'].flatMap((irqchip) => fewRequests({ device: 'ich9-ahci', irqchip })),
    seenInStateOnly: [
      ...AHCI_ACCESSES,
      'check-bottom-halves',
      'dispatch-aio-notifier',
      'lock-bql-after-run',
      'read-tmr-resumes',
      'end-interrupt-resumes',
    ],
    // Nobody else is on the line.
    neverTaken: ['irq-none'],
    alwaysOneWay: ['bottom-halves-done', 'aio-notifier-handled', 'test-irq-stat'],
  },
  {
    path: 'emulated/msi',
    witnesses: fewRequests({ device: 'ich9-ahci' }),
    seenInStateOnly: [...AHCI_ACCESSES, 'check-bottom-halves', 'dispatch-aio-notifier'],
    neverTaken: [],
    alwaysOneWay: ['bottom-halves-done', 'aio-notifier-handled'],
  },
  {
    path: 'emulated/line',
    witnesses: packets({ device: 'e1000e' }),
    seenInStateOnly: [...RECEPTION, 'raise-pin', 'read-icr-resumes', 'flush-status-resumes'],
    // Nobody else is on the line.
    neverTaken: ['irq-none'],
    alwaysOneWay: ['test-icr'],
  },
  {
    path: 'emulated/msi',
    witnesses: packets({ device: 'e1000e' }),
    seenInStateOnly: RECEPTION,
    neverTaken: [],
    alwaysOneWay: [],
  },
  {
    path: 'emulated/line',
    witnesses: fewRequests({ device: 'nvme', shadowDoorbells: 'off' }),
    builtOn: 'emulated/doorbell-sync',
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: [],
  },
  {
    path: 'emulated/doorbell-sync',
    witnesses: [...requests({}), ...requests({ shadowDoorbells: 'off' })],
    seenInStateOnly: [
      'complete-mmio',
      'emulate-mmio',
      'ring-cq-doorbell-resumes',
      'ring-sq-doorbell-resumes',
    ],
    neverTaken: [],
    alwaysOneWay: ['aio-notifier-handled'],
  },
  {
    path: 'emulated/doorbell-ioeventfd',
    witnesses: requests({}),
    seenInStateOnly: ['lock-bql', 'ring-cq-doorbell-resumes', 'ring-sq-doorbell-resumes'],
    neverTaken: [],
    alwaysOneWay: ['cq-notifier-handled', 'emulate-mmio'],
    changesNothing: ['complete-mmio'],
  },
];

/** The other paths of messages are the same machine. */
describe.each(PATHS)('every step of $path $witnesses.0.settings matters', (steps) => {
  everyStepMatters(steps);
});
