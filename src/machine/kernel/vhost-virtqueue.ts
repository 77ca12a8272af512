import type { Field, State } from '../../engine/state.ts';
import { RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import { withQueue } from '../queue-marks.ts';

const FILE = 'Linux drivers/vhost/vhost.c';

/** vhost wants no notifications: it writes that only where there are no event indices. */
export function disableNotify(queue: Virtqueue, s: State): void {
  queue.disableKick?.(s);
}

/** What follows when a vhost device has found nothing in its queue. */
export interface EnableNotifyWiring {
  readonly queue: Virtqueue;
  /** Where it goes on when something has come meanwhile. */
  readonly next: string;
  /** Where it goes when nothing has; it returns if that is left out. */
  readonly done?: string;
  /** False leaves out the second look, to see what it is for. */
  readonly looksAgain: boolean;
}

/**
 * vhost wants notifications again, from the index on that it has read last, and looks at the ring once more.
 * Source: Linux drivers/vhost/vhost.c `vhost_enable_notify`, `vhost_update_avail_event` (6.12).
 */
export function enableNotify({ queue, next, done, looksAgain }: EnableNotifyWiring): Record<string, Step> {
  const end = done ?? RETURN;
  const disable = queue.disableKick;
  return {
    'enable-notify': {
      at: `${FILE} vhost_enable_notify (avail_event = vq->avail_idx, or clears VRING_USED_F_NO_NOTIFY)`,
      do: (s) => {
        queue.enableKickAsRead(s);
        return looksAgain ? undefined : end;
      },
    },
    'look-again-at-avail': {
      at: `${FILE} vhost_enable_notify (vhost_get_avail_idx)`,
      cost: 'virtqueueKick',
      do: (s) => {
        if (s[queue.available] === 0) return end;
        return disable === null ? next : undefined;
      },
    },
    ...(disable === null
      ? {}
      : {
          'disable-notify-again': {
            at: `${FILE} vhost_disable_notify`,
            do: (s: State) => {
              disable(s);
              return next;
            },
          },
        }),
  };
}

/**
 * vhost tells the guest about all that it has `pushed` since it did so last, if the guest wants to know.
 * Source: Linux drivers/vhost/vhost.c `vhost_signal`, `vhost_notify` (6.12).
 */
export function vhostSignal(
  queue: Virtqueue,
  pushed: Field,
  signal: Procedure,
  countedFor?: string,
): Record<string, Step> {
  return {
    'should-signal': {
      at: `${FILE} vhost_notify (signalled_used)`,
      cost: 'virtqueueKick',
      do: (s) => {
        const isWanted = queue.needsCall(s, s[pushed]);
        s[pushed] = 0;
        return isWanted ? 'signal-call' : undefined;
      },
    },
    'call-not-wanted': {
      at: `${FILE} vhost_signal (vhost_notify is false)`,
      marks: withQueue('call-suppressed', countedFor),
      do: () => RETURN,
    },
    'signal-call': {
      at: `${FILE} vhost_signal (eventfd_signal)`,
      marks: withQueue('call', countedFor),
      call: signal,
    },
  };
}
