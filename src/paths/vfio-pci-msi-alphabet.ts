import type { Alphabet, Binding, Claim } from './alphabet.ts';
import { VCPU_EXITS } from './vfio-pci-exit-claims.ts';
import { VFIO_PCI_INTX_ALPHABET } from './vfio-pci-intx-alphabet.ts';
import { numberAfter, vectorOf } from './vfio-pci-intx-claims.ts';
import { VECTOR } from './vfio-pci-msi-machine.ts';
import { X86_MSI_HOST_IRQ } from './wire-vfio-pci-msi.ts';

/** A line that names the vector, decimal behind `key`: the name alone stays, if it is the device's. */
function ofVector(name: string, key: string): Claim {
  return {
    event: (args, binding) => (numberAfter(args, key) === vectorOf(binding) ? name : null),
  };
}

function hostIrq(name: string): Claim {
  return { event: (args, { hostIrqs }) => (hostIrqs.includes(numberAfter(args, 'irq=')) ? name : null) };
}

/**
 * From the host's handler to the local APIC and to the end of the interrupt. A function that is called for other vectors
 * too is told by what came before, so that what QEMU's main loop does before KVM names the vector is not claimed.
 */
const MSI_CLAIMS: Readonly<Record<string, Claim>> = {
  ...Object.fromEntries(Object.entries(VCPU_EXITS).filter(([name]) => name !== 'kvm:kvm_mmio')),
  'irq:irq_handler_entry': hostIrq('irq:irq_handler_entry'),
  'irq:irq_handler_exit': hostIrq('irq:irq_handler_exit'),
  'function:vfio_msihandler': { follows: ['irq:irq_handler_entry'] },
  'function:eventfd_signal_mask': { follows: ['function:vfio_msihandler'] },
  'function:irqfd_wakeup': { follows: ['function:eventfd_signal_mask'] },
  'function:kvm_arch_set_irq_inatomic': { follows: ['function:irqfd_wakeup'] },
  'kvm:kvm_msi_set_irq': ofVector('kvm:kvm_msi_set_irq', 'vec '),
  'function:kvm_irq_delivery_to_apic': { follows: ['kvm:kvm_msi_set_irq'] },
  'function:kvm_irq_delivery_to_apic_fast': {
    follows: ['kvm:kvm_msi_set_irq', 'function:kvm_irq_delivery_to_apic'],
  },
  'function:__apic_accept_irq': { follows: ['function:kvm_irq_delivery_to_apic_fast'] },
  'kvm:kvm_apic_accept_irq': ofVector('kvm:kvm_apic_accept_irq', 'vec '),
  'function:svm_deliver_interrupt': { follows: ['kvm:kvm_apic_accept_irq'] },
  'function:vmx_deliver_interrupt': { follows: ['kvm:kvm_apic_accept_irq'] },
  'function:kvm_vcpu_kick': { follows: ['function:svm_deliver_interrupt', 'function:vmx_deliver_interrupt'] },
  'kvm:kvm_eoi': ofVector('kvm:kvm_eoi', 'vector '),
  'kvm:kvm_pv_eoi': ofVector('kvm:kvm_pv_eoi', 'vector '),
};

const MODEL: Binding = {
  hostIrqs: [X86_MSI_HOST_IRQ],
  intids: [],
  pages: [],
  vectors: [VECTOR],
  registers: [],
};

/** What is known of one message behind vfio-pci on x86 without APICv, whoever injects. */
export const VFIO_PCI_MSI_ALPHABET: Alphabet = {
  ...VFIO_PCI_INTX_ALPHABET,
  claims: MSI_CLAIMS,
  witnesses: {},
  transparent: ['efd_signal'],
  model: MODEL,
  findBinding: (events) => {
    let irq: number | null = null;
    for (const { name, args } of events) {
      if (name === 'irq:irq_handler_entry' && args.includes('name=vfio-msi'))
        irq ??= numberAfter(args, 'irq=');
      if (irq !== null && name === 'kvm:kvm_msi_set_irq') {
        return { ...MODEL, hostIrqs: [irq], vectors: [numberAfter(args, 'vec ')] };
      }
    }
    return MODEL;
  },
};
