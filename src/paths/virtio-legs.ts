import type { State } from '../engine/state.ts';
import type { Virtqueue } from '../machine/guest/virtqueue.ts';
import type { VirtioBackend } from './virtio-backend.ts';
import type { GuestInterrupt } from './virtio-interrupt.ts';
import type { InterruptSource } from './wiring.ts';

/** What is looked at of a leg. */
export interface LegView {
  readonly source: InterruptSource;
  readonly takenMark: string;
  readonly isAtRest: (s: State) => boolean;
}

/**
 * The device wants service while the queue holds requests for it, or as `isWaitedFor` says, until it waits or looks for
 * the next one.
 */
export function kickLeg(
  queue: Virtqueue,
  backend: Pick<VirtioBackend, 'kickHandler' | 'isKickAtRest' | 'isPolling' | 'changing'>,
  isWaitedFor = (s: State): boolean => s[queue.available] !== 0,
  serviceResumes = backend.changing?.serviceResumes,
  name = 'vq0',
): LegView {
  return {
    source: {
      name,
      asserted: isWaitedFor,
      // A device that always looks by itself wants no notification.
      masked: (s) => !queue.isKickEnabled(s) && !backend.isPolling(s),
      handlerLabel: backend.kickHandler,
      // To look at the queue for nothing whenever the notifiers start is no storm.
      ...(serviceResumes === undefined ? {} : { pauseEnds: serviceResumes }),
    },
    takenMark: 'request-taken',
    isAtRest: (s) =>
      !isWaitedFor(s) && (queue.isKickEnabled(s) || backend.isPolling(s)) && backend.isKickAtRest(s),
  };
}

/** The driver wants service while the queue holds used requests, until it waits for the next interrupt. */
export function callLeg(
  queue: Virtqueue,
  interrupt: Pick<GuestInterrupt, 'isAtRest'>,
  backend: Pick<VirtioBackend, 'isCallAtRest'>,
  name = 'vq0',
): LegView {
  return {
    source: {
      name,
      asserted: (s) => s[queue.used] !== 0,
      masked: (s) => !queue.isCallEnabled(s),
      handlerLabel: 'call-handler',
    },
    takenMark: 'guest-irq',
    isAtRest: (s) =>
      s[queue.used] === 0 && queue.isCallEnabled(s) && interrupt.isAtRest(s) && backend.isCallAtRest(s),
  };
}
