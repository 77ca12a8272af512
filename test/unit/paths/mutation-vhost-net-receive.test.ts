import { describe } from 'vitest';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';

const RECEIVE = { device: 'virtio-net', traffic: 'receive' };

/** Packets as fast as the guest takes them and faster, in small queues, so that both sides run out. */
function packets(settings: PathSettings): readonly Witness[] {
  const slow = ['virtqueuePop', 'virtqueueKick', 'virtqueueAdd', 'napiComplete', 'workqueue', 'vmEntry'];
  return ['on', 'off'].flatMap((eventIdx) =>
    [1, 2, 4].flatMap((queueDepth) =>
      [1, 3, 7].flatMap((periodUs) => {
        const witness = {
          settings: { ...RECEIVE, ...settings, eventIdx, queueDepth, periodUs, guest: 'busy' },
        };
        return [witness, ...slow.map((parameter) => ({ ...witness, costs: { [parameter]: 4000 } }))];
      }),
    ),
  );
}

describe('every step of what vhost-net receives matters', () => {
  everyStepMatters({
    path: 'virtio/notify-vhost',
    witnesses: [
      ...packets({}),
      ...packets({ packetBuffers: 2 }).map((witness) => ({ ...witness, bugs: { all: false } })),
      { settings: { ...RECEIVE, queueDepth: 16, guest: 'busy' } },
    ],
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: [],
    builtOn: 'virtio/notify-vhost',
    builtWith: { device: 'virtio-net' },
  });
});
