import type { Binding, Claim } from './alphabet.ts';
import { ioctlClaim, PPOLL_READY } from './system-call-claims.ts';
import { VCPU_EXITS } from './vfio-pci-exit-claims.ts';

const IOCTLS: Readonly<Record<string, string>> = {
  '3b6e': 'VFIO_DEVICE_SET_IRQS',
  '3b71': 'VFIO_IOMMU_MAP_DMA',
  '3b72': 'VFIO_IOMMU_UNMAP_DMA',
  '4020ae46': 'KVM_SET_USER_MEMORY_REGION',
  '4004ae86': 'KVM_INTERRUPT',
  ae80: 'KVM_RUN',
};
/** The chipset of q35 brings the PIC's route of the pin up to date as well; nobody else moves that line. */
const PIC_ROUTE = 10;

/** The number behind `key`; NaN if there is none. */
export function numberAfter(args: string, key: string, radix = 10): number {
  const at = args.indexOf(key);
  return at < 0 ? NaN : Number.parseInt(args.slice(at + key.length), radix);
}

/** The device's vector, as of its only line. */
export function vectorOf({ vectors }: Binding): number {
  return vectors?.[0] ?? NaN;
}

/** What a pin of the guest's is called whatever its number; null if it is another device's. */
function lineInWords(gsi: number, { intids }: Binding): string | null {
  if (intids.includes(gsi)) return 'line';
  return gsi === PIC_ROUTE ? 'PIC route' : null;
}

/** The text without the number behind each of `keys`: a guest chooses its own. */
function withoutNumbers(args: string, keys: readonly string[]): string {
  return keys.reduce((text, key) => text.replace(new RegExp(`\\b${key}\\d+`), key.trim()), args);
}

/** An event of the device's vector, in words that are the same whichever vector the guest has chosen. */
function ofVector(name: string, key: string): Claim {
  return {
    event: (args, binding) =>
      numberAfter(args, key) === vectorOf(binding) ? `${name} ${withoutNumbers(args, [key])}` : null,
  };
}

/** A read of the word of a local APIC that tells level-triggered interrupts from others: what it says of the vector. */
function tmrRead(name: string, value: number, binding: Binding): string {
  return `${name} TMR ${(value >>> (vectorOf(binding) & 31)) & 1 ? 'level' : 'edge'}`;
}

function hostIrq(name: string, result: boolean): Claim {
  return {
    event: (args, { hostIrqs }) => {
      if (!hostIrqs.includes(numberAfter(args, 'irq='))) return null;
      return result ? `${name} ${args.slice(args.indexOf('ret='))}` : name;
    },
  };
}

/** The driver's handler, its unmasking, and what both call. */
const IN_VFIO: Readonly<Record<string, Claim>> = {
  'irq:irq_handler_entry': hostIrq('irq:irq_handler_entry', false),
  'irq:irq_handler_exit': hostIrq('irq:irq_handler_exit', true),
  'function:vfio_intx_handler': {},
  'function:pci_check_and_mask_intx': {},
  'function:disable_irq_nosync': { callers: ['vfio_intx_handler'] },
  'function:eventfd_signal_mask': {
    callers: [
      'vfio_intx_handler',
      '__vfio_pci_intx_unmask',
      'vfio_pci_set_intx_unmask',
      'virqfd_inject',
      'irqfd_resampler_ack',
      'irqfd_resampler_notify',
    ],
  },
  'function:vfio_pci_set_irqs_ioctl': {},
  'function:vfio_pci_set_intx_unmask': {},
  'function:__vfio_pci_intx_unmask': {},
  'function:vfio_pci_intx_unmask_handler': {},
  'function:pci_check_and_unmask_intx': {},
  'function:enable_irq': { callers: ['vfio_pci_intx_unmask_handler'] },
  'function:vfio_pci_rw': {},
  'function:vfio_pci_bar_rw': {},
};

/** What an irqfd and its resampler do. */
const IN_THE_IRQFD: Readonly<Record<string, Claim>> = {
  'function:irqfd_wakeup': { follows: ['function:eventfd_signal_mask'] },
  'function:kvm_arch_set_irq_inatomic': { follows: ['function:irqfd_wakeup'] },
  'function:irqfd_inject': {},
  'function:irqfd_resampler_ack': { follows: ['kvm:kvm_ack_irq'] },
  'function:virqfd_wakeup': {},
  'function:virqfd_inject': {},
};

