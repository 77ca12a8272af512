import { describe } from 'vitest';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const NET = { device: 'virtio-net' };

/** Packets or commands at many rates, with guests and hosts of all speeds, and with the known bugs. */
function runs(settings: PathSettings, slow: readonly string[]): readonly Witness[] {
  const all = ['on', 'off'].flatMap((eventIdx) =>
    ['idle', 'busy'].flatMap((guest) =>
      [1, 3, 9, 40].map((periodUs) => ({ ...NET, ...settings, eventIdx, guest, periodUs })),
    ),
  );
  const costly = slow.flatMap((parameter) =>
    all.map((given): Witness => ({ settings: given, costs: { [parameter]: 6000 } })),
  );
  return [
    ...all.flatMap((given): Witness[] => [
      { settings: given, host: { vendor: 'amd', qemu: '7.2' } },
      { settings: given, bugs: { all: true } },
    ]),
    ...costly,
  ];
}

const RECEIVE = { traffic: 'receive', queueDepth: 3 };
/** So many buffers that the driver does not add each that it has got back. */
const MANY = { traffic: 'receive', queueDepth: 16 };
const TIMER = { tx: 'timer', txTimerUs: 10, queueDepth: 3 };

const BLOCKS: readonly (StepsOfPath & { readonly name: string })[] = [
  {
    name: 'a queue that receives',
    path: 'virtio/notify-ioeventfd',
    builtOn: 'virtio/notify-ioeventfd',
    builtWith: NET,
    witnesses: [
      ...runs({ ...RECEIVE, packetBuffers: 2 }, [
        'virtqueueKick',
        'virtqueuePop',
        'guestSoftirq',
        'virtqueueAdd',
      ]),
      ...runs(RECEIVE, ['virtqueueGet', 'napiComplete']),
      ...runs(MANY, []),
    ],
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: ['tap-handled', 'emulate-mmio'],
  },
  {
    name: 'the control queue',
    path: 'virtio/notify-ioeventfd',
    builtOn: 'virtio/notify-ioeventfd',
    builtWith: NET,
    witnesses: runs({ traffic: 'command' }, ['virtqueueKick', 'deviceModel']),
    seenInStateOnly: [],
    // It has no interrupt.
    neverTaken: ['iret'],
    alwaysOneWay: ['emulate-mmio'],
  },
  {
    name: 'tx=timer',
    path: 'virtio/notify-ioeventfd',
    builtOn: 'virtio/notify-ioeventfd',
    builtWith: NET,
    witnesses: [
      ...runs({ ...TIMER, txBurst: 1 }, ['virtqueueKick', 'tapReceive']),
      ...runs({ ...TIMER, txBurst: 2, txTimerUs: 2 }, ['syscall', 'virtqueueAdd']),
    ],
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio'],
  },
];

describe.each(BLOCKS)('every step of $name of a network card matters', (steps) => {
  everyStepMatters(steps);
});
