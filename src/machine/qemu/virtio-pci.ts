import { procedure } from '../../engine/step.ts';
import type { Party, Procedure } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { VIRTIO_BLK } from '../parties.ts';

const FILE = 'QEMU hw/virtio/virtio-pci.c';

/** What a write to the notification register runs. */
const WRITES = {
  modern: 'virtio_pci_notify_write',
  'modern-pio': 'virtio_pci_notify_write_pio',
  legacy: 'virtio_ioport_write',
} as const;

/**
 * A write to the notification register that reaches QEMU: the queue's handler runs in the vCPU thread, under the BQL.
 * Source: QEMU hw/virtio/virtio-pci.c `virtio_pci_notify_write`, `virtio_pci_notify_write_pio`, `virtio_ioport_write`,
 * hw/virtio/virtio.c `virtio_queue_notify` (7.2); trace X1-blk-ioeventfd-off; the ports from source.
 */
export function notifyWrite(
  transport: 'modern' | 'modern-pio' | 'legacy',
  handleQueue: Procedure,
  party = VIRTIO_BLK,
  queueIndex = 0,
): Procedure {
  const name = WRITES[transport];
  const index = queueIndex.toString(16);
  const offset = (transport === 'modern' ? 4 * queueIndex : 0).toString(16);
  return procedure(party, name, {
    'write-notify-register': {
      at: `${FILE} ${name} (virtio_queue_notify)`,
      emits: transport === 'legacy' ? [] : [`qemu:${name} 0x${offset} = 0x${index} (2)`],
      call: handleQueue,
    },
  });
}

/**
 * A host notifier has become readable: it is cleared, and the queue's handler runs in the event loop that watches it.
 * Source: QEMU hw/virtio/virtio.c `virtio_queue_host_notifier_read` (7.2); trace X1-blk-ioeventfd-on.
 */
export function hostNotifierRead(party: Party, { count }: Eventfd, handleQueue: Procedure): Procedure {
  return procedure(party, 'virtio_queue_host_notifier_read', {
    'read-host-notifier': {
      at: 'QEMU hw/virtio/virtio.c virtio_queue_host_notifier_read (event_notifier_test_and_clear)',
      cost: 'eventfdRead',
      emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
      do: (s) => {
        s[count] = 0;
      },
      call: handleQueue,
    },
  });
}

/**
 * QEMU sends the queue's message itself: an ioctl to KVM, under the BQL. Masked vectors are not modelled.
 * Source: QEMU hw/virtio/virtio-pci.c `virtio_pci_notify`, hw/pci/msix.c `msix_notify`, hw/i386/kvm/apic.c
 * `kvm_send_msi`, hw/intc/arm_gicv3_its_kvm.c `kvm_its_send_msi` (7.2); traces X1-blk-ioeventfd-off,
 * A1-gicv3-blk-pci-ioeventfd-off.
 */
export function msixNotify(send: Procedure, party = VIRTIO_BLK, sendAt = 'kvm_send_msi'): Procedure {
  return procedure(party, 'virtio_pci_notify', {
    'notify-vector': {
      at: `${FILE} virtio_pci_notify (msix_notify, ${sendAt})`,
      cost: 'deviceModel',
      call: send,
    },
  });
}
