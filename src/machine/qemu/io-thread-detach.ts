import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Step } from '../../engine/step.ts';
import { IO_THREAD } from '../parties.ts';
import { aioNotification } from './aio-context.ts';
import type { AioNotifier, BottomHalf } from './aio-context.ts';
import { detachSteps } from './notifier-detach.ts';
import type { DetachWiring } from './notifier-detach.ts';

/** What another thread has an IOThread do, and waits for. */
export interface StopBottomHalf {
  /** How the other thread asks and waits. */
  readonly wait: Record<string, Step>;
  /** The bottom halves of the IOThread with this one, which comes first. */
  readonly bottomHalf: BottomHalf;
}

/**
 * Adds the bottom half in which an IOThread lets go of a notifier, so that no handler of it can be running or be about
 * to when the other thread goes on. Source: QEMU util/aio-wait.c `aio_wait_bh_oneshot`,
 * hw/block/dataplane/virtio-blk.c `virtio_blk_data_plane_stop_bh` (7.2).
 */
export function stopBottomHalf(
  m: ModelBuilder,
  notifier: AioNotifier,
  others: BottomHalf,
  wiring: DetachWiring,
): StopBottomHalf {
  const { notify } = aioNotification(notifier);
  const scheduled = m.field('stop bottom half', { values: ['none', 'scheduled'] });
  const isScheduled = (s: State): boolean => s[scheduled] === 1;
  return {
    wait: {
      'schedule-stop': {
        at: 'QEMU util/aio-wait.c aio_wait_bh_oneshot (aio_bh_schedule_oneshot, aio_notify)',
        cost: 'eventfdSignal',
        do: (s) => {
          s[scheduled] = 1;
          notify(s);
        },
      },
      'wait-for-stop': {
        at: 'QEMU util/aio-wait.c aio_wait_bh_oneshot (AIO_WAIT_WHILE)',
        when: (s) => !isScheduled(s),
        local: true,
      },
    },
    bottomHalf: {
      isScheduled: (s) => isScheduled(s) || others.isScheduled(s),
      run: procedure<string>(IO_THREAD, 'aio_bh_poll', {
        'next-bottom-half': {
          at: 'QEMU util/async.c aio_bh_poll',
          do: (s) => (isScheduled(s) ? undefined : 'run-completions'),
        },
        ...detachSteps(wiring),
        'stop-done': {
          at: 'QEMU util/aio-wait.c aio_wait_bh (data->done)',
          do: (s) => {
            s[scheduled] = 0;
            return others.isScheduled(s) ? undefined : RETURN;
          },
        },
        'run-completions': { at: 'QEMU util/async.c aio_bh_call', call: others.run },
      }),
    },
  };
}
