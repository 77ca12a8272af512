import type { Binding, Claim } from './alphabet.ts';
import { ioctlClaim } from './system-call-claims.ts';
import { VCPU_EXITS } from './vfio-pci-exit-claims.ts';
import { AT_THE_END, IN_THE_IRQCHIP, numberAfter, vectorOf } from './vfio-pci-intx-claims.ts';

const IOCTLS: Readonly<Record<string, string>> = {
  '4020aea5': 'KVM_SIGNAL_MSI',
  ae80: 'KVM_RUN',
};

/** Of the vector alone: its name, whatever the guest's number of it is. */
function ofVector(name: string, key: string): Claim {
  return { event: (args, binding) => (numberAfter(args, key) === vectorOf(binding) ? name : null) };
}

/** `write notify` and the like, for the notification and the ISR register. */
function mmioEvent(args: string, { pages }: Binding): string | null {
  const [, kind = ''] = args.split(' ');
  const register = pages.indexOf(numberAfter(args, 'gpa 0x', 16));
  return register < 0 ? null : `kvm:kvm_mmio ${kind} ${register === 0 ? 'notify' : 'ISR'}`;
}

/** The notification, until somebody hears of it. */
export const KICK: Readonly<Record<string, Claim>> = {
  'kvm:kvm_mmio': { event: mmioEvent },
  // On VMX the bus for fast MMIO is asked before anything says which address it is.
  'function:ioeventfd_write': { follows: ['kvm:kvm_mmio', 'kvm:kvm_exit'] },
  'kvm:kvm_fast_mmio': {
    event: (args, { pages }) => (numberAfter(args, 'gpa 0x', 16) === pages[0] ? 'kvm:kvm_fast_mmio' : null),
  },
  'function:eventfd_signal_mask': { follows: ['function:ioeventfd_write'] },
};

/** What QEMU's threads do. System calls of the thread pool were not traced: what they call in the kernel was. */
export const BY_QEMU: Readonly<Record<string, Claim>> = {
  'syscalls:sys_enter_ioctl': ioctlClaim(IOCTLS),
  'syscalls:sys_exit_ppoll': {
    event: (args) =>
      args.startsWith('0x0') || args.startsWith('0xf') ? null : `syscalls:sys_exit_ppoll ${args}`,
  },
  'function:eventfd_read': {},
  'function:eventfd_write': {},
};

/** From an eventfd or an ioctl to the local APIC. */
const CALL: Readonly<Record<string, Claim>> = {
  ...IN_THE_IRQCHIP,
  'function:irqfd_wakeup': { follows: ['function:eventfd_write'] },
  'function:kvm_arch_set_irq_inatomic': { follows: ['function:irqfd_wakeup'] },
  'function:kvm_send_userspace_msi': {},
  'function:kvm_set_msi': { follows: ['function:kvm_send_userspace_msi'] },
  'kvm:kvm_msi_set_irq': ofVector('kvm:kvm_msi_set_irq', 'vec '),
  'function:kvm_irq_delivery_to_apic': { follows: ['kvm:kvm_msi_set_irq', 'function:ioapic_service'] },
  'kvm:kvm_apic_accept_irq': ofVector('kvm:kvm_apic_accept_irq', 'vec '),
  'function:kvm_vcpu_kick': { follows: ['function:svm_deliver_interrupt', 'function:vmx_deliver_interrupt'] },
};

/** Every event that is claimed of a virtio device of QEMU on x86, whoever serves it. */
export const VIRTIO_CLAIMS: Readonly<Record<string, Claim>> = {
  ...VCPU_EXITS,
  ...KICK,
  ...BY_QEMU,
  ...CALL,
  ...AT_THE_END,
  'kvm:kvm_eoi': ofVector('kvm:kvm_eoi', 'vector '),
  'kvm:kvm_pv_eoi': ofVector('kvm:kvm_pv_eoi', 'vector '),
};
