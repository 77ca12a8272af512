import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { ENABLE_SECOND_WRITE, MASK_WRITE, UNMASK_WRITE } from '../hardware/msi-function.ts';
import { TRIGGER_KVM, TRIGGER_QEMU } from '../kernel/vfio-msi-trigger.ts';
import type { VfioMsiTrigger } from '../kernel/vfio-msi-trigger.ts';
import { VCPU_THREAD } from '../parties.ts';

const FILE = 'QEMU hw/vfio/pci.c';

/** The first vector in the MSI-X table that QEMU shows to the guest. */
export interface MsixTable {
  readonly masked: Field;
  /** Its bit in the pending bit array. */
  readonly pending: Field;
}

/** Adds what the guest sees of its vector. Source: QEMU hw/pci/msix.c. */
export function msixTable(m: ModelBuilder): MsixTable {
  return {
    masked: m.field('guest vector', { values: ['unmasked', 'masked'], notable: true }),
    pending: m.field('PBA', { values: ['clear', 'pending'], notable: true }),
  };
}

/** What a write to vector control is wired to. */
export interface TableWriteWiring {
  readonly table: MsixTable;
  readonly trigger: VfioMsiTrigger;
  /** ioctl(KVM_SIGNAL_MSI). */
  readonly send: Procedure;
  /** The register that is written. */
  readonly register: Field;
  readonly bdf: string;
  /** Known bug: one more vector takes all of them away first. */
  readonly disablesToGrow: boolean;
}

function isWrite(register: Field, value: number): (s: State) => boolean {
  return (s) => s[register] === value;
}

/**
 * A write to vector control: a masked vector is given to QEMU, which keeps it pending, and given back; one more vector
 * is allocated. Source: QEMU hw/pci/msix.c `msix_handle_mask_update`, hw/vfio/pci.c `vfio_msix_vector_release`,
 * `vfio_msix_vector_do_use` (7.2; with dynamic allocation 9.0).
 */
export function writeVectorControl(wiring: TableWriteWiring): Procedure {
  const { table, trigger, send, register, bdf } = wiring;
  const isMask = isWrite(register, MASK_WRITE);
  const isUnmask = isWrite(register, UNMASK_WRITE);
  const ioctl = 'syscalls:sys_enter_ioctl cmd=VFIO_DEVICE_SET_IRQS';
  return procedure<string>(VCPU_THREAD, 'msix_table_mmio_write', {
    'write-vector-control': {
      at: 'QEMU hw/pci/msix.c msix_handle_mask_update',
      do: (s) => {
        if (isMask(s)) s[table.masked] = 1;
        if (isUnmask(s)) s[table.masked] = 0;
        if (isMask(s)) return undefined;
        return isUnmask(s) ? 'vector-do-use' : 'use-second-vector';
      },
    },
    'vector-release': {
      at: `${FILE} vfio_msix_vector_release (VFIO_DEVICE_SET_IRQS: QEMU's eventfd)`,
      cost: 'setIrqsIoctl',
      emits: [`qemu:vfio_msix_vector_release (${bdf}) vector 0 released`, ioctl],
      call: trigger.setSignal(TRIGGER_QEMU),
    },
    'vector-released': { at: 'QEMU hw/pci/msix.c msix_handle_mask_update', do: () => RETURN },
    'vector-do-use': {
      at: `${FILE} vfio_msix_vector_do_use (VFIO_DEVICE_SET_IRQS: KVM's eventfd)`,
      cost: 'setIrqsIoctl',
      emits: [`qemu:vfio_msix_vector_do_use (${bdf}) vector 0 used`, ioctl],
      call: trigger.setSignal(TRIGGER_KVM),
    },
    'fire-pending': {
      at: 'QEMU hw/pci/msix.c msix_handle_mask_update (msix_is_pending: msix_notify)',
      do: (s) => {
        if (s[table.pending] === 0) return RETURN;
        s[table.pending] = 0;
        return undefined;
      },
      call: send,
    },
    'pending-fired': { at: 'QEMU hw/pci/msix.c msix_handle_mask_update', do: () => RETURN },
    ...(wiring.disablesToGrow ? growByDisabling(trigger, bdf, ioctl) : growDynamically(bdf, ioctl)),
  });
}

function growByDisabling(trigger: VfioMsiTrigger, bdf: string, ioctl: string): Record<string, Step> {
  return {
    'use-second-vector': {
      at: `${FILE} vfio_msix_vector_do_use (vfio_disable_irqindex: all vectors)`,
      cost: 'setIrqsIoctl',
      emits: [`qemu:vfio_msix_vector_do_use (${bdf}) vector 1 used`, ioctl],
      call: trigger.disable,
    },
    'enable-vectors': {
      at: `${FILE} vfio_msix_vector_do_use (vfio_enable_vectors: two of them)`,
      cost: 'setIrqsIoctl',
      emits: [ioctl],
      call: trigger.enable,
    },
  };
}

function growDynamically(bdf: string, ioctl: string): Record<string, Step> {
  return {
    'use-second-vector': {
      at: `${FILE} vfio_msix_vector_do_use (VFIO_DEVICE_SET_IRQS: the new vector alone, pci_msix_alloc_irq_at)`,
      cost: 'setIrqsIoctl',
      emits: [`qemu:vfio_msix_vector_do_use (${bdf}) vector 1 used`, ioctl],
    },
  };
}

/** Whether the access is one to the table. */
export function isTableAccess(register: Field): (s: State) => boolean {
  return (s) => (s[register] as number) >= MASK_WRITE && (s[register] as number) <= ENABLE_SECOND_WRITE;
}
