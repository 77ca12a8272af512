import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import { VIRTIO_NET } from '../parties.ts';
import { NET, VIRTIO } from './virtio-net.ts';

/** What handles commands is wired to. */
export interface NetControlWiring {
  readonly queue: Virtqueue;
  /** What a notification that finds nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler of the control queue: it answers each command in turn, and always wants to be notified. The driver wants no
 * interrupt, and the queue has no vector: only the first answer is one that QEMU thinks of (trace X3-net-vhost-off).
 * Source: QEMU hw/net/virtio-net.c `virtio_net_handle_ctrl` (7.2).
 */
export function netControl({ queue, emptyMark }: NetControlWiring): Procedure {
  const at = `${NET} virtio_net_handle_ctrl`;
  return procedure<string>(VIRTIO_NET, 'virtio_net_handle_ctrl', {
    'notify-queue': {
      at: `${VIRTIO} virtio_queue_notify_vq`,
      cost: 'deviceModel',
      emits: ['qemu:virtio_queue_notify n 2'],
      marks: [(s) => (s[queue.available] === 0 ? emptyMark : 'queue-notified')],
    },
    'look-for-command': {
      at: `${VIRTIO} virtio_queue_empty_rcu; ${at}`,
      do: (s) => (s[queue.available] === 0 ? RETURN : undefined),
    },
    'pop-command': {
      at: `${VIRTIO} virtqueue_pop; ${at} (virtio_net_handle_ctrl_iov)`,
      cost: 'virtqueuePop',
      marks: ['request-taken'],
      do: (s) => {
        queue.pop(s, true);
      },
    },
    'push-answer': {
      at: `${VIRTIO} virtqueue_push; ${at}`,
      cost: 'virtqueuePush',
      emits: [(s) => (queue.needsCall(s) ? 'qemu:virtio_notify' : '')],
      marks: ['request-used'],
      do: (s) => {
        queue.push(s);
        return 'look-for-command';
      },
    },
  });
}
