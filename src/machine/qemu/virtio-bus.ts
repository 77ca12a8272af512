import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { kvmIoeventfd, kvmIrqfd } from '../kernel/kvm-ioeventfd.ts';
import type { NotifyAddresses } from '../kernel/kvm-ioeventfd.ts';
import { VIRTIO_BLK } from '../parties.ts';
import type { BottomHalf } from './aio-context.ts';
import type { HostNotifier } from './host-notifier.ts';
import { detachSteps, unlessShared } from './notifier-detach.ts';
import type { DetachWiring } from './notifier-detach.ts';

const BUS = 'QEMU hw/virtio/virtio-bus.c';
const PLANE = 'QEMU hw/block/dataplane/virtio-blk.c';

/** What makes the notifiers of a virtio-blk device come and go. */
export interface VirtioBusWiring extends DetachWiring {
  readonly addresses: NotifyAddresses;
  /** Whether the guest's driver uses MSI-X, so that its interrupt has an irqfd. */
  readonly hasIrqfd: boolean;
  /** The event loop begins to watch the notifier. */
  readonly attach: (s: State) => void;
  /** Whether the device has taken requests that it has not given back. */
  readonly hasRequests: (s: State) => boolean;
  /** What completes them, if it is for this thread to do: an event loop runs in it while it waits. */
  readonly completions: BottomHalf | null;
  /** Steps that have an IOThread detach the notifier which it watches, and wait; null if this thread does it. */
  readonly stopInLoop: Record<string, Step> | null;
  /** Lets the queue be looked at when the notifiers start; false leaves it out, to see what it is for. */
  readonly kicksAtStart: boolean;
  /** Known bug: the end of the drain in the stop has the main loop watch the notifier, for ever. Null without it. */
  readonly staleHandler: Field | null;
  /** Whether this QEMU calls it a data plane in its trace. */
  readonly isDataPlane: boolean;
  /** What follows where KVM refuses the ioeventfd, as its bus is full; absent if it has room. */
  readonly whenFull?: FullBus;
}

/** QEMU ends itself, or the device goes on without. */
export type FullBus = { readonly kind: 'abort' } | { readonly kind: 'rollback'; readonly disabled: Field };

/** Starting and stopping, called by whoever has the BQL. */
export interface VirtioBus {
  readonly start: Procedure;
  readonly stop: Procedure;
}

/**
 * The notifiers of a virtio-blk device without and with IOThread. To start: the irqfd, an eventfd that counts 1, the
 * ioeventfds, a kick, and the event loop watches. To stop: the loop lets go and what was signalled is handled, the
 * requests are completed, the ioeventfds go, what was signalled meanwhile is handled, the irqfd goes. QEMU 9.0 and later
 * do the same in virtio_blk_start_ioeventfd and virtio_blk_stop_ioeventfd, and kick after they attach.
 * Source: QEMU hw/block/dataplane/virtio-blk.c, hw/virtio/virtio-bus.c (7.2); QEMU traces of X1-blk-ioeventfd-on,
 * X1-blk-vectors0-intx and X2-blk-iothread.
 */
export function virtioBus(wiring: VirtioBusWiring): VirtioBus {
  return {
    start: procedure<string>(VIRTIO_BLK, 'virtio_blk_data_plane_start', startSteps(wiring)),
    stop: procedure<string>(VIRTIO_BLK, 'virtio_blk_data_plane_stop', stopSteps(wiring)),
  };
}

function startSteps(wiring: VirtioBusWiring): Record<string, Step> {
  const { notifier, addresses, kicksAtStart, attach } = wiring;
  const local = unlessShared(wiring);
  const { count } = notifier.eventfd;
  return {
    ...(wiring.hasIrqfd
      ? {
          'set-guest-notifiers': {
            at: 'QEMU hw/virtio/virtio-pci.c virtio_pci_set_guest_notifiers (assign)',
            call: kvmIrqfd(1),
          },
        }
      : {}),
    'init-host-notifier': {
      at: `${BUS} virtio_bus_set_host_notifier (event_notifier_init 1)`,
      do: (s) => {
        s[count] = kicksAtStart ? 1 : 0;
        return wiring.whenFull ? 'refused-ioeventfd' : undefined;
      },
      ...(wiring.whenFull ? {} : local),
      call: kvmIoeventfd(notifier.assigned, addresses, 1),
    },
    'start-data-plane': {
      at: `${PLANE} virtio_blk_data_plane_start (blk_set_aio_context)`,
      ...(wiring.isDataPlane ? { emits: ['qemu:virtio_blk_data_plane_start'] } : {}),
    },
    ...(kicksAtStart
      ? {
          'kick-at-start': {
            at: `${PLANE} virtio_blk_data_plane_start (event_notifier_set)`,
            cost: 'eventfdSignal',
            emits: ['syscalls:sys_enter_write', 'function:eventfd_write'],
            do: (s: State) => {
              s[count] = Math.min(2, (s[count] as number) + 1);
            },
            ...local,
          },
        }
      : {}),
    'attach-host-notifier': {
      at: 'QEMU hw/virtio/virtio.c virtio_queue_aio_attach_host_notifier',
      marks: ['notifiers-started'],
      do: (s) => {
        attach(s);
        return wiring.whenFull ? RETURN : undefined;
      },
    },
    ...(wiring.whenFull ? refusedSteps(wiring.whenFull, wiring) : {}),
  };
}

