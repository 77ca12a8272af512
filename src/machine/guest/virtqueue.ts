import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

/**
 * One virtqueue in guest memory, as both sides see it: how many requests are where, and when each side wants to
 * be told. All indices are differences.
 */
export interface Virtqueue {
  /** As in the names of the driver's functions. */
  readonly layout: 'split' | 'packed';
  /** Requests that the driver holds descriptors for: its queue size less `num_free`. */
  readonly outstanding: Field;
  /** Requests in the available ring that the device has not popped: `avail->idx` less `last_avail_idx`. */
  readonly available: Field;
  /** Requests in the used ring that the driver has not consumed: `used->idx` less `last_used_idx`. */
  readonly used: Field;
  /** The driver makes one more request available. */
  readonly add: (s: State) => void;
  /** Whether the driver has to notify for the last `added` requests, one if left out (`virtqueue_kick_prepare`). */
  readonly needsKick: (s: State, added?: number) => boolean;
  /** The device takes one request; while `isNotifying` it moves on where it wants to be notified (`virtqueue_pop`). */
  readonly pop: (s: State, isNotifying: boolean) => void;
  /** The device does not want to be notified (`virtio_queue_set_notification` with 0); null if that writes nothing. */
  readonly disableKick: ((s: State) => void) | null;
  /** The device wants to be notified of the next request, or of the one that was the next `behind` requests ago. */
  readonly enableKick: (s: State, behind?: number) => void;
  /** The same by a device that takes the available index for what it has read before (`vq->avail_idx` of vhost). */
  readonly enableKickAsRead: (s: State) => void;
  /** Whether the device waits for a notification. */
  readonly isKickEnabled: (s: State) => boolean;
  /** The device gives one request back. */
  readonly push: (s: State) => void;
  /** Whether the device has to notify for the last `pushed` requests, one if left out (`virtio_should_notify`). */
  readonly needsCall: (s: State, pushed?: number) => boolean;
  /** The driver does not want to be interrupted, for its `again`th time since it last wanted to. */
  readonly disableCall: (s: State, again: boolean) => void;
  /** The driver wants to be interrupted for the next request that is used. */
  readonly enableCall: (s: State) => void;
  /** The same when three quarters of what is outstanding are used (`virtqueue_enable_cb_delayed`); false if they are. */
  readonly enableCallDelayed: (s: State) => boolean;
  /** Whether the driver waits for an interrupt. */
  readonly isCallEnabled: (s: State) => boolean;
}

/** What is special about a virtqueue. */
export interface VirtqueueOptions {
  /** What its fields are told apart by from those of the device's other queues, e.g. `tx`. */
  readonly name?: string;
  /** Requests that the driver adds at most before it looks whether to notify; 1 if left out. */
  readonly addedAtOnce?: number;
  /** Requests that the device pushes at most before it looks whether to notify; 1 if left out. */
  readonly pushedAtOnce?: number;
  /** The driver may want to be interrupted later than for the next request. */
  readonly delaysCall?: true;
  /** `packed` is for `packedVirtqueue`: what each side writes has other names. */
  readonly layout?: 'packed';
  /** The driver has filled the queue before anything else, as one that receives. */
  readonly isFilled?: true;
  /** It has notified the device of that, which has not wanted to be notified since. */
  readonly isNotified?: true;
}

/**
 * Adds a split virtqueue, with room for `depth` requests. With event indices each side writes the index at which it wants to
 * be told, and to want nothing writes nothing or parks the index; that an index which was passed comes round again after
 * 65536 requests is not modelled. Without them each side has a flag.
 * Source: Linux drivers/virtio/virtio_ring.c (6.12), QEMU hw/virtio/virtio.c `virtio_queue_split_set_notification`,
 * `virtio_split_should_notify` (7.2); VIRTIO 1.2, 2.7.7 and 2.7.10.
 */
export function virtqueue(
  m: ModelBuilder,
  depth: number,
  eventIdx: boolean,
  options: VirtqueueOptions = {},
): Virtqueue {
  const suffix = options.name === undefined ? '' : ` of ${options.name}`;
  const initial = options.isFilled ? depth : 0;
  const outstanding = m.field(`requests outstanding${suffix}`, { max: depth, initial });
  const available = m.field(`requests available${suffix}`, { max: depth, initial });
  const used = m.field(`requests used${suffix}`, { max: depth });
  const usedEnough = (s: State): boolean => (s[used] as number) > quarters(s[outstanding] as number);
  const notifications = eventIdx
    ? eventIndices(m, { outstanding, available, used }, depth, suffix, options)
    : flags(m, suffix, options);
  return {
    layout: options.layout ?? 'split',
    outstanding,
    available,
    used,
    ...notifications,
    add: (s) => {
      s[outstanding] = (s[outstanding] as number) + 1;
      s[available] = (s[available] as number) + 1;
      notifications.add(s);
    },
    pop: (s, isNotifying) => {
      s[available] = (s[available] as number) - 1;
      notifications.pop(s, isNotifying);
    },
    push: (s) => {
      s[used] = (s[used] as number) + 1;
      notifications.push(s);
    },
    enableCallDelayed: (s) => {
      notifications.enableCallDelayed(s);
      return !usedEnough(s);
    },
  };
}

