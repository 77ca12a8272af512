import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import { VIRTIO_NET } from '../parties.ts';
import { NET, VIRTIO } from './virtio-net.ts';

/** What QEMU's own handler of a transmit queue is wired to that vhost serves. */
export interface HandoverWiring {
  readonly queue: Virtqueue;
  readonly depth: number;
  /** 1 while the link is down; null if it never is. */
  readonly linkDown: Field | null;
  /** Whether QEMU knows an index that vhost has left behind. */
  readonly isBehind: (s: State) => boolean;
  /** Whether the handler looks whether vhost has the queue, as from QEMU 9.0 on. */
  readonly knowsVhost: boolean;
  /** `virtio_notify`, once the driver is known to want it. */
  readonly notify: Procedure;
}

/** QEMU's own handler of such a queue. */
export interface HandedOverQueue {
  /** While vhost is started, which it still or already is when it gives the notifier back or takes it. */
  readonly whileVhost: Procedure;
  /** While the link is down; the same if it never is. */
  readonly alone: Procedure;
}

/**
 * Adds what QEMU does when a notification of a queue reaches it that vhost serves: nothing, or, before QEMU 9.0, it turns
 * notifications off and schedules a flush, which is cancelled as vhost has been started by then. While the link is down it
 * gives back all packets at once. That a stopped VM is another reason to do nothing is left out.
 * Source: QEMU hw/net/virtio-net.c `virtio_net_handle_tx_bh`, `virtio_net_set_status`, `virtio_net_drop_tx_queue_data`,
 * hw/virtio/virtio.c `virtqueue_split_drop_all` (7.2); 4c54f5bc8e (9.0). No trace of a link that is down has been captured.
 */
export function handedOverQueue(m: ModelBuilder, wiring: HandoverWiring): HandedOverQueue {
  const { linkDown, isBehind, knowsVhost } = wiring;
  const at = `${VIRTIO} virtio_queue_notify_vq; ${NET} virtio_net_handle_tx_bh`;
  const notified: Step = {
    at,
    cost: 'deviceModel',
    emits: ['qemu:virtio_queue_notify n 1'],
    marks: [(s) => (isBehind(s) ? 'stale-index' : 'queue-notified')],
  };
  const ignored = procedure<string>(VIRTIO_NET, 'virtio_queue_notify_vq(vhost_started)', {
    'notify-queue-of-vhost': {
      ...notified,
      at: `${at} (${knowsVhost ? 'n->vhost_started' : '!vdev->vm_running, or a reset follows'})`,
    },
  });
  if (linkDown === null) return { whileVhost: ignored, alone: ignored };
  const disable = knowsVhost ? null : wiring.queue.disableKick;
  const alone = procedure<string>(VIRTIO_NET, 'virtio_queue_notify_vq', {
    'notify-queue': {
      ...notified,
      do: (s) => {
        if (s[linkDown] === 1) return 'look-for-dropped';
        return disable === null ? RETURN : undefined;
      },
    },
    ...(disable === null
      ? {}
      : {
          'notifications-off': {
            at: `${NET} virtio_net_handle_tx_bh (virtio_queue_set_notification 0, qemu_bh_schedule)`,
            do: (s: State) => {
              disable(s);
              return RETURN;
            },
          },
        }),
    ...dropSteps(m, wiring),
  });
  return { whileVhost: knowsVhost ? ignored : alone, alone };
}

function dropSteps(m: ModelBuilder, { queue, depth, notify }: HandoverWiring): Record<string, Step> {
  const dropped = m.field('packets dropped', { max: depth });
  const at = `${VIRTIO} virtqueue_split_drop_all`;
  return {
    'look-for-dropped': {
      at: `${at} (virtio_queue_empty); ${NET} virtio_net_drop_tx_queue_data`,
      do: (s) => {
        if (s[queue.available] !== 0) return undefined;
        return s[dropped] === 0 ? RETURN : 'notify-of-dropped';
      },
    },
    'drop-packet': {
      at: `${at} (vring_set_avail_event, virtqueue_push)`,
      cost: 'virtqueuePush',
      marks: ['request-taken', 'packet-dropped'],
      do: (s) => {
        queue.pop(s, true);
        queue.push(s);
        s[dropped] = Math.min(depth, (s[dropped] as number) + 1);
        return 'look-for-dropped';
      },
    },
    'notify-of-dropped': {
      at: `${VIRTIO} virtio_notify (virtio_should_notify)`,
      cost: 'virtqueueKick',
      do: (s) => {
        const isWanted = queue.needsCall(s, s[dropped]);
        s[dropped] = 0;
        return isWanted ? undefined : RETURN;
      },
      call: notify,
    },
  };
}
