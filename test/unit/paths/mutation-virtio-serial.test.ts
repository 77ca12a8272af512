import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const HOST: Partial<HostFacts> = { cpus: 3 };

/** A few consoles, some busy, with a main loop that comes late. */
function consoles(settings: PathSettings): readonly Witness[] {
  return ['idle', 'busy'].flatMap((guest) =>
    ['on', 'off'].flatMap((eventIdx) =>
      [1, 5, 40].map((periodUs) => ({
        settings: { ...settings, device: 'virtio-serial', guest, eventIdx, periodUs },
        host: HOST,
      })),
    ),
  );
}

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'virtio/notify-sync',
    builtOn: 'virtio/notify-sync',
    witnesses: [...consoles({}), ...consoles({ console: 'control' })],
    seenInStateOnly: [],
    // The device is done when the guest goes on.
    neverTaken: ['spin'],
    alwaysOneWay: [],
  },
  {
    path: 'virtio/notify-ioeventfd',
    builtOn: 'virtio/notify-ioeventfd',
    witnesses: [
      ...consoles({}),
      ...consoles({ console: 'control' }),
      ...consoles({ console: 'port', queueDepth: 3 }),
    ],
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: [],
  },
  {
    path: 'virtio/call-userspace',
    builtOn: 'virtio/call-userspace',
    witnesses: [
      ...consoles({}),
      ...consoles({ queueDepth: 3 }),
      ...consoles({ kick: 'sync', queueDepth: 2 }),
    ],
    seenInStateOnly: ['emulate-mmio'],
    neverTaken: [],
    alwaysOneWay: ['terminal-handled'],
  },
];

/** What a disk has as well, its witnesses see to. */
describe.each(PATHS)('every step of $path with a console matters', (steps) => {
  everyStepMatters(steps);
});
