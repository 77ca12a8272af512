import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { TapQueue } from '../kernel/tap.ts';
import { MAIN_LOOP, TAP, VIRTIO_NET } from '../parties.ts';
import { aioNotify } from './aio-context.ts';
import type { AioNotifier } from './aio-context.ts';
import type { AvailIdx } from '../guest/avail-idx.ts';
import { NET, VIRTIO } from './virtio-net.ts';

/** A read of the tap: NET_BUFSIZE, 4 KiB and 64 KiB, is more than anything else is read with. */
export const TAP_READ = 'syscalls:sys_enter_read count: 0x11000';

/** What brings packets from the tap to the receive queue is wired to. */
export interface NetReceiveWiring {
  readonly availIdx: AvailIdx;
  readonly eventIdx: boolean;
  readonly tap: TapQueue;
  /** Buffers that a big packet takes; with 1 all take one. */
  readonly buffers: number;
  /** `virtio_notify`, once the driver is known to want it. */
  readonly notify: Procedure;
  /** What a notification that finds nothing to do is counted as. */
  readonly emptyMark: string;
  /**
   * After it wants notifications again, the device asks whether any buffer has been added since it counted them (9.1 and
   * later), or counts them once more and waits if they are still too few.
   */
  readonly asksForAny: boolean;
  readonly notifier: AioNotifier;
  /** Whether notifications are handled in another thread than the event loop's. */
  readonly inOtherThread: boolean;
}

/** The receive queue of a virtio-net device in QEMU, and the tap behind it. */
export interface NetReceive {
  /** The packet that QEMU has read and not delivered yet; it reads no other before. */
  readonly packet: Field;
  /** `tap_send`: the tap is readable. */
  readonly readTap: Procedure;
  /** `virtio_queue_notify_vq` and the queue's handler: the guest has added buffers. */
  readonly handleQueue: Procedure;
  /** Whether a packet waits that the guest has buffers for. */
  readonly couldDeliver: (s: State) => boolean;
}

/**
 * Adds what brings packets to the guest: QEMU reads one from the tap, looks whether there are buffers enough, fills them
 * and notifies if the driver wants it. If there are not enough it wants to be notified, and reads no more until then.
 * Source: QEMU net/tap.c `tap_send`, hw/net/virtio-net.c `virtio_net_receive_rcu`, `virtio_net_has_buffers`,
 * `virtio_net_handle_rx`, hw/virtio/virtio.c `virtio_queue_split_set_notification` (7.2, 9.1); trace X3-net-vhost-off.
 */
