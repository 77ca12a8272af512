import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const HOSTS: readonly Partial<HostFacts>[] = [{ cpus: 3 }, { vendor: 'amd', qemu: '7.2', cpus: 3 }];

/** Requests one at a time and several at once, so that both sides meet everywhere. */
function requests(settings: PathSettings): readonly Witness[] {
  const several = { ...settings, queueDepth: 3, serviceUs: 1, guest: 'busy' };
  const slow = (parameter: string): readonly Witness[] =>
    ['on', 'off'].flatMap((eventIdx) =>
      [1, 3, 7].map((periodUs) => ({
        settings: { ...several, eventIdx, periodUs },
        costs: { [parameter]: 4000 },
      })),
    );
  const all: readonly Witness[] = [
    { settings },
    { settings: { ...settings, guest: 'busy', pvEoi: 'off' } },
    { settings: { ...settings, transport: 'legacy' } },
    ...[1, 2, 3, 5].map((periodUs) => ({ settings: { ...several, periodUs } })),
    ...['virtqueueKick', 'virtqueuePop', 'virtqueuePush', 'virtqueueGet', 'workqueue', 'vhostWakeup'].flatMap(
      slow,
    ),
  ];
  return HOSTS.flatMap((host) => all.map((witness) => ({ ...witness, host })));
}

/** A guest that masks its vector all the time, so that notifications come at every moment of it. */
function masked(settings: PathSettings): readonly Witness[] {
  const changes = [5, 9, 20, 22, 40, 56, 58, 90, 150].map((vectorChangeUs) => ({
    settings: { ...settings, vectorChange: 'mask', guest: 'busy', vectorChangeUs },
  }));
  return changes.flatMap((witness) => [
    witness,
    { ...witness, settings: { ...witness.settings, queueDepth: 3, periodUs: 3, serviceUs: 7 } },
    { ...witness, costs: { workqueue: 20_000 } },
  ]);
}

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'virtio/notify-vhost',
    witnesses: requests({}),
    seenInStateOnly: ['notify-resumes', 'irqfd-wakeup', 'signal-guest-notifier'],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio', 'port-io'],
    changesNothing: [],
    builtOn: 'virtio/notify-ioeventfd',
  },
  {
    path: 'virtio/notify-vhost',
    witnesses: [...HOSTS].flatMap((host) =>
      [1, 2, 3, 5].flatMap((periodUs) =>
        ['on', 'off'].flatMap((eventIdx) =>
          ['virtqueueKick', 'workqueue', 'tapReceive', 'vmEntry'].map((parameter) => ({
            settings: { device: 'virtio-net', queueDepth: 4, guest: 'busy', periodUs, eventIdx },
            costs: { [parameter]: 4000 },
            host,
          })),
        ),
      ),
    ),
    seenInStateOnly: ['signal-guest-notifier', 'irqfd-wakeup'],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio'],
    changesNothing: [],
    builtOn: 'virtio/notify-ioeventfd',
    builtWith: { device: 'virtio-net' },
  },
  {
    path: 'virtio/notify-vhost-user',
    witnesses: ['sleep', 'poll'].flatMap((backend) => requests({ backend })),
    seenInStateOnly: ['notify-resumes', 'write-guest-notifier', 'irqfd-wakeup'],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio', 'port-io'],
    changesNothing: [],
    builtOn: 'virtio/notify-ioeventfd',
  },
  {
    path: 'virtio/call-irqfd',
    witnesses: masked({ device: 'vhost-scsi' }),
    seenInStateOnly: ['mask-vector-resumes', 'vcpu-locks-bql'],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio'],
    changesNothing: [],
    builtOn: 'virtio/notify-vhost',
  },
  {
    path: 'virtio/call-userspace',
    witnesses: masked({ kick: 'sync' }),
    seenInStateOnly: ['mask-vector-resumes'],
    neverTaken: [],
    alwaysOneWay: [],
    changesNothing: [],
    builtOn: 'virtio/notify-sync',
  },
];

describe.each(PATHS)('every step of $path matters', (steps) => {
  everyStepMatters(steps);
});
