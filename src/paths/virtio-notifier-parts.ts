import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import type { BottomHalf } from '../machine/qemu/aio-context.ts';
import type { AioPolling } from '../machine/qemu/io-thread.ts';

/** What of the device its notifiers meet. */
export interface NotifierParts {
  readonly inIoThread: boolean;
  readonly host: Eventfd;
  readonly handleQueue: Procedure;
  /** Whether it has taken requests that it has not given back. */
  readonly hasRequests: (s: State) => boolean;
  /** What completes them while the notifiers are there, and when they are not. */
  readonly bottomHalf: BottomHalf;
  readonly completionsWithout: BottomHalf;
  readonly polling: AioPolling | null;
}
