import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { SPDK } from '../parties.ts';
import type { BackendProcessWiring } from './storage-daemon.ts';

const BLK = 'SPDK lib/vhost/vhost_blk.c';
const RTE = 'SPDK lib/vhost/rte_vhost_user.c';

/**
 * Adds what a reactor of SPDK does for a vhost-user-blk disk: it never sleeps, wants no notifications from its start on,
 * and looks at the ring and at its disk again and again. What the guest wants no interrupt for is not forgotten: it is
 * asked about each time, until the guest wants one, which may then find nothing. SPDK does not offer event indices; the
 * coalescing of interrupts that it can be told to do is left out, and so is that it takes 32 requests at once at most.
 * Source: SPDK lib/vhost/vhost_blk.c `vdev_worker`, `process_vq`, lib/vhost/rte_vhost_user.c `vhost_vq_avail_ring_get`,
 * `vhost_vq_used_ring_enqueue`, `vhost_session_vq_used_signal`; the name of what turns notifications off is from memory.
 * No trace of it has been captured.
 */
export function spdkVhost(
  m: ModelBuilder,
  wiring: Pick<BackendProcessWiring, 'queue' | 'disk' | 'call'>,
): Procedure {
  const { queue, disk, call } = wiring;
  const unsignalled = m.field('used_req_cnt', { values: ['0', '1 or more'] });
  const mayCall = (s: State): boolean => s[unsignalled] === 1 && queue.needsCall(s);
  const isMore = (s: State): boolean => s[queue.available] !== 0;
  return procedure<string>(SPDK, 'vdev_worker', {
    'disable-notification': {
      at: `${RTE} (rte_vhost_enable_guest_notification 0)`,
      do: (s) => {
        queue.disableKick?.(s);
      },
    },
    'poll-queue': {
      at: `${BLK} vdev_worker (process_vq); ${RTE} vhost_vq_avail_ring_get`,
      rest: true,
      // It does not sleep.
      runsGuest: true,
      when: (s) => isMore(s) || s[disk.done] !== 0 || mayCall(s),
      do: (s) => {
        if (isMore(s)) return undefined;
        return s[disk.done] === 0 ? 'used-signal' : 'push-request';
      },
    },
    'process-request': {
      at: `${BLK} process_blk_task (spdk_bdev_readv)`,
      cost: 'virtqueuePop',
      marks: ['request-taken'],
      do: (s) => {
        queue.pop(s, false);
        s[disk.queued] = (s[disk.queued] as number) + 1;
        return 'poll-queue';
      },
    },
    'push-request': {
      at: `${BLK} blk_request_complete_cb; ${RTE} vhost_vq_used_ring_enqueue`,
      cost: 'virtqueuePush',
      marks: ['request-used'],
      do: (s) => {
        s[disk.done] = (s[disk.done] as number) - 1;
        queue.push(s);
        s[unsignalled] = 1;
      },
    },
    'used-signal': {
      at: `${RTE} vhost_session_vq_used_signal (vhost_vq_event_is_suppressed)`,
      cost: 'virtqueueKick',
      marks: [(s) => (s[unsignalled] === 0 ? 'call' : 'call-suppressed')],
      do: (s) => {
        const isWanted = queue.needsCall(s);
        if (isWanted) s[unsignalled] = 0;
        return isWanted ? undefined : 'poll-queue';
      },
      call,
    },
    'polled-once': { at: `${BLK} vdev_worker (returns)`, do: () => 'poll-queue' },
  });
}
