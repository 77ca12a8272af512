import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { MAIN_LOOP } from '../parties.ts';
import type { BottomHalf } from './aio-context.ts';

/**
 * What `qemu_notify_event` schedules: nothing but another round of the main loop, in which it asks its character devices
 * whether there is room again. Source: QEMU util/main-loop.c `qemu_notify_event`, `notify_event_cb` (7.2).
 */
export function notifyEventHalf(scheduled: Field): BottomHalf {
  return {
    isScheduled: (s) => s[scheduled] === 1,
    run: procedure(MAIN_LOOP, 'notify_event_cb', {
      'notify-event': {
        at: 'QEMU util/main-loop.c notify_event_cb (nothing to do but to ask again)',
        do: (s) => {
          s[scheduled] = 0;
        },
      },
    }),
  };
}
