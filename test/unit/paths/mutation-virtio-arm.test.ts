import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const HOSTS: readonly Partial<HostFacts>[] = [{ cpus: 3 }, { qemu: '7.2', cpus: 3 }];

/** Requests one at a time and several at once, so that both sides meet everywhere. */
function requests(settings: PathSettings): readonly Witness[] {
  const one = { arch: 'arm', ...settings };
  const several = { ...one, queueDepth: 3, serviceUs: 2 };
  const slow = (parameter: string): readonly Witness[] =>
    [2000, 8000].flatMap((ns) =>
      [2, 15].map((serviceUs) => ({
        settings: { ...several, serviceUs, periodUs: serviceUs === 2 ? 1 : 7, guest: 'busy' },
        costs: { [parameter]: ns },
      })),
    );
  const all: readonly Witness[] = [
    { settings: one },
    { settings: { ...one, guest: 'busy' } },
    ...['on', 'off'].flatMap((eventIdx) =>
      [1, 2, 3, 5, 9].flatMap((periodUs) =>
        ['idle', 'busy'].map((guest) => ({ settings: { ...several, eventIdx, guest, periodUs } })),
      ),
    ),
    ...[3, 5, 7, 11].map((periodUs) => ({
      settings: { ...several, periodUs, serviceUs: 15, guest: 'busy' },
      costs: { deviceAccess: 30_000 },
    })),
    ...['virtqueueKick', 'virtqueueGet', 'virtqueuePop', 'threadPool', 'vmEntry', 'deviceAccess'].flatMap(
      slow,
    ),
  ];
  return HOSTS.flatMap((host) => all.map((witness) => ({ ...witness, host })));
}

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'virtio/call-intx',
    builtOn: 'virtio/call-intx',
    witnesses: ['sync', 'ioeventfd'].flatMap((kick) =>
      ['edge', 'level'].flatMap((trigger) => requests({ transport: 'mmio', kick, trigger })),
    ),
    seenInStateOnly: ['set-isr'],
    neverTaken: [],
    alwaysOneWay: ['guest-notifier-handled'],
  },
  {
    path: 'virtio/notify-ioeventfd',
    builtOn: 'virtio/notify-ioeventfd',
    witnesses: [...requests({ gic: '2' }), ...requests({ gic: '3' })],
    seenInStateOnly: ['write-guest-notifier', 'irqfd-wakeup'],
    // It is told of the end of no edge.
    neverTaken: ['notify-acked'],
    alwaysOneWay: ['io-mem-abort'],
  },
];

/** What x86 has as well, its own witnesses see to. The other paths of messages are the same machine. */
describe.each(PATHS)('every step of $path matters on Arm', (steps) => {
  everyStepMatters(steps);
});
