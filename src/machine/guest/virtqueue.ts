import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

/** How far behind an event index may be before nobody can tell any more: its entry has been passed. */
const PASSED = 2;

/**
 * One split virtqueue in guest memory, as both sides see it: how many requests are where, and when each side wants to
 * be told. All indices are differences.
 */
export interface Virtqueue {
  /** Requests that the driver holds descriptors for: its queue size less `num_free`. */
  readonly outstanding: Field;
  /** Requests in the available ring that the device has not popped: `avail->idx` less `last_avail_idx`. */
  readonly available: Field;
  /** Requests in the used ring that the driver has not consumed: `used->idx` less `last_used_idx`. */
  readonly used: Field;
  /** The driver makes one more request available. */
  readonly add: (s: State) => void;
  /** Whether the driver has to notify for the request that it has just added (`virtqueue_kick_prepare`). */
  readonly needsKick: (s: State) => boolean;
  /** The device does not want to be notified (`virtio_queue_set_notification` with 0); null if that writes nothing. */
  readonly disableKick: ((s: State) => void) | null;
  /** The device wants to be notified of the next request that is added. */
  readonly enableKick: (s: State) => void;
  /** Whether the device waits for a notification. */
  readonly isKickEnabled: (s: State) => boolean;
  /** The device gives one request back. */
  readonly push: (s: State) => void;
  /** Whether the device has to notify for the request that it has just pushed (`virtio_should_notify`). */
  readonly needsCall: (s: State) => boolean;
  /** The driver does not want to be interrupted, for its `again`th time since it last wanted to. */
  readonly disableCall: (s: State, again: boolean) => void;
  /** The driver wants to be interrupted for the next request that is used. */
  readonly enableCall: (s: State) => void;
  /** Whether the driver waits for an interrupt. */
  readonly isCallEnabled: (s: State) => boolean;
}

/**
 * Adds the virtqueue, with room for `depth` requests. With event indices each side writes the index at which it wants to
 * be told, and to want nothing writes nothing or parks the index; that an index which was passed comes round again after
 * 65536 requests is not modelled. Without them each side has a flag.
 * Source: Linux drivers/virtio/virtio_ring.c (6.12), QEMU hw/virtio/virtio.c `virtio_queue_split_set_notification`,
 * `virtio_split_should_notify` (7.2); VIRTIO 1.2, 2.7.7 and 2.7.10.
 */
export function virtqueue(m: ModelBuilder, depth: number, eventIdx: boolean): Virtqueue {
  const outstanding = m.field('requests outstanding', { max: depth });
  const available = m.field('requests available', { max: depth });
  const used = m.field('requests used', { max: depth });
  const notifications = eventIdx ? eventIndices(m, used) : flags(m);
  return {
    outstanding,
    available,
    used,
    ...notifications,
    add: (s) => {
      s[outstanding] = (s[outstanding] as number) + 1;
      s[available] = (s[available] as number) + 1;
      notifications.add(s);
    },
    push: (s) => {
      s[used] = (s[used] as number) + 1;
      notifications.push(s);
    },
  };
}

type Notifications = Omit<Virtqueue, 'outstanding' | 'available' | 'used'>;

function eventIndices(m: ModelBuilder, used: Field): Notifications {
  const positions = ['at the next entry', 'at the last entry', 'passed'];
  const availEvent = m.field('avail_event', { values: positions });
  const usedEvent = m.field('used_event', { values: positions });
  const advance = (s: State, event: Field): void => {
    s[event] = Math.min(PASSED, (s[event] as number) + 1);
  };
  return {
    add: (s) => {
      advance(s, availEvent);
    },
    needsKick: (s) => s[availEvent] === 1,
    // What is not moved on is passed by the next request.
    disableKick: null,
    enableKick: (s) => {
      s[availEvent] = 0;
    },
    isKickEnabled: (s) => s[availEvent] === 0,
    push: (s) => {
      advance(s, usedEvent);
    },
    needsCall: (s) => s[usedEvent] === 1,
    // The interrupt has passed the index (`event_triggered`); only if none has, the driver parks it.
    disableCall: (s, again) => {
      if (again) s[usedEvent] = PASSED;
    },
    enableCall: (s) => {
      s[usedEvent] = Math.min(PASSED, s[used] as number);
    },
    isCallEnabled: (s) => s[usedEvent] === 0,
  };
}

function flags(m: ModelBuilder): Notifications {
  const noNotify = m.field('VRING_USED_F_NO_NOTIFY', { values: ['clear', 'set'] });
  const noInterrupt = m.field('VRING_AVAIL_F_NO_INTERRUPT', { values: ['clear', 'set'] });
  const write = (flag: Field, value: 0 | 1) => (s: State) => {
    s[flag] = value;
  };
  return {
    add: () => undefined,
    needsKick: (s) => s[noNotify] === 0,
    disableKick: write(noNotify, 1),
    enableKick: write(noNotify, 0),
    isKickEnabled: (s) => s[noNotify] === 0,
    push: () => undefined,
    needsCall: (s) => s[noInterrupt] === 0,
    disableCall: write(noInterrupt, 1),
    enableCall: write(noInterrupt, 0),
    isCallEnabled: (s) => s[noInterrupt] === 0,
  };
}
