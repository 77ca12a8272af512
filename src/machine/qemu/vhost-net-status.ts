import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Party, Procedure } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { writtenBy } from '../kernel/eventfd.ts';
import { VIRTIO_NET } from '../parties.ts';
import type { VhostNetDevice } from './vhost-net.ts';

const PCI = 'QEMU hw/virtio/virtio-pci.c';

/** What a write of the device status is wired to. */
export interface VhostStatusWiring {
  readonly transport: 'modern' | 'legacy';
  readonly vhost: VhostNetDevice;
  /** Whether the written status has DRIVER_OK; if not it is 0, a reset. */
  readonly isDriverOk: (s: State) => boolean;
  /** The device forgets its queue. */
  readonly reset: (s: State) => void;
}

/**
 * The guest writes the status of a device that vhost serves: the bus only remembers that its notifiers would be started or
 * stopped, and vhost starts or stops when the device hears of the status.
 * Source: QEMU hw/virtio/virtio-pci.c `virtio_pci_common_write`, `virtio_ioport_write`, hw/net/virtio-net.c
 * `virtio_net_set_status` (7.2); the start: QEMU trace of X3-net-vhost-on.
 */
export function vhostStatusWrite({ transport, vhost, isDriverOk, reset }: VhostStatusWiring): Procedure {
  const name = transport === 'modern' ? 'virtio_pci_common_write' : 'virtio_ioport_write';
  const at = `${PCI} ${name}`;
  return procedure<string>(VIRTIO_NET, name, {
    'write-status': {
      at: `${at} (without DRIVER_OK virtio_pci_stop_ioeventfd: it only remembers that)`,
      do: (s) => (isDriverOk(s) ? 'driver-ok' : undefined),
      local: true,
    },
    'status-reset': {
      at: 'QEMU hw/virtio/virtio.c virtio_set_status; hw/net/virtio-net.c virtio_net_vhost_status',
      emits: ['qemu:virtio_set_status val 0'],
      call: vhost.stop,
    },
    'reset-device': {
      at: 'QEMU hw/virtio/virtio.c virtio_reset',
      do: (s) => {
        reset(s);
        return RETURN;
      },
    },
    'driver-ok': {
      at: 'QEMU hw/virtio/virtio.c virtio_set_status; hw/net/virtio-net.c virtio_net_vhost_status',
      emits: ['qemu:virtio_set_status val 15'],
      call: vhost.start,
    },
  });
}

/** What a notification that reaches QEMU is wired to. */
export interface NotifyWiring {
  readonly host: Eventfd;
  /** What waits at the host notifier in the kernel, and whether it does. */
  readonly waiter: Procedure;
  readonly isAttached: (s: State) => boolean;
  /** Known bug: QEMU's own handler of the queue, which it runs instead of writing the notifier; null without it. */
  readonly handler: Procedure | null;
}

/**
 * A notification that comes when KVM has no ioeventfd waits for the BQL, and finds a host notifier when it has it: that is
 * written, so that whoever serves the queue by then hears of it.
 * Source: QEMU hw/virtio/virtio.c `virtio_queue_notify` (host_notifier_enabled, since fcccb271e0).
 */
export function notifyByHostNotifier(
  party: Party,
  { host, waiter, isAttached, handler }: NotifyWiring,
): Procedure {
  return procedure<string>(party, 'virtio_queue_notify', {
    'write-notify-register': {
      at: `${PCI} virtio_pci_notify_write; hw/virtio/virtio.c virtio_queue_notify (${handler === null ? 'event_notifier_set' : 'vq->handle_output'})`,
      emits: ['qemu:virtio_pci_notify_write 0x4 = 0x1 (2)'],
      call: handler ?? writtenBy(party, host, waiter, isAttached),
    },
  });
}
