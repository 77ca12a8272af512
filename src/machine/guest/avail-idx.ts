import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import type { Virtqueue } from './virtqueue.ts';

/** What a device remembers of `avail->idx` between looking at it and using it, while the driver adds more. */
export interface AvailIdx {
  /** The same queue, whose driver moves on from what is remembered. */
  readonly queue: Virtqueue;
  /** The device counts what is available (`virtqueue_get_avail_bytes`, `vhost_get_vq_desc`). */
  readonly look: (s: State) => void;
  /** It has gone on, and nobody asks any more what is added. */
  readonly forget: (s: State) => void;
  /** Whether more has been added since (`virtio_queue_split_poll`, `vhost_get_avail_idx`). */
  readonly hasChanged: (s: State) => boolean;
  /** The device reads the index to write it back as `avail_event` (`vring_avail_idx`, `vq->avail_idx` of vhost). */
  readonly read: (s: State) => void;
  /** It writes what it has read, whatever has been added meanwhile (`vring_set_avail_event`). */
  readonly writeEvent: (s: State) => void;
}

/**
 * Adds what the device remembers; the driver adds at most `depth` requests. Source: QEMU hw/virtio/virtio.c
 * `virtio_queue_split_set_notification`, `virtio_queue_enable_notification_and_check` (9.1).
 */
export function availIdx(m: ModelBuilder, queue: Virtqueue, depth: number): AvailIdx {
  const changed = m.field('avail->idx since it was looked at', {
    values: ['the same', 'moved on, or not asked for'],
    initial: 1,
  });
  const behind = m.field('added since avail->idx was read', { max: depth, initial: depth });
  return {
    queue: {
      ...queue,
      add: (s) => {
        queue.add(s);
        s[changed] = 1;
        s[behind] = Math.min(depth, (s[behind] as number) + 1);
      },
    },
    look: (s) => {
      s[changed] = 0;
    },
    forget: (s) => {
      s[changed] = 1;
    },
    hasChanged: (s) => s[changed] === 1,
    read: (s) => {
      s[behind] = 0;
    },
    writeEvent: (s) => {
      queue.enableKick(s, s[behind]);
      // Nobody asks any more.
      s[behind] = depth;
    },
  };
}
