import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { virtqueue } from './virtqueue.ts';
import type { Virtqueue, VirtqueueOptions } from './virtqueue.ts';

/** VRING_PACKED_EVENT_FLAG_*: always, never, or at the entry that off_wrap names. */
const ENABLE = 0;
const DISABLE = 1;
const DESC = 2;

/**
 * Adds a packed virtqueue. Each side has an event suppression area of its own with flags and, with event indices, an
 * offset; unlike on a split ring, not to want to be told is something that the device writes. The offset is written before
 * the flags, and who reads takes both in one read, or the flags first: nobody acts by one of them without the other, so that
 * here both change at once.
 * Source: Linux drivers/virtio/virtio_ring.c `virtqueue_kick_prepare_packed`, `virtqueue_disable_cb_packed`,
 * `virtqueue_enable_cb_prepare_packed`, `vring_create_virtqueue_packed` (6.12); QEMU hw/virtio/virtio.c
 * `virtio_queue_packed_set_notification`, `virtqueue_packed_pop`, `virtio_packed_should_notify` (7.2); VIRTIO 1.2, 2.8.10.
 * From source code, no trace.
 */
export function packedVirtqueue(
  m: ModelBuilder,
  depth: number,
  eventIdx: boolean,
  options: VirtqueueOptions = {},
): Virtqueue {
  const ring = virtqueue(m, depth, eventIdx, { ...options, layout: 'packed' });
  const suffix = options.name === undefined ? '' : ` of ${options.name}`;
  return eventIdx ? withDescriptorEvents(m, ring, suffix) : ring;
}

function withDescriptorEvents(m: ModelBuilder, ring: Virtqueue, suffix: string): Virtqueue {
  // Both areas are zero when the ring is set up.
  const values = ['ENABLE', 'DISABLE', 'DESC'];
  const deviceFlags = m.field(`device event flags${suffix}`, { values });
  const driverFlags = m.field(`driver event flags${suffix}`, { values });
  const isWanted = (s: State, flags: Field, isAtEntry: boolean): boolean =>
    s[flags] === ENABLE || (s[flags] === DESC && isAtEntry);
  // The index that the device has read up to (`shadow_avail_idx`).
  const enableKick = (s: State): void => {
    ring.enableKickAsRead(s);
    s[deviceFlags] = DESC;
  };
  return {
    ...ring,
    needsKick: (s, added) => isWanted(s, deviceFlags, ring.needsKick(s, added)),
    // virtqueue_packed_pop leaves the area alone.
    pop: (s) => {
      ring.pop(s, false);
    },
    disableKick: (s) => {
      s[deviceFlags] = DISABLE;
    },
    enableKick,
    enableKickAsRead: enableKick,
    isKickEnabled: (s) => isWanted(s, deviceFlags, ring.isKickEnabled(s)),
    needsCall: (s, pushed) => isWanted(s, driverFlags, ring.needsCall(s, pushed)),
    // After an interrupt nothing is written (`event_triggered`).
    disableCall: (s, again) => {
      if (!again) return;
      ring.disableCall(s, again);
      s[driverFlags] = DISABLE;
    },
    enableCall: (s) => {
      ring.enableCall(s);
      s[driverFlags] = DESC;
    },
    enableCallDelayed: (s) => {
      ring.enableCallDelayed(s);
      s[driverFlags] = DESC;
      return s[ring.used] === 0;
    },
    isCallEnabled: (s) => isWanted(s, driverFlags, ring.isCallEnabled(s)),
  };
}
