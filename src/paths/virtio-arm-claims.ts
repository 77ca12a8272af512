import type { Binding, Claim } from './alphabet.ts';
import { ARM_VCPU_CLAIMS } from './vfio-pci-arm-alphabet.ts';
import { numberAfter } from './vfio-pci-intx-claims.ts';
import { BY_QEMU, KICK } from './virtio-claims.ts';

/** The registers of the device in the order of its pages: of PCI, then of virtio-mmio. */
const REGISTERS = ['notify', 'ISR', 'notify', 'ISR', 'acknowledge'] as const;

/** `write notify` and the like. */
function mmioEvent(args: string, { pages }: Binding): string | null {
  const [, kind = ''] = args.split(' ');
  const register = REGISTERS[pages.indexOf(numberAfter(args, 'gpa 0x', 16))];
  return register === undefined ? null : `kvm:kvm_mmio ${kind} ${register}`;
}

/** Every event that is claimed of a virtio device of QEMU on Arm, whoever serves it and however it interrupts. */
export const VIRTIO_ARM_CLAIMS: Readonly<Record<string, Claim>> = {
  ...ARM_VCPU_CLAIMS,
  ...KICK,
  'kvm:kvm_mmio': { event: mmioEvent },
  ...BY_QEMU,
  'function:irqfd_wakeup': { follows: ['function:eventfd_write'] },
  'function:kvm_arch_set_irq_inatomic': { follows: ['function:irqfd_wakeup'] },
  'function:kvm_send_userspace_msi': {},
  'function:kvm_set_msi': { follows: ['function:kvm_send_userspace_msi'] },
  'function:vgic_its_inject_msi': { follows: ['function:kvm_set_msi'] },
  'function:vgic_its_inject_cached_translation': {
    follows: ['function:kvm_arch_set_irq_inatomic', 'function:vgic_its_inject_msi'],
  },
  'function:vgic_queue_irq_unlock': {
    follows: ['function:vgic_its_inject_cached_translation', 'kvm:vgic_update_irq_pending'],
  },
};
