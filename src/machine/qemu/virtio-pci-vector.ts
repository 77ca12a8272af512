import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Party, Procedure } from '../../engine/step.ts';
import { VCPU_THREAD } from '../parties.ts';
import type { MsixTable } from './msix-table.ts';

const MSIX = 'QEMU hw/pci/msix.c';
const FILE = 'QEMU hw/virtio/virtio-pci.c';

/** Writes to vector control of a queue's entry in the MSI-X table. */
export const MASK_QUEUE_VECTOR = 4;
export const UNMASK_QUEUE_VECTOR = 5;

/** Whether the access is one of these. */
export function isVectorControl(s: State, register: Field): boolean {
  return (s[register] as number) >= MASK_QUEUE_VECTOR;
}

/** What takes a queue's irqfd away and gives it back. */
export interface IrqfdChange {
  readonly release: Procedure;
  readonly use: Procedure;
}

/**
 * The guest masks or unmasks the vector of a queue that has an irqfd, and a device that cannot mask its notifier itself:
 * QEMU takes the irqfd away, in the vCPU thread with the BQL.
 * Source: QEMU hw/pci/msix.c `msix_handle_mask_update`, hw/virtio/virtio-pci.c `virtio_pci_vq_vector_mask`,
 * `kvm_virtio_pci_irqfd_release`, `virtio_pci_vq_vector_unmask`, `kvm_virtio_pci_irqfd_use` (7.2).
 */
export function writeIrqfdVector(register: Field, { release, use }: IrqfdChange): Procedure {
  return procedure<string>(VCPU_THREAD, 'msix_table_mmio_write', {
    'write-vector-control': {
      at: `${MSIX} msix_handle_mask_update (msix_fire_vector_notifier)`,
      do: (s) => (s[register] === MASK_QUEUE_VECTOR ? undefined : 'unmask-queue-vector'),
    },
    'mask-queue-vector': {
      at: `${FILE} virtio_pci_vq_vector_mask (kvm_virtio_pci_irqfd_release)`,
      call: release,
    },
    'queue-vector-masked': { at: `${MSIX} msix_handle_mask_update`, do: () => RETURN },
    'unmask-queue-vector': {
      at: `${FILE} virtio_pci_vq_vector_unmask (kvm_virtio_pci_irqfd_use)`,
      call: use,
    },
  });
}

/** What masks a vector whose device masks its notifier itself is wired to. */
export interface NotifierMaskWiring {
  /** ioctl(VHOST_SET_VRING_CALL) to the notifier that nobody waits for, and back to the guest notifier. */
  readonly mask: Procedure;
  readonly unmask: Procedure;
  /** The count of the one that nobody waits for. */
  readonly pending: Field;
  /** Writes the guest notifier. */
  readonly notify: Procedure;
  /** False leaves out what was signalled while the vector was masked, to see what the look at it is for. */
  readonly looks: boolean;
}

/**
 * The same with a device that masks its notifier itself, vhost-net: the irqfd stays, and what vhost signals meanwhile is
 * written to the guest notifier after that is back. As the guest has written another message, its route is changed first.
 * Source: QEMU hw/virtio/virtio-pci.c `virtio_pci_one_vector_mask`, `virtio_pci_one_vector_unmask` ("Test after unmasking
 * to avoid losing events"), hw/virtio/vhost.c `vhost_virtqueue_mask`, `vhost_virtqueue_pending` (7.2).
 */
export function writeMaskedNotifierVector(register: Field, wiring: NotifierMaskWiring): Procedure {
  const { pending, looks } = wiring;
  return procedure<string>(VCPU_THREAD, 'msix_table_mmio_write', {
    'write-vector-control': {
      at: `${MSIX} msix_handle_mask_update (msix_fire_vector_notifier)`,
      do: (s) => (s[register] === MASK_QUEUE_VECTOR ? undefined : 'change-route'),
    },
    'mask-notifier': { at: `${FILE} virtio_pci_one_vector_mask (guest_notifier_mask)`, call: wiring.mask },
    'notifier-masked': { at: `${MSIX} msix_handle_mask_update`, do: () => RETURN },
    'change-route': {
      at: `${FILE} virtio_pci_one_vector_unmask (kvm_irqchip_update_msi_route)`,
      cost: 'syscall',
      emits: [
        'qemu:kvm_irqchip_update_msi_route Updating MSI route virq=24',
        'qemu:kvm_irqchip_commit_routes',
        'syscalls:sys_enter_ioctl cmd=KVM_SET_GSI_ROUTING',
      ],
    },
    'unmask-notifier': {
      at: `${FILE} virtio_pci_one_vector_unmask (guest_notifier_mask)`,
      call: wiring.unmask,
    },
    'test-masked-notifier': {
      at: 'QEMU hw/virtio/vhost.c vhost_virtqueue_pending (event_notifier_test_and_clear)',
      cost: 'eventfdRead',
      emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
      do: (s) => {
        const isPending = s[pending] !== 0;
        s[pending] = 0;
        return isPending && looks ? undefined : RETURN;
      },
      call: wiring.notify,
    },
  });
}

/** What the vector of a queue whose messages QEMU sends is wired to. */
export interface SentVectorWiring {
  readonly table: MsixTable;
  /** ioctl(KVM_SIGNAL_MSI). */
  readonly send: Procedure;
  readonly device: Party;
}

/** A message that QEMU sends, unless its vector is masked: then it stays pending. Source: QEMU hw/pci/msix.c `msix_notify` (7.2). */
export function msixNotifyUnmasked({ table, send, device }: SentVectorWiring): Procedure {
  return procedure(device, 'msix_notify', {
    'look-at-vector': {
      at: `${MSIX} msix_notify (msix_is_masked: msix_set_pending)`,
      do: (s) => {
        if (s[table.masked] === 0) return undefined;
        s[table.pending] = 1;
        return RETURN;
      },
      call: send,
    },
  });
}

/**
 * The guest masks or unmasks a vector that QEMU sends itself: what is pending is sent at once.
 * Source: QEMU hw/pci/msix.c `msix_handle_mask_update` (7.2). `fires` false leaves that out, to see what it is for.
 */
export function writeSentVector(
  register: Field,
  { table, send }: SentVectorWiring,
  fires: boolean,
): Procedure {
  return procedure<string>(VCPU_THREAD, 'msix_table_mmio_write', {
    'write-vector-control': {
      at: `${MSIX} msix_table_mmio_write (msix_handle_mask_update)`,
      do: (s) => {
        s[table.masked] = s[register] === MASK_QUEUE_VECTOR ? 1 : 0;
        return s[table.masked] === 1 ? RETURN : undefined;
      },
    },
    'fire-pending': {
      at: `${MSIX} msix_handle_mask_update (msix_is_pending: msix_clr_pending, msix_notify)`,
      do: (s) => {
        const isPending = s[table.pending] === 1;
        s[table.pending] = 0;
        return isPending && fires ? undefined : RETURN;
      },
      call: send,
    },
  });
}
