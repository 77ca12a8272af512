import type { ModelBuilder } from '../../engine/model.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VIRTIO_DRIVER } from '../parties.ts';
import type { PollWiring } from './virtio-net-driver.ts';
import { notifySteps } from './virtqueue-driver.ts';

const RING = 'Linux drivers/virtio/virtio_ring.c';
const NET = 'Linux drivers/net/virtio_net.c';

/** What polls the receive queue is wired to. */
export interface ReceiveWiring extends PollWiring {
  readonly depth: number;
  /** The function that writes to the notification register. */
  readonly notifyAt: string;
}

/**
 * The softirq takes what has been received, buffer by buffer, fills the queue up when more than an eighth of it is empty
 * (`min(budget, size) / 2` of 256 entries), notifying if the device waits for buffers, wants interrupts again, and looks
 * once more.
 * Source: Linux drivers/net/virtio_net.c `virtnet_poll`, `virtnet_receive`, `try_fill_recv`,
 * `virtqueue_napi_complete` (6.12).
 */
export function virtnetPoll(m: ModelBuilder, wiring: ReceiveWiring): Procedure {
  const { queue, napi, cpu, interrupt, looksAgain, depth } = wiring;
  const { used, outstanding } = queue;
  const added = m.field('buffers added', { max: depth });
  const at = `${NET} virtnet_poll`;
  return procedure<string>(VIRTIO_DRIVER, 'virtnet_poll', {
    'receive-packet': {
      at: `${NET} virtnet_receive (virtqueue_get_buf)`,
      do: (s) => (s[used] === 0 ? 'check-free' : undefined),
    },
    'receive-buffer': {
      at: `${NET} receive_buf`,
      cost: 'virtqueueGet',
      do: (s) => {
        s[used] = (s[used] as number) - 1;
        s[outstanding] = (s[outstanding] as number) - 1;
        return 'receive-packet';
      },
    },
    'check-free': {
      at: `${NET} virtnet_receive (num_free)`,
      do: (s) => (depth - (s[outstanding] as number) > depth >> 3 ? undefined : 'enable-callback'),
      local: true,
    },
    'add-buffer': {
      at: `${NET} try_fill_recv; ${RING} virtqueue_add_split (avail->idx)`,
      cost: 'virtqueueAdd',
      do: (s) => {
        queue.add(s);
        s[added] = (s[added] as number) + 1;
        return s[outstanding] === depth ? undefined : 'add-buffer';
      },
    },
    'prepare-kick': {
      at: `${RING} virtqueue_kick_prepare_split; ${NET} try_fill_recv`,
      cost: 'virtqueueKick',
      marks: [(s) => (queue.needsKick(s, s[added]) ? 'kick' : 'kick-suppressed')],
      do: (s) => (queue.needsKick(s, s[added]) ? undefined : 'filled'),
    },
    ...notifySteps(wiring),
    filled: {
      at: `${NET} try_fill_recv (returns)`,
      do: (s) => {
        s[added] = 0;
      },
      local: true,
    },
    'enable-callback': {
      at: `${NET} virtqueue_napi_complete (virtqueue_enable_cb_prepare)`,
      do: (s) => {
        queue.enableCall(s);
      },
    },
    ...cpu.withIrqsOn(interrupt, at, 'napi-complete', {
      'napi-complete': {
        at: `Linux net/core/dev.c napi_complete_done; ${NET} virtqueue_napi_complete`,
        cost: 'napiComplete',
        do: (s) => {
          if (!napi.complete(s)) return 'disable-again';
          return looksAgain ? 'look-again' : RETURN;
        },
      },
    }),
    'disable-again': {
      at: `${NET} virtqueue_napi_complete (virtqueue_disable_cb)`,
      do: (s) => {
        queue.disableCall(s, true);
        return RETURN;
      },
    },
    'look-again': {
      at: `${RING} virtqueue_poll; ${NET} virtqueue_napi_complete`,
      cost: 'virtqueueKick',
      do: (s) => (s[used] === 0 ? RETURN : undefined),
    },
    'schedule-again': {
      at: `${NET} virtqueue_napi_schedule (virtqueue_disable_cb, __napi_schedule)`,
      do: (s) => {
        queue.disableCall(s, true);
        napi.schedule(s);
      },
    },
  });
}
