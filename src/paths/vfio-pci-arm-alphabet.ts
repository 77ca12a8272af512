import { QEMU_CONTEXTS } from './qemu-contexts.ts';
import type { Alphabet, Binding, Claim } from './alphabet.ts';
import { ARM_INTX_GSI } from './vfio-pci-arm-machine.ts';
import { GICV2M_GSI } from './vfio-pci-arm-msi-machine.ts';
import { VCPU_EXITS } from './vfio-pci-exit-claims.ts';
import { numberAfter, VFIO_PCI_INTX_CLAIMS } from './vfio-pci-intx-claims.ts';
import { HOST_IRQ } from './vfio-pci-machine.ts';
import { VFIO_PLATFORM_CLAIMS } from './vfio-platform-claims.ts';
import { ARM_PCI_BAR } from './wire-vfio-pci-arm.ts';
import { ARM_MSI_HOST_IRQ } from './wire-vfio-pci-arm-msi.ts';

type Claims = Readonly<Record<string, Claim>>;

/** Those of the claims that have these names. */
function pick(claims: Claims, names: readonly string[]): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => names.includes(name)));
}

/** What a vCPU thread on Arm goes through; the interrupt comes into it with its own number. */
export const ARM_VCPU_CLAIMS = pick(VFIO_PLATFORM_CLAIMS, [
  'irq:irq_handler_entry',
  'irq:irq_handler_exit',
  'kvm:kvm_irq_line',
  'kvm:vgic_update_irq_pending',
  'kvm:kvm_entry',
  'kvm:kvm_exit',
  'kvm:kvm_wfx_arm64',
  'kvm:kvm_vcpu_wakeup',
  'kvm:kvm_userspace_exit',
  'function:kvm_vcpu_halt',
  'function:kvm_vgic_flush_hwstate',
  'function:kvm_vgic_sync_hwstate',
  'function:vgic_queue_irq_unlock',
  'function:kvm_vcpu_kick',
  'syscalls:sys_enter_ioctl',
]);

/**
 * INTx on Arm: what VFIO and irqfds do is the same on x86. Faults are not claimed: the pages of a BAR are mapped one by
 * one, and the model knows one.
 */
const INTX_CLAIMS: Claims = {
  ...ARM_VCPU_CLAIMS,
  ...pick(VCPU_EXITS, ['kvm:kvm_mmio']),
  ...pick(VFIO_PLATFORM_CLAIMS, [
    'kvm:kvm_set_irq',
    'kvm:kvm_ack_irq',
    'syscalls:sys_exit_ppoll',
    'function:eventfd_read',
  ]),
  ...pick(VFIO_PCI_INTX_CLAIMS, ['syscalls:sys_enter_ioctl']),
  // Told by the ioctl: the function was not traced. Only the model's own line has no caller.
  'function:kvm_set_memory_region': {
    event: (args) => (args === '' ? 'syscalls:sys_enter_ioctl KVM_SET_USER_MEMORY_REGION' : null),
    needs: ['syscalls:sys_enter_ioctl'],
  },
  ...pick(VFIO_PCI_INTX_CLAIMS, [
    'function:vfio_intx_handler',
    'function:pci_check_and_mask_intx',
    'function:disable_irq_nosync',
    'function:eventfd_signal_mask',
    'function:vfio_pci_set_irqs_ioctl',
    'function:vfio_pci_set_intx_unmask',
    'function:__vfio_pci_intx_unmask',
    'function:vfio_pci_intx_unmask_handler',
    'function:pci_check_and_unmask_intx',
    'function:enable_irq',
    'function:vfio_pci_rw',
    'function:vfio_pci_bar_rw',
    'function:irqfd_wakeup',
    'function:kvm_arch_set_irq_inatomic',
    'function:irqfd_inject',
    'function:irqfd_resampler_ack',
    'function:virqfd_wakeup',
    'function:virqfd_inject',
  ]),
};

/** What a message goes through in the kernel when QEMU hands it over: on Arm no line says which vector it is. */
const USERSPACE_MSI_CLAIMS: Claims = {
  'function:kvm_send_userspace_msi': {},
  'function:kvm_set_msi': { follows: ['function:kvm_send_userspace_msi'] },
  'function:vgic_its_inject_msi': { follows: ['function:kvm_set_msi'] },
  'function:eventfd_read': {},
};

/** From the host's handler to the LPI; a function that is called for other vectors too is told by what came before. */
const MSI_CLAIMS: Claims = {
  ...ARM_VCPU_CLAIMS,
  'function:vfio_msihandler': { follows: ['irq:irq_handler_entry'] },
  'function:eventfd_signal_mask': { follows: ['function:vfio_msihandler'] },
  'function:irqfd_wakeup': { follows: ['function:eventfd_signal_mask'] },
  'function:kvm_arch_set_irq_inatomic': { follows: ['function:irqfd_wakeup'] },
  'function:vgic_its_inject_cached_translation': {
    follows: ['function:kvm_arch_set_irq_inatomic', 'function:vgic_its_inject_msi'],
  },
  ...USERSPACE_MSI_CLAIMS,
  'function:vgic_queue_irq_unlock': {
    follows: ['function:vgic_its_inject_cached_translation', 'kvm:vgic_update_irq_pending'],
  },
};

const MODEL_INTX: Binding = {
  hostIrqs: [HOST_IRQ],
  intids: [ARM_INTX_GSI + 32],
  pages: [ARM_PCI_BAR],
  registers: [],
};

const MODEL_MSI: Binding = {
  hostIrqs: [ARM_MSI_HOST_IRQ],
  intids: [GICV2M_GSI + 32],
  pages: [],
  registers: [],
};

export const ARM_SHARED: Pick<Alphabet, 'witnesses' | 'transparent' | 'threadContext' | 'processContext'> = {
  witnesses: {},
  transparent: [
    'efd_signal',
    'function:vgic_has_its',
    'function:vgic_lazy_init',
    'function:vgic_target_oracle',
    'function:vgic_irqfd_set_irq',
  ],
  ...QEMU_CONTEXTS,
};

/** What is known of INTx behind vfio-pci on Arm, whoever injects. */
export const VFIO_PCI_ARM_INTX_ALPHABET: Alphabet = {
  ...ARM_SHARED,
  claims: INTX_CLAIMS,
  model: MODEL_INTX,
  findBinding: (events) => withHostIrq(events, MODEL_INTX, 'name=vfio-intx('),
};

/** What is known of one message behind vfio-pci on Arm, whoever injects. */
export const VFIO_PCI_ARM_MSI_ALPHABET: Alphabet = {
  ...ARM_SHARED,
  claims: MSI_CLAIMS,
  model: MODEL_MSI,
  findBinding: (events) => withHostIrq(events, MODEL_MSI, 'name=vfio-msi'),
};

/** The host's number of the first such interrupt in the trace; the model's if there is none. */
function withHostIrq(
  events: Iterable<{ readonly name: string; readonly args: string }>,
  model: Binding,
  handler: string,
): Binding {
  for (const { name, args } of events) {
    if (name === 'irq:irq_handler_entry' && args.includes(handler)) {
      return { ...model, hostIrqs: [numberAfter(args, 'irq=')] };
    }
  }
  return model;
}
