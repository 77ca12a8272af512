import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { kvmIoeventfd, kvmMaskableIrqfd } from '../kernel/kvm-ioeventfd.ts';
import type { NotifyAddresses } from '../kernel/kvm-ioeventfd.ts';
import type { VhostNetRing } from '../kernel/vhost-net-ring.ts';
import { VIRTIO_NET } from '../parties.ts';
import type { ChangingFdHandler } from './main-loop.ts';

const NET = 'QEMU hw/net/vhost_net.c';
const VHOST = 'QEMU hw/virtio/vhost.c';
const BUS = 'QEMU hw/virtio/virtio-bus.c';
const VIRTIO = 'QEMU hw/virtio/virtio.c';

/** The host notifier of the queue, which QEMU or vhost has. */
export interface HandedOverNotifier {
  readonly eventfd: Eventfd;
  /** KVM has its ioeventfd. */
  readonly assigned: Field;
  /** Set while a vCPU signals it that has found the ioeventfd; null if no guest runs when that is taken away. */
  readonly reader: Field | null;
  /** How QEMU watches it while vhost is stopped (`bus->ioeventfd_started`); null if it does not. */
  readonly own: ChangingFdHandler | null;
}

/** What starts and stops vhost-net is wired to. */
export interface VhostNetWiring {
  readonly ring: VhostNetRing;
  readonly notifier: HandedOverNotifier;
  readonly addresses: NotifyAddresses;
  /** `virtio_queue_notify_vq`: QEMU's own handler of the queue. */
  readonly handleQueue: Procedure;
  /** Whether all host notifiers come before the guest notifiers, as from QEMU 9.2 on. */
  readonly isBatched: boolean;
  /** Known bug: what stops vhost gives the notifier back before it asks how far vhost has come. */
  readonly notifierFirst: boolean;
  /** Known bug: the notifier that vhost takes from QEMU is closed before KVM is told. */
  readonly closesFirst: boolean;
}

/** Starting and stopping, called by whoever has the BQL. */
export interface VhostNetDevice {
  readonly start: Procedure;
  readonly stop: Procedure;
}

/**
 * vhost-net takes the notifier of its queue from QEMU, and gives it back. To start: the irqfd, QEMU's own ioeventfd goes and
 * what was signalled is looked at, an eventfd that counts 1 and its ioeventfd come, vhost gets eventfd and tap. To stop: the
 * tap is taken away, the index is asked for, the ioeventfd goes and what was signalled is looked at, QEMU's own
 * comes again with a kick, the irqfd goes. Nobody has read the count meanwhile: there is always something to look at.
 * Source: QEMU hw/net/vhost_net.c `vhost_net_start`, `vhost_net_start_one`, `vhost_net_stop_one`, `vhost_net_stop`,
 * hw/virtio/vhost.c `vhost_dev_enable_notifiers`, `vhost_dev_disable_notifiers`, hw/virtio/virtio-bus.c
 * `virtio_bus_grab_ioeventfd`, `virtio_bus_release_ioeventfd` (7.2); QEMU trace of X3-net-vhost-on. The ioeventfd of QEMU's
 * own in between is from source.
 */
export function vhostNetDevice(wiring: VhostNetWiring): VhostNetDevice {
  const { ring, addresses, notifier, isBatched } = wiring;
  const ioctls = {
    assign: kvmIoeventfd(notifier.assigned, addresses, 1),
    deassign: kvmIoeventfd(notifier.assigned, addresses, 0, notifier.reader),
  };
  const guestNotifiers = {
    set: guestNotifierStep('set', 1),
    unset: guestNotifierStep('unset', 0),
  };
  return {
    start: procedure<string>(VIRTIO_NET, 'vhost_net_start', {
      ...(isBatched ? {} : guestNotifiers.set),
      ...(notifier.own === null ? {} : grabSteps(wiring, notifier.own, ioctls)),
      'init-host-notifier': {
        at: `${BUS} virtio_bus_set_host_notifier (event_notifier_init 1)`,
        do: (s) => {
          s[notifier.eventfd.count] = 1;
        },
        local: true,
        call: ioctls.assign,
      },
      ...(isBatched ? guestNotifiers.set : {}),
      'start-vhost': {
        at: `${VHOST} vhost_dev_start (vhost_virtqueue_start)`,
        emits: ['qemu:vhost_dev_start virtio-net vrings:0'],
        call: ring.setVring,
      },
      'give-backend': {
        at: `${NET} vhost_net_start_one (vhost_net_set_backend)`,
        marks: ['vhost-started'],
        call: ring.setBackend,
      },
    }),
    stop: procedure<string>(VIRTIO_NET, 'vhost_net_stop', {
      'take-backend': {
        at: `${NET} vhost_net_stop_one (vhost_net_set_backend, fd -1)`,
        call: ring.clearBackend,
      },
      'stop-vhost': { at: `${VHOST} vhost_dev_stop`, emits: ['qemu:vhost_dev_stop virtio-net vrings:0'] },
      ...stopSteps(wiring, ioctls, guestNotifiers.unset),
    }),
  };
}