/** Three quarters of the requests outstanding, as virtqueue_enable_cb_delayed_split rounds them. */
function quarters(outstanding: number): number {
  return (outstanding * 3) >> 2;
}

type Counts = Pick<Virtqueue, 'outstanding' | 'available' | 'used'>;
type Notifications = Omit<Virtqueue, keyof Counts | 'enableCallDelayed' | 'layout'> & {
  readonly enableCallDelayed: (s: State) => void;
};

const SPLIT_FLAGS = ['VRING_USED_F_NO_NOTIFY', 'VRING_AVAIL_F_NO_INTERRUPT'] as const;
const PACKED_FLAGS = ['device event flags', 'driver event flags'] as const;
const PACKED_OFFSETS = ['device event off_wrap', 'driver event off_wrap'] as const;

/** Where an event index may be, from `ahead` entries after the next to behind the last `atOnce` entries. */
function positions(ahead: number, atOnce: number): readonly string[] {
  const before = Array.from({ length: ahead }, (_, i) => `${String(ahead - i)} after the next entry`);
  const behind = Array.from({ length: atOnce - 1 }, (_, i) => `${String(i + 1)} before the last entry`);
  return [...before, 'at the next entry', 'at the last entry', ...behind, 'passed'];
}

function eventIndices(
  m: ModelBuilder,
  { outstanding, available, used }: Counts,
  depth: number,
  suffix: string,
  { addedAtOnce = 1, pushedAtOnce = 1, delaysCall, isNotified, layout }: VirtqueueOptions,
): Notifications {
  const [kickName, callName] = layout === 'packed' ? PACKED_OFFSETS : ['avail_event', 'used_event'];
  const kickPassed = addedAtOnce + 1;
  const availEvent = m.field(`${kickName}${suffix}`, {
    values: positions(0, addedAtOnce),
    initial: isNotified ? kickPassed : 0,
  });
  const ahead = delaysCall ? quarters(depth) : 0;
  const usedEvent = m.field(`${callName}${suffix}`, {
    values: positions(ahead, pushedAtOnce),
    initial: ahead,
  });
  const callPassed = ahead + pushedAtOnce + 1;
  return {
    add: (s) => {
      s[availEvent] = Math.min(kickPassed, (s[availEvent] as number) + 1);
    },
    needsKick: (s, added = 1) => s[availEvent] !== 0 && (s[availEvent] as number) <= added,
    pop: (s, isNotifying) => {
      if (isNotifying) s[availEvent] = Math.min(kickPassed, s[available] as number);
    },
    // What is not moved on is passed by the next request.
    disableKick: null,
    enableKick: (s, behind = 0) => {
      s[availEvent] = Math.min(kickPassed, behind);
    },
    enableKickAsRead: (s) => {
      s[availEvent] = Math.min(kickPassed, s[available] as number);
    },
    isKickEnabled: (s) => s[availEvent] === 0,
    push: (s) => {
      s[usedEvent] = Math.min(callPassed, (s[usedEvent] as number) + 1);
    },
    needsCall: (s, pushed = 1) =>
      (s[usedEvent] as number) > ahead && (s[usedEvent] as number) <= ahead + pushed,
    // The interrupt has passed the index (`event_triggered`); only if none has, the driver parks it.
    disableCall: (s, again) => {
      if (again) s[usedEvent] = callPassed;
    },
    enableCall: (s) => {
      s[usedEvent] = Math.min(callPassed, ahead + (s[used] as number));
    },
    enableCallDelayed: (s) => {
      const entry = (s[used] as number) - quarters(s[outstanding] as number);
      s[usedEvent] = Math.min(callPassed, ahead + entry);
    },
    isCallEnabled: (s) => (s[usedEvent] as number) <= ahead,
  };
}

function flags(m: ModelBuilder, suffix: string, { layout, isNotified }: VirtqueueOptions): Notifications {
  const values = layout === 'packed' ? ['ENABLE', 'DISABLE'] : ['clear', 'set'];
  const [kickName, callName] = layout === 'packed' ? PACKED_FLAGS : SPLIT_FLAGS;
  const noNotify = m.field(`${kickName}${suffix}`, { values, initial: isNotified ? 1 : 0 });
  const noInterrupt = m.field(`${callName}${suffix}`, { values });
  const write = (flag: Field, value: 0 | 1) => (s: State) => {
    s[flag] = value;
  };
  return {
    add: () => undefined,
    needsKick: (s) => s[noNotify] === 0,
    pop: () => undefined,
    disableKick: write(noNotify, 1),
    enableKick: write(noNotify, 0),
    enableKickAsRead: write(noNotify, 0),
    isKickEnabled: (s) => s[noNotify] === 0,
    push: () => undefined,
    needsCall: (s) => s[noInterrupt] === 0,
    disableCall: write(noInterrupt, 1),
    enableCall: write(noInterrupt, 0),
    enableCallDelayed: write(noInterrupt, 0),
    isCallEnabled: (s) => s[noInterrupt] === 0,
  };
}
