import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';

const VHOST = 'virtio/notify-vhost';

/** Changes at many moments of a packet, with and without the known bugs. */
function changes(given: Witness['settings'], qemu: string): Witness[] {
  return [1, 8, 40, 100, 106, 112, 120, 400].flatMap((notifierUs) =>
    [{ all: false }, { all: true }].map((bugs) => ({
      settings: { device: 'virtio-net', guest: 'busy', periodUs: 100, notifierUs, ...given },
      host: { cpus: 4, vendor: 'amd', qemu } as const,
      bugs,
    })),
  );
}

describe('every step of vhost that takes a notifier and gives it back matters', () => {
  everyStepMatters({
    path: VHOST,
    builtOn: VHOST,
    builtWith: { device: 'virtio-net', eventIdx: 'off' },
    witnesses: ['7.2', '10.1'].flatMap((qemu) => [
      ...changes({ notifiers: 'status' }, qemu),
      ...changes({ notifiers: 'vm-stop' }, qemu),
      ...changes({ notifiers: 'migration' }, qemu),
      ...changes({ notifiers: 'link' }, qemu),
      ...changes({ notifiers: 'link', eventIdx: 'off', queueDepth: 2, periodUs: 5 }, qemu),
      ...changes({ notifiers: 'link', guest: 'idle' }, qemu),
    ]),
    // Nobody but the main loop wants the BQL, and who asks for the index only knows it.
    seenInStateOnly: ['vcpu-locks-bql', 'get-vring-base', 'vcpus-paused', 'dispatch-handler host-notifier'],
    // QEMU has ended itself.
    neverTaken: ['qemu-aborts'],
    alwaysOneWay: ['wait-stopped', 'return-for-signal'],
  });
});

describe('every step of a vector that vhost masks itself matters', () => {
  everyStepMatters({
    path: 'virtio/call-irqfd',
    builtOn: VHOST,
    builtWith: { device: 'virtio-net' },
    witnesses: [5, 8, 9, 11, 13, 20, 40, 150].flatMap((vectorChangeUs) =>
      [3, 20].flatMap((periodUs) =>
        [{}, { tapReceive: 4000 }, { syscall: 9000 }].map((costs) => ({
          settings: {
            device: 'virtio-net',
            vectorChange: 'mask',
            guest: 'busy',
            queueDepth: 3,
            periodUs,
            vectorChangeUs,
          },
          costs,
        })),
      ),
    ),
    seenInStateOnly: ['vcpu-locks-bql', 'write-guest-notifier', 'mask-vector-resumes'],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio'],
  });
});