/** The ioctl fails with ENOSPC: the code of 2011 takes back what it has set up, the memory listener of later ones aborts. */
function refusedSteps(
  full: FullBus,
  { addresses, notifier, hasIrqfd }: VirtioBusWiring,
): Record<string, Step> {
  const { count } = notifier.eventfd;
  const refused: Step = {
    at: 'Linux virt/kvm/kvm_main.c kvm_io_bus_register_dev (-ENOSPC)',
    cost: 'ioeventfdIoctl',
    emits: [
      `qemu:kvm_set_ioeventfd_pio @0x${addresses.port.toString(16)} val=0x0 assign: 1 size: 2 match: 1`,
      'syscalls:sys_enter_ioctl cmd=KVM_IOEVENTFD',
    ],
  };
  if (full.kind === 'abort') {
    return {
      'refused-ioeventfd': { ...refused, marks: ['qemu-aborted'] },
      'qemu-aborts': {
        at: 'QEMU accel/kvm/kvm-all.c kvm_mem_ioeventfd_add (error adding ioeventfd: No space left on device; abort)',
        when: () => false,
        // That it is wrong is said where it is refused.
        rest: true,
      },
    };
  }
  return {
    'refused-ioeventfd': refused,
    'disable-ioeventfd': {
      at: 'QEMU hw/virtio-pci.c virtio_pci_start_ioeventfd (assign_error: ioeventfd_disabled; 0.14)',
      marks: ['notifiers-refused'],
      do: (s) => {
        s[count] = 0;
        s[full.disabled] = 1;
        return hasIrqfd ? undefined : RETURN;
      },
    },
    ...(hasIrqfd
      ? {
          'release-guest-notifiers': {
            at: 'QEMU hw/virtio/virtio-pci.c virtio_pci_set_guest_notifiers (deassign)',
            call: kvmIrqfd(0),
          },
        }
      : {}),
  };
}

function stopSteps(wiring: VirtioBusWiring): Record<string, Step> {
  const { notifier, addresses, checksLast, handleQueue, staleHandler } = wiring;
  const { count } = notifier.eventfd;
  return {
    'stop-data-plane': {
      at: `${PLANE} virtio_blk_data_plane_stop`,
      ...(wiring.isDataPlane ? { emits: ['qemu:virtio_blk_data_plane_stop'] } : {}),
      // A stop of what is not there ends here.
      do: (s) => (notifier.isAssigned(s) ? undefined : RETURN),
      local: true,
    },
    ...lockSteps(notifier, 'acquire', 2),
    ...(wiring.stopInLoop ?? detachSteps(wiring)),
    ...waitForRequests(
      wiring,
      'QEMU block/block-backend.c blk_set_aio_context (bdrv_drained_begin)',
      'drain',
    ),
    ...lockSteps(notifier, 'release', 0),
    ...(staleHandler === null
      ? {}
      : {
          'leave-stale-handler': {
            at: `${PLANE} virtio_blk_data_plane_stop (blk_set_aio_context: virtio_blk_drained_end attaches)`,
            do: (s: State) => {
              s[staleHandler] = 1;
            },
          },
        }),
    'unset-host-notifier': {
      at: `${BUS} virtio_bus_set_host_notifier (deassign)`,
      call: kvmIoeventfd(notifier.assigned, addresses, 0),
    },
    'clean-host-notifier': {
      at: `${BUS} virtio_bus_cleanup_host_notifier (${checksLast ? 'event_notifier_test_and_clear, ' : ''}event_notifier_cleanup)`,
      cost: 'eventfdRead',
      ...(checksLast ? { emits: ['syscalls:sys_enter_read', 'function:eventfd_read'] } : {}),
      marks: ['notifiers-stopped'],
      do: (s) => {
        const wasSignalled = s[count] !== 0;
        s[count] = 0;
        return wasSignalled && checksLast ? undefined : 'unset-guest-notifiers';
      },
      ...unlessShared(wiring),
      call: handleQueue,
    },
    'unset-guest-notifiers': {
      at: 'QEMU hw/virtio/virtio-pci.c virtio_pci_set_guest_notifiers (deassign)',
      ...(wiring.hasIrqfd ? { call: kvmIrqfd(0) } : {}),
    },
  };
}

/** The stopping thread takes the lock of the event loop, or gives it back. */
function lockSteps(
  { contextLock }: HostNotifier,
  verb: 'acquire' | 'release',
  owner: 0 | 2,
): Record<string, Step> {
  if (contextLock === null) return {};
  return {
    [`${verb}-context`]: {
      at: `${PLANE} virtio_blk_data_plane_stop (aio_context_${verb})`,
      when: (s) => s[contextLock] === 2 - owner,
      do: (s) => {
        s[contextLock] = owner;
      },
    },
  };
}

/** Waits until the device has given all its requests back. */
export function waitForRequests(
  { hasRequests, completions }: Pick<VirtioBusWiring, 'hasRequests' | 'completions'>,
  at: string,
  label: string,
): Record<string, Step> {
  const wait = `${label}-requests`;
  if (completions === null) return { [wait]: { at, when: (s) => !hasRequests(s) } };
  const done = `${label}-done`;
  return {
    [wait]: {
      at,
      when: (s) => !hasRequests(s) || completions.isScheduled(s),
      do: (s) => (hasRequests(s) ? undefined : done),
      call: completions.run,
    },
    [`${label}-goes-on`]: { at: 'QEMU util/aio-posix.c aio_poll (AIO_WAIT_WHILE)', do: () => wait },
    [done]: { at },
  };
}