/** From the line to the local APIC. Most of these functions are called for other lines as well. */
export const IN_THE_IRQCHIP: Readonly<Record<string, Claim>> = {
  'function:kvm_vm_ioctl_irq_line': { follows: ['irq_line'] },
  'function:kvm_set_irq': {
    follows: ['function:kvm_vm_ioctl_irq_line', 'function:irqfd_inject', 'function:irqfd_resampler_ack'],
  },
  'kvm:kvm_set_irq': {
    event: (args, binding) => {
      const line = lineInWords(numberAfter(args, 'gsi '), binding);
      return line && `kvm:kvm_set_irq ${line} ${withoutNumbers(args, ['gsi '])}`;
    },
  },
  'function:kvm_set_pic_irq': { follows: ['kvm:kvm_set_irq'] },
  'function:kvm_pic_set_irq': { follows: ['function:kvm_set_pic_irq'] },
  'kvm:kvm_pic_set_irq': { follows: ['function:kvm_pic_set_irq'] },
  'function:kvm_set_ioapic_irq': { follows: ['kvm:kvm_set_irq', 'kvm:kvm_pic_set_irq'] },
  'function:kvm_ioapic_set_irq': { follows: ['function:kvm_set_ioapic_irq'] },
  'function:ioapic_set_irq': { follows: ['function:kvm_ioapic_set_irq'] },
  'kvm:kvm_ioapic_set_irq': {
    event: (args, binding) => {
      const line = lineInWords(numberAfter(args, 'pin '), binding);
      return line && `kvm:kvm_ioapic_set_irq ${line} ${withoutNumbers(args, ['pin ', 'vec '])}`;
    },
  },
  'function:ioapic_service': { callers: ['ioapic_set_irq', 'kvm_ioapic_update_eoi'], follows: 'any' },
  'kvm:kvm_msi_set_irq': ofVector('kvm:kvm_msi_set_irq', 'vec '),
  'function:kvm_irq_delivery_to_apic': { follows: ['function:ioapic_service'] },
  'function:kvm_irq_delivery_to_apic_fast': {
    follows: ['function:kvm_irq_delivery_to_apic', 'kvm:kvm_msi_set_irq'],
  },
  'function:__apic_accept_irq': { follows: ['function:kvm_irq_delivery_to_apic_fast'] },
  'kvm:kvm_apic_accept_irq': ofVector('kvm:kvm_apic_accept_irq', 'vec '),
  'function:svm_deliver_interrupt': { follows: ['kvm:kvm_apic_accept_irq'] },
  'function:vmx_deliver_interrupt': { follows: ['kvm:kvm_apic_accept_irq'] },
  'function:kvm_vcpu_kick': { callers: ['__apic_accept_irq', 'kvm_arch_memslots_updated'], follows: 'any' },
};

/** The guest's end of the interrupt at a local APIC in KVM. */
export const AT_THE_END: Readonly<Record<string, Claim>> = {
  'kvm:kvm_apic': {
    event: (args, binding) => {
      const register = 0x180 + 0x10 * (vectorOf(binding) >> 5);
      return args.startsWith(`apic_read 0x${register.toString(16)} `)
        ? tmrRead('kvm:kvm_apic', numberAfter(args, '= 0x', 16), binding)
        : null;
    },
  },
  'kvm:kvm_msr': {
    event: (args, binding) => {
      if (args.startsWith('msr_write 80b ')) return 'kvm:kvm_msr write EOI';
      const register = 0x818 + (vectorOf(binding) >> 5);
      return args.startsWith(`msr_read ${register.toString(16)} `)
        ? tmrRead('kvm:kvm_msr', numberAfter(args, '= 0x', 16), binding)
        : null;
    },
    follows: 'any',
  },
  'kvm:kvm_eoi': ofVector('kvm:kvm_eoi', 'vector '),
  'function:kvm_ioapic_send_eoi': { follows: ['kvm:kvm_eoi'] },
  'function:kvm_ioapic_update_eoi': { follows: ['function:kvm_ioapic_send_eoi'] },
  'function:kvm_notify_acked_irq': { follows: ['function:kvm_ioapic_update_eoi'] },
  'kvm:kvm_ack_irq': {
    event: (args, { intids }) => (intids.includes(numberAfter(args, 'pin ')) ? 'kvm:kvm_ack_irq' : null),
  },
};

/** What QEMU asks of the kernel. */
const BY_QEMU: Readonly<Record<string, Claim>> = {
  'syscalls:sys_enter_ioctl': ioctlClaim(IOCTLS),
  'syscalls:sys_exit_ppoll': PPOLL_READY,
  'function:eventfd_read': {},
  'function:kvm_arch_vcpu_ioctl': {},
};

/** Every event that is claimed of the INTx of a device behind vfio-pci on x86, whoever injects. */
export const VFIO_PCI_INTX_CLAIMS: Readonly<Record<string, Claim>> = {
  ...IN_VFIO,
  ...IN_THE_IRQFD,
  ...IN_THE_IRQCHIP,
  ...VCPU_EXITS,
  ...AT_THE_END,
  ...BY_QEMU,
};

/** QEMU writes the resample eventfd itself when its IOAPIC has heard of the end. */
export const SPLIT_CLAIMS: Readonly<Record<string, Claim>> = {
  ...VFIO_PCI_INTX_CLAIMS,
  'function:eventfd_write': {},
};
