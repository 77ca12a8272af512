import { procedure } from '../../engine/step.ts';
import type { Procedure, Tracepoint } from '../../engine/step.ts';
import { KVM } from '../parties.ts';

/** The local APIC that a message is for. */
export interface MsiDestination {
  readonly vector: number;
  /** Absent: that of the first vCPU. */
  readonly apicId?: number;
  readonly acceptAtomic: Procedure;
}

function setIrq({ vector, apicId = 0 }: MsiDestination): Tracepoint {
  return `kvm:kvm_msi_set_irq dst ${String(apicId)} vec ${String(vector)} (Fixed|physical|edge)`;
}

/**
 * `kvm_arch_set_irq_inatomic` for a route to a message: straight to the local APIC, in whatever context the eventfd is
 * signalled. The way out for a destination that is not in the fast map (-EWOULDBLOCK, a worker) is left out.
 * Source: Linux arch/x86/kvm/irq_comm.c `kvm_arch_set_irq_inatomic` (6.12); traces X4e, X4f.
 */
export function setMsiInAtomic(destination: MsiDestination): Procedure {
  return procedure(KVM, 'kvm_arch_set_irq_inatomic', {
    'set-msi': {
      at: 'Linux arch/x86/kvm/irq_comm.c kvm_arch_set_irq_inatomic (kvm_set_msi_irq)',
      emits: [setIrq(destination)],
      call: destination.acceptAtomic,
    },
  });
}

/** `kvm_set_irq` for a route to a message, in a worker that may sleep. Source: Linux arch/x86/kvm/irq_comm.c `kvm_set_msi` (6.12). */
export function setMsi(destination: MsiDestination): Procedure {
  return procedure(KVM, 'kvm_set_msi', {
    'set-msi-in-worker': {
      at: 'Linux arch/x86/kvm/irq_comm.c kvm_set_msi (kvm_set_irq)',
      emits: ['function:kvm_set_msi', setIrq(destination)],
      call: destination.acceptAtomic,
    },
  });
}

/** ioctl(KVM_SIGNAL_MSI). Source: Linux virt/kvm/irqchip.c `kvm_send_userspace_msi` (6.12); trace X4g. */
export function signalMsi(destination: MsiDestination): Procedure {
  return procedure(KVM, 'kvm_send_userspace_msi', {
    'signal-msi': {
      at: 'Linux virt/kvm/irqchip.c kvm_send_userspace_msi (kvm_set_msi)',
      cost: 'irqLineIoctl',
      emits: [
        'syscalls:sys_enter_ioctl cmd=KVM_SIGNAL_MSI',
        'function:kvm_send_userspace_msi',
        'function:kvm_set_msi',
        setIrq(destination),
        'function:kvm_irq_delivery_to_apic',
      ],
      call: destination.acceptAtomic,
    },
  });
}
