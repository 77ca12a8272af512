import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const HOSTS: readonly Partial<HostFacts>[] = [{ cpus: 3 }, { vendor: 'amd', qemu: '7.2', cpus: 3 }];

/** Requests one at a time and several at once, on disks and guests of all speeds, so that both sides meet everywhere. */
function requests(settings: PathSettings): readonly Witness[] {
  const several = { ...settings, queueDepth: 3, serviceUs: 2 };
  const slow = (parameter: string, eventIdx = 'on'): readonly Witness[] =>
    [2000, 8000].flatMap((ns) =>
      [2, 15].map((serviceUs) => ({
        settings: { ...several, eventIdx, serviceUs, periodUs: serviceUs === 2 ? 1 : 7, guest: 'busy' },
        costs: { [parameter]: ns },
      })),
    );
  const all: readonly Witness[] = [
    { settings },
    { settings: { ...settings, guest: 'busy', pvEoi: 'off' } },
    { settings: { ...settings, transport: 'legacy' } },
    ...['on', 'off'].flatMap((eventIdx) =>
      [1, 2, 3, 5, 9].flatMap((periodUs) =>
        ['idle', 'busy'].map((guest) => ({ settings: { ...several, eventIdx, guest, periodUs } })),
      ),
    ),
    ...slow('virtqueueKick'),
    ...slow('virtqueueGet'),
    ...slow('virtqueueGet', 'off'),
    ...slow('virtqueuePop'),
    ...slow('virtqueuePop', 'off'),
    ...slow('threadPool'),
    ...slow('virtqueueAdd'),
    ...slow('guestApicAccess'),
    ...slow('vmEntry'),
  ];
  return HOSTS.flatMap((host) => all.map((witness) => ({ ...witness, host })));
}

/** Steps whose effect only those can see who look at the state: who else wants the lock, or reads the register? */
const ACCESS = ['complete-mmio', 'emulate-mmio', 'port-io', 'notify-resumes'];
const IRQFD = ['write-guest-notifier', 'irqfd-wakeup'];

/** Requests that come when the IOThread has just stopped polling. */
const WHEN_POLLING_ENDS: readonly Witness[] = [9, 10, 11].map((periodUs) => ({
  settings: { pollMaxNs: 10_000, periodUs, serviceUs: 1, guest: 'busy' },
  costs: { virtqueueKick: 3000 },
  host: { cpus: 4 },
}));

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'virtio/notify-sync',
    witnesses: requests({}),
    seenInStateOnly: [...ACCESS, 'disable-notification'],
    neverTaken: [],
    alwaysOneWay: ['aio-notifier-handled', 'look-again-at-queue'],
  },
  {
    path: 'virtio/notify-ioeventfd',
    witnesses: requests({}),
    seenInStateOnly: ['lock-bql', 'notify-resumes', ...IRQFD],
    neverTaken: [],
    alwaysOneWay: ['aio-notifier-handled', 'emulate-mmio', 'port-io'],
    changesNothing: ['complete-mmio'],
  },
  {
    path: 'virtio/notify-iothread',
    witnesses: [...[0, 5000, 32_768].flatMap((pollMaxNs) => requests({ pollMaxNs })), ...WHEN_POLLING_ENDS],
    seenInStateOnly: ['notify-resumes', ...IRQFD],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio', 'port-io'],
    changesNothing: ['complete-mmio', 'round-done'],
  },
  {
    path: 'virtio/call-intx',
    witnesses: ['sync', 'ioeventfd', 'iothread'].flatMap((kick) => requests({ kick })),
    seenInStateOnly: [
      'complete-mmio',
      'notify-resumes',
      'set-isr',
      'main-loop-locks-bql',
      'dispatch-handler',
    ],
    neverTaken: ['not-our-interrupt'],
    alwaysOneWay: ['guest-notifier-handled', 'test-isr', 'poll-once-more'],
    changesNothing: ['round-done'],
  },
];

/** The other paths of messages are the same machine. */
describe.each(PATHS)('every step of $path matters', (steps) => {
  everyStepMatters(steps);
});
