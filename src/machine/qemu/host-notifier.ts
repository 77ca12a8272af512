import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Party, Procedure } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { changingFdHandler } from './main-loop.ts';
import type { ChangingFdHandler } from './main-loop.ts';

/** The host notifier of a queue that comes and goes. */
export interface HostNotifier {
  readonly eventfd: Eventfd;
  /**
   * KVM has its ioeventfd. QEMU's `host_notifier_enabled` says the same to whoever holds the BQL, without which neither
   * changes.
   */
  readonly assigned: Field;
  /** Whether the device's event loop watches it, and what ppoll has said of it. */
  readonly handler: ChangingFdHandler;
  readonly isAssigned: (s: State) => boolean;
  /** The lock of the event loop (`aio_context_acquire`, until 9.0); null where nobody has to wait for it. */
  readonly contextLock: Field | null;
}

/** Adds its being there. Source: QEMU hw/virtio/virtio-bus.c `virtio_bus_set_host_notifier` (7.2). */
export function hostNotifier(
  m: ModelBuilder,
  eventfd: Eventfd,
  startsAssigned: boolean,
  isContextContended: boolean,
): HostNotifier {
  const assigned = m.field('ioeventfd', {
    initial: startsAssigned ? 1 : 0,
    values: ['none', 'assigned'],
    notable: true,
  });
  return {
    eventfd,
    assigned,
    handler: changingFdHandler(m, startsAssigned),
    isAssigned: (s) => s[assigned] === 1,
    contextLock: isContextContended
      ? m.field('AioContext lock', { values: ['free', 'IOThread', 'stopping thread'] })
      : null,
  };
}

/**
 * A host notifier that may be gone, or read by another, has become readable. The handler is counted that runs when KVM
 * has no ioeventfd any more. Source: QEMU hw/virtio/virtio.c `virtio_queue_host_notifier_read`,
 * hw/block/virtio-blk.c `virtio_blk_handle_vq` (7.2).
 */
export function changingNotifierRead(
  party: Party,
  notifier: HostNotifier,
  handleQueue: Procedure,
): Procedure {
  const { contextLock } = notifier;
  const { count } = notifier.eventfd;
  return procedure<string>(party, 'virtio_queue_host_notifier_read', {
    'read-host-notifier': {
      at: 'QEMU hw/virtio/virtio.c virtio_queue_host_notifier_read (event_notifier_test_and_clear)',
      cost: 'eventfdRead',
      emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
      do: (s) => {
        const wasSignalled = s[count] !== 0;
        s[count] = 0;
        return wasSignalled ? undefined : RETURN;
      },
    },
    'enter-queue-handler': {
      at: 'QEMU hw/block/virtio-blk.c virtio_blk_handle_vq (aio_context_acquire)',
      marks: [(s) => (notifier.isAssigned(s) ? 'notifier-handled' : 'notifier-after-stop')],
      ...(contextLock === null
        ? {}
        : {
            when: (s: State) => s[contextLock] === 0,
            do: (s: State) => {
              s[contextLock] = 1;
            },
          }),
      call: handleQueue,
    },
    ...(contextLock === null
      ? {}
      : {
          'leave-queue-handler': {
            at: 'QEMU hw/block/virtio-blk.c virtio_blk_handle_vq (aio_context_release)',
            do: (s: State) => {
              s[contextLock] = 0;
            },
          },
        }),
  });
}
