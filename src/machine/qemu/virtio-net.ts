import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step, Tracepoint } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import { tapWrite } from '../kernel/tap.ts';
import { VIRTIO_NET } from '../parties.ts';
import { aioNotification, aioNotify } from './aio-context.ts';
import type { AioNotifier } from './aio-context.ts';

export const VIRTIO = 'QEMU hw/virtio/virtio.c';
export const NET = 'QEMU hw/net/virtio-net.c';

/** What takes packets from the transmit queue is wired to. */
export interface NetTxWiring {
  readonly queue: Virtqueue;
  /** Packets after which a flush ends (`x-txburst`); null if none ever does before the queue is empty. */
  readonly burst: number | null;
  /** `virtio_notify`, once the driver is known to want it. */
  readonly notify: Procedure;
}

/** The transmit queue of a virtio-net device in QEMU. */
export interface NetTxQueue {
  /** `vq->notification`: whether the device wants to be notified. */
  readonly notification: Field;
  /** Packets of this flush, as far as anybody asks: whether there were any, and without a burst no more than that. */
  readonly flushed: Field;
  /** Whether the flush has ended with its burst. */
  readonly isBurst: (s: State) => boolean;
  /** `virtio_queue_set_notification`. */
  readonly setNotification: (value: 0 | 1, s: State) => void;
  /** `virtio_net_flush_tx`. */
  readonly flush: Procedure;
}

/**
 * Adds what takes packets from the transmit queue: each is written to the tap, given back, and the driver notified if it
 * wants to be. While the device wants notifications, each packet it takes moves on where it wants them.
 * Source: QEMU hw/net/virtio-net.c `virtio_net_flush_tx`, hw/virtio/virtio.c `virtqueue_split_pop`,
 * `vring_set_avail_event`, net/tap.c `tap_receive_iov` (7.2); trace X3-net-vhost-off.
 */
export function netTxQueue(m: ModelBuilder, { queue, burst, notify }: NetTxWiring): NetTxQueue {
  const notification = m.field('vq->notification of tx', { initial: 1, values: ['off', 'on'] });
  const most = burst ?? 1;
  const flushed = m.field('packets flushed', { max: most });
  const setNotification = (value: 0 | 1, s: State): void => {
    s[notification] = value;
    if (value === 1) queue.enableKick(s);
    else queue.disableKick?.(s);
  };
  const at = `${NET} virtio_net_flush_tx`;
  const flush = procedure<string>(VIRTIO_NET, 'virtio_net_flush_tx', {
    'look-for-packet': {
      at: `${VIRTIO} virtio_queue_empty_rcu; ${at}`,
      do: (s) => (s[queue.available] === 0 ? RETURN : undefined),
    },
    'pop-packet': {
      at: `${VIRTIO} virtqueue_pop; ${at} (the header)`,
      cost: 'virtqueuePop',
      marks: ['request-taken'],
      do: (s) => {
        queue.pop(s, s[notification] === 1);
      },
    },
    'write-tap': {
      at: 'QEMU net/tap.c tap_receive_iov (writev)',
      cost: 'syscall',
      emits: ['syscalls:sys_enter_writev'],
      call: tapWrite(),
    },
    'push-packet': {
      at: `${VIRTIO} virtqueue_push; ${at}`,
      cost: 'virtqueuePush',
      marks: ['request-used'],
      do: (s) => {
        queue.push(s);
      },
    },
    'should-notify': {
      at: `${VIRTIO} virtio_notify (virtio_should_notify)`,
      cost: 'virtqueueKick',
      emits: [(s) => (queue.needsCall(s) ? 'qemu:virtio_notify' : '')],
      marks: [(s) => (queue.needsCall(s) ? 'call' : 'call-suppressed')],
      do: (s) => (queue.needsCall(s) ? undefined : 'next-packet'),
      call: notify,
    },
    'next-packet': {
      at: `${at} (++num_packets >= n->tx_burst)`,
      do: (s) => {
        s[flushed] = Math.min(most, (s[flushed] as number) + 1);
        return s[flushed] === burst ? RETURN : 'look-for-packet';
      },
    },
  });
  return { notification, flushed, isBurst: (s) => s[flushed] === burst, setNotification, flush };
}

/** What runs a transmit queue with a bottom half is wired to. */
export interface TxBottomHalfWiring {
  readonly tx: NetTxQueue;
  readonly queue: Virtqueue;
  /** What a notification that finds nothing is counted as. */
  readonly emptyMark: string;
  /** False leaves out the second look after notifications are wanted again, to see what it is for. */
  readonly looksAgain: boolean;
  readonly notifier: AioNotifier;
  /** Whether notifications are handled in another thread than the event loop's. */
  readonly inOtherThread: boolean;
}

