import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Party, Procedure, Step } from '../../engine/step.ts';
import { aioNotification } from './aio-context.ts';
import type { AioNotifier, BottomHalf } from './aio-context.ts';

/** A bottom half of a device, by the name that it has in labels. */
export interface NamedBottomHalf extends BottomHalf {
  readonly name: string;
}

/**
 * `qemu_bh_schedule` from another thread than the event loop's own: marks the bottom half, and writes the loop's eventfd
 * if the loop waits or is about to. Source: QEMU util/async.c `aio_bh_enqueue`, `aio_notify` (7.2).
 */
export function scheduleBottomHalf(
  party: Party,
  name: string,
  scheduled: Field,
  notifier: AioNotifier,
): Procedure {
  const schedule: Step<never> = {
    at: 'QEMU util/async.c qemu_bh_schedule (aio_bh_enqueue)',
    do: (s) => {
      s[scheduled] = 1;
    },
  };
  const { emits, notify } = aioNotification(notifier);
  const notifyLoop: Step<never> = {
    at: 'QEMU util/async.c aio_notify (event_notifier_set if notify_me)',
    cost: 'eventfdSignal',
    emits,
    do: (s) => {
      notify(s);
    },
  };
  return procedure(party, `qemu_bh_schedule(${name})`, {
    [`schedule-${name}`]: schedule,
    [`notify-for-${name}`]: notifyLoop,
  });
}

/**
 * Several bottom halves of one event loop, as one: each that is scheduled when its turn comes runs once. Those that are
 * listed first are run first; what a later one schedules waits for the next round, as what is scheduled in
 * `aio_bh_poll` does.
 * Source: QEMU util/async.c `aio_bh_poll` (7.2).
 */
export function bottomHalves(party: Party, halves: readonly NamedBottomHalf[]): BottomHalf {
  const steps = halves.map(({ name, isScheduled, run }, i): [string, Step] => {
    const next = halves[i + 1];
    return [
      `poll-${name}`,
      {
        at: 'QEMU util/async.c aio_bh_poll',
        do: (s) => {
          if (isScheduled(s)) return undefined;
          return next === undefined ? RETURN : `poll-${next.name}`;
        },
        call: run,
      },
    ];
  });
  return {
    isScheduled: (s: State) => halves.some((half) => half.isScheduled(s)),
    run: procedure<string>(party, 'aio_bh_poll', Object.fromEntries(steps)),
  };
}
