import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const HOSTS: readonly Partial<HostFacts>[] = [{}, { vendor: 'amd', qemu: '7.2' }];

/** One packet at a time and several at once, with guests and hosts of all speeds, so that both sides meet everywhere. */
function packets(settings: PathSettings): readonly Witness[] {
  const net = { device: 'virtio-net', ...settings };
  const several = { ...net, queueDepth: 3, periodUs: 1, txBurst: 2 };
  const slow = (parameter: string, eventIdx = 'on'): readonly Witness[] =>
    [2000, 8000].flatMap((ns) =>
      [1, 5].map((periodUs) => ({
        settings: { ...several, eventIdx, periodUs, guest: 'busy' },
        costs: { [parameter]: ns },
      })),
    );
  const all: readonly Witness[] = [
    { settings: net },
    { settings: { ...net, guest: 'busy', pvEoi: 'off' } },
    { settings: { ...net, transport: 'legacy' } },
    ...['on', 'off'].flatMap((eventIdx) =>
      [1, 2, 3, 5, 9].flatMap((periodUs) =>
        ['idle', 'busy'].map((guest) => ({ settings: { ...several, eventIdx, guest, periodUs } })),
      ),
    ),
    ...slow('virtqueueKick'),
    ...slow('virtqueueGet'),
    ...slow('virtqueuePop', 'off'),
    ...slow('tapReceive'),
    ...slow('guestSoftirq'),
    ...slow('syscall'),
    ...slow('napiComplete'),
    ...slow('napiComplete', 'off'),
    ...slow('virtqueueAdd'),
    ...slow('virtqueueAdd', 'off'),
    ...slow('sendMessage'),
    ...slow('guestApicAccess'),
    ...slow('vmEntry'),
  ];
  return HOSTS.flatMap((host) => all.map((witness) => ({ ...witness, host })));
}

/** Steps whose effect only those can see who look at the state: who else wants the lock, or reads the register? */
const PATHS: readonly StepsOfPath[] = [
  {
    path: 'virtio/notify-sync',
    witnesses: packets({}),
    seenInStateOnly: [
      'complete-mmio',
      'emulate-mmio',
      'port-io',
      'notify-resumes',
      'poll-disables-callback',
      'vcpu-locks-bql',
      'check-bottom-halves',
    ],
    neverTaken: [],
    alwaysOneWay: ['aio-notifier-handled', 'notify-queue'],
  },
  {
    path: 'virtio/notify-ioeventfd',
    witnesses: packets({}),
    seenInStateOnly: ['lock-bql', 'notify-resumes', 'poll-disables-callback'],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio', 'port-io', 'aio-notifier-handled'],
    changesNothing: ['complete-mmio'],
  },
];

/** The other path of messages is the same machine, and lines are as those of a disk. */
describe.each(PATHS)('every step of $path with virtio-net matters', (steps) => {
  everyStepMatters(steps);
});