/** A transmit queue that is flushed in the event loop some time after its notification. */
export interface TxHandling {
  /** `virtio_queue_notify_vq` and the queue's handler, in the context of whoever brings the notification. */
  readonly handleQueue: Procedure;
  /** What the event loop does for it, when. */
  readonly isDue: (s: State) => boolean;
  readonly run: Procedure;
  /** Whether nothing is under way between notification and flush. */
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds the handling with `tx=bh`: a notification turns notifications off and schedules a bottom half, which flushes the
 * queue, turns them on again and flushes what has come meanwhile; if that was anything, or the burst was full, it is
 * scheduled once more.
 * Source: QEMU hw/net/virtio-net.c `virtio_net_handle_tx_bh`, `virtio_net_tx_bh` (7.2); trace X3-net-vhost-off.
 */
export function txBottomHalf(m: ModelBuilder, wiring: TxBottomHalfWiring): TxHandling {
  const { tx, queue, notifier, looksAgain } = wiring;
  const written = aioNotification(notifier);
  const waiting = m.field('tx_waiting', { values: ['no', 'bottom half scheduled'] });
  const schedule = (s: State): void => {
    s[waiting] = 1;
    written.notify(s);
  };
  const writtenIf = written.emits.map((emit): Tracepoint => (after, before) => {
    if (after[waiting] === 0) return '';
    return typeof emit === 'string' ? emit : emit(after, before);
  });
  const at = `${NET} virtio_net_tx_bh`;
  return {
    isDue: (s) => s[waiting] === 1,
    isAtRest: (s) => s[waiting] === 0,
    handleQueue: procedure<string>(VIRTIO_NET, 'virtio_net_handle_tx_bh', {
      'notify-queue': {
        at: `${VIRTIO} virtio_queue_notify_vq; ${NET} virtio_net_handle_tx_bh (tx_waiting)`,
        cost: 'deviceModel',
        emits: ['qemu:virtio_queue_notify n 1'],
        marks: [(s) => (s[queue.available] === 0 ? wiring.emptyMark : 'queue-notified')],
        do: (s) => (s[waiting] === 1 ? RETURN : undefined),
      },
      'schedule-tx': {
        at: `${NET} virtio_net_handle_tx_bh (virtio_queue_set_notification 0, qemu_bh_schedule)`,
        do: (s) => {
          tx.setNotification(0, s);
          s[waiting] = 1;
        },
      },
      ...(wiring.inOtherThread ? aioNotify(notifier) : {}),
    }),
    run: procedure<string>(VIRTIO_NET, 'virtio_net_tx_bh', {
      'tx-bottom-half': {
        at: `${at} (tx_waiting = 0)`,
        cost: 'deviceModel',
        do: (s) => {
          s[waiting] = 0;
        },
        call: tx.flush,
      },
      ...flushAgain({ tx, at, how: 'qemu_bh_schedule', schedule, emits: writtenIf, looksAgain }),
    }),
  };
}

/** How a flush that is due goes on. */
interface FlushAgainWiring {
  readonly tx: NetTxQueue;
  /** The function that flushes, and what it calls to be called again. */
  readonly at: string;
  readonly how: string;
  readonly schedule: (s: State) => void;
  readonly emits: readonly Tracepoint[];
  readonly looksAgain: boolean;
}

/**
 * What follows a flush: it is put off if its burst was full; otherwise notifications are wanted again, what has come
 * meanwhile is flushed too, and if that was anything, it is put off as well.
 */
export function flushAgain({ tx, at, how, emits, ...wiring }: FlushAgainWiring): Record<string, Step> {
  const putOff = (s: State): typeof RETURN => {
    tx.setNotification(0, s);
    s[tx.flushed] = 0;
    wiring.schedule(s);
    return RETURN;
  };
  return {
    'check-burst': {
      at: `${at} (ret >= n->tx_burst: ${how})`,
      emits,
      do: (s) => {
        if (tx.isBurst(s)) return putOff(s);
        s[tx.flushed] = 0;
        return undefined;
      },
    },
    'enable-notification': {
      at: `${at} (virtio_queue_set_notification 1)`,
      do: (s) => {
        tx.setNotification(1, s);
        return wiring.looksAgain ? undefined : RETURN;
      },
    },
    'flush-again': { at: `${at} (flushes what has come meanwhile)`, cost: 'virtqueueKick', call: tx.flush },
    'check-found': {
      at: `${at} (ret > 0: virtio_queue_set_notification 0, ${how})`,
      emits,
      do: (s) => (s[tx.flushed] === 0 ? RETURN : putOff(s)),
    },
  };
}
