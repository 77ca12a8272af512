import type { Binding, Claim } from './alphabet.ts';
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

function isLine(gsi: number, { intids }: Binding): boolean {
  return intids.includes(gsi) || gsi === PIC_ROUTE;
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
    event: (args, binding) => (isLine(numberAfter(args, 'gsi '), binding) ? `kvm:kvm_set_irq ${args}` : null),
  },
  'function:kvm_set_pic_irq': { follows: ['kvm:kvm_set_irq'] },
  'function:kvm_pic_set_irq': { follows: ['function:kvm_set_pic_irq'] },
  'kvm:kvm_pic_set_irq': { follows: ['function:kvm_pic_set_irq'] },
  'function:kvm_set_ioapic_irq': { follows: ['kvm:kvm_set_irq', 'kvm:kvm_pic_set_irq'] },
  'function:kvm_ioapic_set_irq': { follows: ['function:kvm_set_ioapic_irq'] },
  'function:ioapic_set_irq': { follows: ['function:kvm_ioapic_set_irq'] },
  'kvm:kvm_ioapic_set_irq': {
    event: (args, binding) =>
      isLine(numberAfter(args, 'pin '), binding) ? `kvm:kvm_ioapic_set_irq ${args}` : null,
  },
  'function:ioapic_service': { callers: ['ioapic_set_irq', 'kvm_ioapic_update_eoi'], follows: 'any' },
  'kvm:kvm_msi_set_irq': {
    event: (args, binding) =>
      numberAfter(args, 'vec ') === vectorOf(binding) ? `kvm:kvm_msi_set_irq ${args}` : null,
  },
  'function:kvm_irq_delivery_to_apic': { follows: ['function:ioapic_service'] },
  'function:kvm_irq_delivery_to_apic_fast': {
    follows: ['function:kvm_irq_delivery_to_apic', 'kvm:kvm_msi_set_irq'],
  },
  'function:__apic_accept_irq': { follows: ['function:kvm_irq_delivery_to_apic_fast'] },
  'kvm:kvm_apic_accept_irq': {
    event: (args, binding) =>
      numberAfter(args, 'vec ') === vectorOf(binding) ? `kvm:kvm_apic_accept_irq ${args}` : null,
  },
  'function:svm_deliver_interrupt': { follows: ['kvm:kvm_apic_accept_irq'] },
  'function:vmx_deliver_interrupt': { follows: ['kvm:kvm_apic_accept_irq'] },
  'function:kvm_vcpu_kick': { callers: ['__apic_accept_irq', 'kvm_arch_memslots_updated'], follows: 'any' },
};

/** The guest's end of the interrupt at a local APIC in KVM. */
export const AT_THE_END: Readonly<Record<string, Claim>> = {
  'kvm:kvm_apic': {
    event: (args, binding) => {
      const vector = vectorOf(binding);
      return args.startsWith(`apic_read 0x${(0x180 + 0x10 * (vector >> 5)).toString(16)} `)
        ? `kvm:kvm_apic ${args}`
        : null;
    },
  },
  'kvm:kvm_msr': {
    event: (args) => (/^msr_(?:read 81[89a-f]|write 80b) /.test(args) ? `kvm:kvm_msr ${args}` : null),
    follows: 'any',
  },
  'kvm:kvm_eoi': {
    event: (args, binding) =>
      numberAfter(args, 'vector ') === vectorOf(binding) ? `kvm:kvm_eoi ${args}` : null,
  },
  'function:kvm_ioapic_send_eoi': { follows: ['kvm:kvm_eoi'] },
  'function:kvm_ioapic_update_eoi': { follows: ['function:kvm_ioapic_send_eoi'] },
  'function:kvm_notify_acked_irq': { follows: ['function:kvm_ioapic_update_eoi'] },
  'kvm:kvm_ack_irq': {
    event: (args, { intids }) => (intids.includes(numberAfter(args, 'pin ')) ? 'kvm:kvm_ack_irq' : null),
  },
};

/** What QEMU asks of the kernel. */
const BY_QEMU: Readonly<Record<string, Claim>> = {
  'syscalls:sys_enter_ioctl': {
    event: (args) => {
      const given = /cmd[:=] ?(\w+)/.exec(args)?.[1] ?? '';
      const name = IOCTLS[given] ?? given;
      return Object.values(IOCTLS).includes(name) ? `syscalls:sys_enter_ioctl ${name}` : null;
    },
  },
  'syscalls:sys_exit_ppoll': {
    event: (args) =>
      args.startsWith('0x0') || args.startsWith('0xf') ? null : 'syscalls:sys_exit_ppoll ready',
  },
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