/** The ioctls that put an ioeventfd on KVM's buses and take it away. */
interface Ioctls {
  readonly assign: Procedure;
  readonly deassign: Procedure;
}

function guestNotifierStep(verb: 'set' | 'unset', assign: 0 | 1): Record<string, Step> {
  return {
    [`${verb}-guest-notifiers`]: {
      at: `QEMU hw/virtio/virtio-pci.c virtio_pci_set_guest_notifiers (${assign === 1 ? 'assign, then VHOST_SET_VRING_CALL' : 'deassign'})`,
      call: kvmMaskableIrqfd(assign),
    },
  };
}

function stopSteps(
  wiring: VhostNetWiring,
  ioctls: Ioctls,
  unset: Record<string, Step>,
): Record<string, Step> {
  const base: Record<string, Step> = {
    'ask-vring-base': { at: `${VHOST} vhost_virtqueue_stop`, call: wiring.ring.getBase },
  };
  const notifiers = {
    'unset-host-notifier': {
      at: `${VHOST} vhost_dev_disable_notifiers (virtio_bus_set_host_notifier)`,
      call: ioctls.deassign,
    },
    ...cleanStep('clean-host-notifier', wiring),
  };
  const { eventfd, own } = wiring.notifier;
  const release = own === null ? {} : releaseSteps(eventfd, own, ioctls);
  if (wiring.notifierFirst) return { ...notifiers, ...base, ...release, ...unset };
  if (wiring.isBatched) return { ...base, ...unset, ...notifiers, ...release };
  return { ...base, ...notifiers, ...release, ...unset };
}

/** A notifier whose ioeventfd is gone, or should be, is looked at a last time, and closed. */
function cleanStep(
  label: string,
  { notifier, ring, handleQueue }: VhostNetWiring,
  isUnassigned = true,
): Record<string, Step> {
  const { count } = notifier.eventfd;
  return {
    [label]: {
      at: `${BUS} virtio_bus_cleanup_host_notifier (event_notifier_test_and_clear, event_notifier_cleanup)`,
      cost: 'eventfdRead',
      emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
      do: (s) => {
        const wasSignalled = s[count] !== 0;
        s[count] = 0;
        ring.closeNotifier(s);
        return wasSignalled ? undefined : `${label}-quiet`;
      },
      // Nobody can signal it any more.
      ...(isUnassigned ? { local: true as const } : {}),
      call: handleQueue,
    },
    [`${label}-quiet`]: { at: `${BUS} virtio_bus_cleanup_host_notifier (returns)` },
  };
}

function grabSteps(
  wiring: VhostNetWiring,
  { watched, revents }: ChangingFdHandler,
  { deassign }: Ioctls,
): Record<string, Step> {
  const unset: Record<string, Step> = {
    'unset-own-notifier': {
      at: `${VIRTIO} virtio_device_stop_ioeventfd_impl (virtio_bus_set_host_notifier)`,
      ...(wiring.closesFirst ? { marks: ['used-after-close'] } : {}),
      call: deassign,
    },
  };
  const clean = cleanStep('clean-own-notifier', wiring, !wiring.closesFirst);
  return {
    'grab-notifier': {
      at: `${BUS} virtio_bus_grab_ioeventfd; ${VIRTIO} virtio_device_stop_ioeventfd_impl (event_notifier_set_handler)`,
      do: (s) => {
        s[watched] = 0;
        s[revents] = 0;
      },
      local: true,
    },
    ...(wiring.closesFirst ? { ...clean, ...unset, ...ABORT } : { ...unset, ...clean }),
  };
}

/** KVM does not know the descriptor any more: QEMU ends itself, and with it the VM. */
const ABORT: Record<string, Step> = {
  'qemu-aborts': {
    at: 'QEMU accel/kvm/kvm-all.c kvm_mem_ioeventfd_del (error deleting ioeventfd: Bad file descriptor; abort)',
    when: () => false,
  },
};

function releaseSteps(
  { count }: Eventfd,
  { watched }: ChangingFdHandler,
  { assign }: Ioctls,
): Record<string, Step> {
  return {
    'release-notifier': {
      at: `${BUS} virtio_bus_release_ioeventfd; ${VIRTIO} virtio_device_start_ioeventfd_impl (event_notifier_init 1, event_notifier_set)`,
      cost: 'eventfdSignal',
      emits: ['syscalls:sys_enter_write', 'function:eventfd_write'],
      do: (s) => {
        s[count] = 2;
        s[watched] = 1;
      },
      local: true,
    },
    'set-own-notifier': {
      at: `${VIRTIO} virtio_device_start_ioeventfd_impl (memory_region_transaction_commit)`,
      call: assign,
    },
  };
}
