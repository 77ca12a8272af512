import type { State } from '../../engine/state.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { HostNotifier } from './host-notifier.ts';

const PLANE = 'QEMU hw/block/dataplane/virtio-blk.c';
const READ = 'QEMU hw/virtio/virtio.c virtio_queue_host_notifier_read';

/** What takes a notifier from its event loop. */
export interface DetachWiring {
  readonly notifier: HostNotifier;
  /** The event loop ends to watch it. */
  readonly detach: (s: State) => void;
  /** `virtio_queue_notify_vq`, in the thread that starts or stops. */
  readonly handleQueue: Procedure;
  /** Looks whether there was a notification, when there can be no more. */
  readonly checksLast: boolean;
  /** Whether the event loop may be about to handle the notifier while it is taken away. */
  readonly isDetachedByOthers: boolean;
}

/** What is done with the notifier and read of it is nobody else's business, unless the event loop may be at it. */
export function unlessShared({ isDetachedByOthers }: Pick<DetachWiring, 'isDetachedByOthers'>): {
  local?: true;
} {
  return isDetachedByOthers ? {} : { local: true };
}

/** The event loop lets go of the notifier, and what was signalled by then is handled. */
export function detachSteps({
  notifier,
  detach,
  handleQueue,
  checksLast,
  isDetachedByOthers,
}: DetachWiring): Record<string, Step> {
  const { count } = notifier.eventfd;
  const local = unlessShared({ isDetachedByOthers });
  return {
    'detach-host-notifier': {
      at: `${PLANE} virtio_blk_data_plane_stop_bh (virtio_queue_aio_detach_host_notifier)`,
      do: (s) => {
        detach(s);
      },
    },
    ...(checksLast
      ? {
          'test-and-clear': {
            at: `${READ} (event_notifier_test_and_clear)`,
            cost: 'eventfdRead',
            emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
            do: (s: State) => {
              const wasSignalled = s[count] !== 0;
              s[count] = 0;
              return wasSignalled ? undefined : 'notifier-is-clear';
            },
            ...local,
            call: handleQueue,
          },
          'notifier-is-clear': { at: `${READ} (returns)` },
        }
      : {}),
  };
}
