import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { MAIN_LOOP } from '../parties.ts';
import type { AioHandler } from './aio-context.ts';

/**
 * A descriptor that the main loop watches although it has been closed, and has another meaning by now: ppoll returns at
 * once, and the notifier that the handler reads is another and has nothing (EAGAIN). That the handler might find a
 * notification that is for the IOThread is left out.
 * Source: QEMU 75dcb4d790 ("virtio-blk: fix host notifier issues during dataplane start/stop").
 */
export function staleHandler(isStale: Field): AioHandler {
  return {
    name: 'stale-notifier',
    eventfd: { name: 'stale-notifier', count: isStale },
    handler: procedure(MAIN_LOOP, 'virtio_queue_host_notifier_read', {
      'read-stale-notifier': {
        at: 'QEMU hw/virtio/virtio.c virtio_queue_host_notifier_read (event_notifier_test_and_clear: EAGAIN)',
        cost: 'eventfdRead',
        emits: ['syscalls:sys_enter_read'],
      },
    }),
  };
}
