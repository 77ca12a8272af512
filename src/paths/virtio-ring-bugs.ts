import type { KnownBug } from './path.ts';
import type { VirtioParts } from './wire-virtio.ts';

const RACE = 'VIRTIO 1.2, 2.7.7.1 and 2.7.10: publish, full barrier, look once more';

/**
 * What each side of a ring has to do when it wants to be told again, left out. They are switches of the paths whose states
 * can all be seen with them: those where fewer threads take part.
 */
const LOOKS_ONCE = {
  introducedIn: null,
  fixedIn: null,
  whatIf: true,
  violates: 'no-lost-interrupt',
} as const;

/** The device. */
export const DEVICE_LOOKS_ONCE: KnownBug = {
  ...LOOKS_ONCE,
  name: 'device-looks-once',
  title: 'The device wants notifications again and does not look whether a request has come just before',
  // With one request at a time: the notification that polling has overtaken is handled when there is nothing to do.
  needs: { eventIdx: 'off', guest: 'busy' },
  source: `${RACE}; QEMU hw/block/virtio-blk.c virtio_blk_handle_vq has the loop (while !virtio_queue_empty)`,
};

/** An event loop that has polled. */
export const POLLING_LOOKS_ONCE: KnownBug = {
  ...LOOKS_ONCE,
  name: 'polling-looks-once',
  title: 'The IOThread stops polling and does not poll a last time before it blocks',
  needs: { guest: 'busy' },
  source: `${RACE}; QEMU util/aio-posix.c poll_set_started polls once more ("io_poll_end raced with the event")`,
};

/** The driver. */
export const DRIVER_LOOKS_ONCE: KnownBug = {
  ...LOOKS_ONCE,
  name: 'driver-looks-once',
  title: 'The driver wants interrupts again and does not look whether a request has been used just before',
  needs: { queueDepth: 2, guest: 'busy' },
  source:
    `${RACE}; Linux drivers/block/virtio_blk.c virtblk_done has the loop (while !virtqueue_enable_cb). The same loss where ` +
    'the device reads the driver\'s flag before its used index is visible: DPDK 159793ac867b, "vhost: fix virtio freeze due to missed interrupt"',
};

/** The machine with these bugs in it. */
export function ringParts(bugs: ReadonlySet<string>): VirtioParts {
  return {
    driverLooksAgain: !bugs.has(DRIVER_LOOKS_ONCE.name),
    deviceLooksAgain: !bugs.has(DEVICE_LOOKS_ONCE.name),
    pollsOnceMore: !bugs.has(POLLING_LOOKS_ONCE.name),
  };
}
