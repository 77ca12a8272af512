import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { VIRTIO_DRIVER } from '../parties.ts';
import { eitherWithQueue } from '../queue-marks.ts';
import type { DriverCpu } from './driver-cpu.ts';
import type { Napi } from './napi.ts';
import { notifySteps } from './virtqueue-driver.ts';
import type { Virtqueue } from './virtqueue.ts';

const RING = 'Linux drivers/virtio/virtio_ring.c';
const NET = 'Linux drivers/net/virtio_net.c';

/** One queue of a network device as its driver uses it. */
export interface NetQueue {
  readonly queue: Virtqueue;
  readonly eventIdx: boolean;
  readonly napi: Napi;
}

/** What sends a packet is wired to. */
export interface StartXmitWiring extends NetQueue {
  readonly cpu: DriverCpu;
  /** The function that writes to the notification register. */
  readonly notifyAt: string;
  /** What an interrupt runs that comes in between. */
  readonly interrupt: Procedure;
  /** What adding the packet ends: the wish to send it. */
  readonly submitted: (s: State) => void;
  /** What its notifications are counted for besides; absent if there is no other queue. */
  readonly countedFor?: string;
}

/** Packets that the device has sent are freed, one after the other, until none is left; then `then` follows. */
function freeOldXmit({ used, outstanding }: Virtqueue, then: string): Record<string, Step> {
  return {
    'free-old-xmit': {
      at: `${NET} free_old_xmit (virtqueue_get_buf)`,
      do: (s) => (s[used] === 0 ? then : undefined),
    },
    'free-packet': {
      at: `${NET} free_old_xmit (napi_consume_skb)`,
      cost: 'virtqueueGet',
      do: (s) => {
        s[used] = (s[used] as number) - 1;
        s[outstanding] = (s[outstanding] as number) - 1;
        return 'free-old-xmit';
      },
    },
  };
}

/**
 * The driver sends one packet, with bottom halves off and interrupts on: it frees what the device has sent, wants to be
 * interrupted when three quarters of the rest are, adds the packet and notifies if the device wants it.
 * An interrupt that comes between these steps is taken before the notification.
 * Source: Linux drivers/net/virtio_net.c `start_xmit` with `napi_tx` (6.12); traces X3-net-vhost-off, -on.
 */
export function startXmit(wiring: StartXmitWiring): Procedure {
  const { queue, cpu, interrupt } = wiring;
  return procedure<string>(VIRTIO_DRIVER, 'start_xmit', {
    ...cpu.withIrqsOn(interrupt, `${NET} start_xmit`, 'disable-callback', {
      'disable-callback': {
        at: `${NET} start_xmit (virtqueue_disable_cb)`,
        do: (s) => {
          queue.disableCall(s, true);
        },
      },
    }),
    ...freeOldXmit(queue, 'enable-callback-delayed'),
    'enable-callback-delayed': {
      at: `${RING} virtqueue_enable_cb_delayed_split; ${NET} start_xmit`,
      cost: 'virtqueueKick',
      do: (s) => (queue.enableCallDelayed(s) ? undefined : 'disable-callback'),
    },
    'add-packet': {
      at: `${RING} virtqueue_add_split (avail->idx); ${NET} xmit_skb`,
      cost: 'virtqueueAdd',
      marks: ['assert'],
      do: (s) => {
        queue.add(s);
        wiring.submitted(s);
      },
    },
    'prepare-kick': {
      at: `${RING} virtqueue_kick_prepare_split; ${NET} start_xmit`,
      cost: 'virtqueueKick',
      marks: eitherWithQueue((s) => queue.needsKick(s), 'kick', 'kick-suppressed', wiring.countedFor),
      do: (s) => (queue.needsKick(s) ? undefined : RETURN),
    },
    ...notifySteps(wiring),
  });
}

/** What the handler of a queue's interrupt is wired to. */
export interface NapiInterruptWiring extends NetQueue {
  /** The driver's function for the queue. */
  readonly callbackAt: 'skb_xmit_done' | 'skb_recv_done';
  /** What an interrupt that finds nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler of a queue's interrupt: it wants no more of them and leaves the queue to a softirq.
 * Source: Linux drivers/virtio/virtio_ring.c `vring_interrupt`, drivers/net/virtio_net.c `skb_xmit_done`,
 * `skb_recv_done`, `virtqueue_napi_schedule` (6.12).
 */
export function napiInterrupt(wiring: NapiInterruptWiring): Procedure {
  const { queue, eventIdx, napi, callbackAt } = wiring;
  const disableAt = `${RING} virtqueue_disable_cb_split; ${NET} ${callbackAt}`;
  return procedure<string>(VIRTIO_DRIVER, 'vring_interrupt', {
    'vring-interrupt': {
      at: `${RING} vring_interrupt (more_used)`,
      cost: 'guestHandler',
      do: (s) => (s[queue.used] === 0 ? 'irq-none' : undefined),
    },
    'interrupt-disables-callback': eventIdx
      ? { at: `${disableAt} (event_triggered: nothing is written)` }
      : {
          at: disableAt,
          do: (s) => {
            queue.disableCall(s, false);
          },
        },
    'schedule-napi': {
      at: `${NET} virtqueue_napi_schedule (__napi_schedule)`,
      do: (s) => {
        napi.schedule(s);
        return RETURN;
      },
      local: true,
    },
    'irq-none': { at: `${RING} vring_interrupt (returns IRQ_NONE: no work)`, marks: [wiring.emptyMark] },
  });
}

/** What polls a queue is wired to. */
export interface PollWiring extends NetQueue {
  readonly cpu: DriverCpu;
  readonly interrupt: Procedure;
  /** False leaves out the second look after interrupts are wanted again, to see what it is for. */
  readonly looksAgain: boolean;
}

/**
 * The softirq frees what the device has sent, wants interrupts again, and looks once more.
 * Source: Linux drivers/net/virtio_net.c `virtnet_poll_tx` (6.12).
 */
export function virtnetPollTx({ queue, napi, cpu, interrupt, looksAgain }: PollWiring): Procedure {
  const at = `${NET} virtnet_poll_tx`;
  return procedure<string>(VIRTIO_DRIVER, 'virtnet_poll_tx', {
    'poll-disables-callback': {
      at: `${at} (virtqueue_disable_cb)`,
      do: (s) => {
        queue.disableCall(s, true);
      },
    },
    ...freeOldXmit(queue, 'enable-callback'),
    'enable-callback': {
      at: `${at} (virtqueue_enable_cb_prepare)`,
      do: (s) => {
        queue.enableCall(s);
      },
    },
    ...cpu.withIrqsOn(interrupt, at, 'napi-complete', {
      'napi-complete': {
        at: `Linux net/core/dev.c napi_complete_done; ${at}`,
        cost: 'napiComplete',
        do: (s) => {
          if (!napi.complete(s)) return 'disable-again';
          return looksAgain ? 'look-again' : RETURN;
        },
      },
    }),
    'disable-again': {
      at: `${at} (virtqueue_disable_cb)`,
      do: (s) => {
        queue.disableCall(s, true);
        return RETURN;
      },
    },
    'look-again': {
      at: `${RING} virtqueue_poll; ${at}`,
      cost: 'virtqueueKick',
      do: (s) => (s[queue.used] === 0 ? RETURN : undefined),
    },
    'schedule-again': {
      at: `${at} (virtqueue_disable_cb, __napi_schedule)`,
      do: (s) => {
        queue.disableCall(s, true);
        napi.schedule(s);
      },
    },
  });
}