export function netReceive(m: ModelBuilder, wiring: NetReceiveWiring): NetReceive {
  const { availIdx, tap, buffers, eventIdx } = wiring;
  const { queue } = availIdx;
  const packet = m.field('packet read', { values: ['none', 'small', 'big'].slice(0, buffers > 1 ? 3 : 2) });
  const needed = (s: State): number => (s[packet] === 2 ? buffers : (s[packet] as number));
  const isEnough = (s: State): boolean => (s[queue.available] as number) >= needed(s);
  const at = `${NET} virtio_net_receive_rcu`;
  const hasBuffers = `${NET} virtio_net_has_buffers`;
  const setNotification = `${VIRTIO} virtio_queue_split_set_notification`;
  const enable: Record<string, Step> = eventIdx
    ? {
        'read-avail-idx': {
          at: `${setNotification} (vring_avail_idx)`,
          do: (s) => {
            availIdx.read(s);
          },
        },
        'write-avail-event': {
          at: `${setNotification} (vring_set_avail_event)`,
          do: (s) => {
            availIdx.writeEvent(s);
          },
        },
      }
    : {
        'enable-notification': {
          at: setNotification,
          do: (s) => {
            queue.enableKick(s);
          },
        },
      };
  const lookAgain: Record<string, Step> = wiring.asksForAny
    ? {
        'ask-for-any': {
          at: `${VIRTIO} virtio_queue_enable_notification_and_check (virtio_queue_poll)`,
          cost: 'virtqueueKick',
          do: (s) => {
            if (availIdx.hasChanged(s)) return 'count-buffers';
            availIdx.forget(s);
            return RETURN;
          },
        },
      }
    : {
        'count-again': {
          at: `${hasBuffers} (virtqueue_avail_bytes)`,
          cost: 'virtqueueKick',
          do: (s) => (isEnough(s) ? undefined : RETURN),
        },
      };
  const receive = procedure<string>(VIRTIO_NET, 'virtio_net_receive', {
    'count-buffers': {
      at: `${hasBuffers} (virtqueue_get_avail_bytes)`,
      cost: 'virtqueueKick',
      do: (s) => {
        if (isEnough(s)) return 'disable-notification';
        if (wiring.asksForAny) availIdx.look(s);
        return undefined;
      },
    },
    ...enable,
    ...lookAgain,
    'disable-notification': {
      at: `${VIRTIO} virtio_queue_set_notification (0); ${hasBuffers}`,
      do: (s) => {
        queue.disableKick?.(s);
      },
    },
    'fill-buffers': {
      at: `${VIRTIO} virtqueue_pop, virtqueue_fill; ${at}`,
      cost: 'virtqueuePop',
      marks: ['request-taken'],
      do: (s) => {
        for (let n = needed(s); n > 0; n--) queue.pop(s, false);
      },
    },
    'flush-buffers': {
      at: `${VIRTIO} virtqueue_flush; ${at}`,
      cost: 'virtqueuePush',
      marks: ['request-used'],
      do: (s) => {
        for (let n = needed(s); n > 0; n--) queue.push(s);
      },
    },
    'should-notify': {
      at: `${VIRTIO} virtio_notify (virtio_should_notify)`,
      cost: 'virtqueueKick',
      emits: [(s) => (queue.needsCall(s, needed(s)) ? 'qemu:virtio_notify' : '')],
      marks: [(s) => (queue.needsCall(s, needed(s)) ? 'call' : 'call-suppressed')],
      do: (s) => (queue.needsCall(s, needed(s)) ? undefined : 'packet-delivered'),
      call: wiring.notify,
    },
    'packet-delivered': {
      at: `${at} (returns its size)`,
      do: (s) => {
        s[packet] = 0;
      },
    },
  });
  return {
    packet,
    couldDeliver: (s) => s[packet] !== 0 && isEnough(s),
    readTap: procedure<string>(MAIN_LOOP, 'tap_send', {
      'read-tap': {
        at: 'QEMU net/tap.c tap_send (tap_read_packet)',
        cost: 'syscall',
        emits: [TAP_READ],
        choose: (s) => (s[tap.packets] === 0 ? 1 : Math.min(2, buffers)),
        do: (s, choice) => {
          if (s[tap.packets] === 0) return RETURN;
          s[tap.packets] = (s[tap.packets] as number) - 1;
          s[packet] = 1 + choice;
          return undefined;
        },
        call: procedure(TAP, 'tun_chr_read_iter', {
          'copy-packet': { at: 'Linux drivers/net/tun.c tun_put_user', cost: 'packetCopy' },
        }),
      },
      'deliver-packet': { at: 'QEMU net/net.c qemu_deliver_packet_iov', cost: 'deviceModel', call: receive },
      'next-packet': {
        at: 'QEMU net/tap.c tap_send (tap_read_poll off if the packet is kept)',
        do: (s) => (s[packet] === 0 ? 'read-tap' : RETURN),
      },
    }),
    handleQueue: procedure<string>(VIRTIO_NET, 'virtio_net_handle_rx', {
      'notify-queue': {
        at: `${VIRTIO} virtio_queue_notify_vq; ${NET} virtio_net_handle_rx (qemu_flush_queued_packets)`,
        cost: 'deviceModel',
        emits: ['qemu:virtio_queue_notify n 0'],
        marks: [(s) => (s[packet] === 0 ? wiring.emptyMark : 'queue-notified')],
        do: (s) => (s[packet] === 0 ? RETURN : undefined),
        call: receive,
      },
      ...(wiring.inOtherThread
        ? aioNotify(wiring.notifier)
        : { 'read-tap-again': { at: 'QEMU net/tap.c tap_send_completed (tap_read_poll on)' } }),
    }),
  };
}
