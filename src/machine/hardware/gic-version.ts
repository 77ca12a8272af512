/**
 * What two versions of the GIC do not share: the registers of a CPU interface and of the list registers, and the code
 * that drives them. The states of an interrupt and what moves it between them are the same.
 */
export interface GicVersion {
  /** Linux' driver of the host's GIC; a guest runs the same. */
  readonly driver: string;
  /** The priority that holds off others, as a field of the state. */
  readonly runningPriority: string;
  /** The driver's function that takes an interrupt, and the register it reads. */
  readonly acknowledgedBy: string;
  /** The same for the priority drop of EOImode 1. */
  readonly droppedBy: string;
  /** The register that ends an interrupt, and the one that deactivates it in EOImode 1. */
  readonly endRegister: string;
  readonly deactivateRegister: string;
  /** What else the function tracer sees when the driver masks an interrupt; on a GICv2 the compiler inlines it. */
  readonly maskTracepoints: readonly string[];
  /** The registers of the guest's CPU interface: none of them traps. */
  readonly guestAcknowledgeRegister: string;
  readonly guestEndRegister: string;
  /** Start of the names of KVM's functions for list registers, and their file. */
  readonly vgic: 'vgic_v2' | 'vgic_v3';
  readonly vgicFile: string;
  /** What QEMU resets KVM's distributor with. */
  readonly qemuReset: string;
}

/** Memory-mapped throughout. Source: Linux 6.12 irq-gic.c, vgic-v2.c; QEMU 7.2; traces P1 to P3. */
export const GICV2: GicVersion = {
  driver: 'Linux drivers/irqchip/irq-gic.c',
  runningPriority: 'GICC running priority',
  acknowledgedBy: 'gic_handle_irq (reads GICC_IAR)',
  droppedBy: 'gic_handle_irq (EOImode 1: writes GICC_EOIR)',
  endRegister: 'GICC_EOIR',
  deactivateRegister: 'GICC_DIR',
  maskTracepoints: [],
  guestAcknowledgeRegister: 'GICV_IAR',
  guestEndRegister: 'GICV_EOIR',
  vgic: 'vgic_v2',
  vgicFile: 'Linux arch/arm64/kvm/vgic/vgic-v2.c',
  qemuReset: 'QEMU hw/intc/arm_gic_kvm.c kvm_arm_gic_put',
};

/**
 * CPU interface and list registers (ICH_LRn_EL2) are system registers.
 * Source: Linux 6.12 irq-gic-v3.c, vgic-v3.c; QEMU 7.2; trace P4.
 */
export const GICV3: GicVersion = {
  driver: 'Linux drivers/irqchip/irq-gic-v3.c',
  runningPriority: 'ICC running priority',
  acknowledgedBy: 'gic_handle_irq (reads ICC_IAR1_EL1)',
  droppedBy: 'gic_complete_ack (EOImode 1: writes ICC_EOIR1_EL1)',
  endRegister: 'ICC_EOIR1_EL1',
  deactivateRegister: 'ICC_DIR_EL1',
  maskTracepoints: ['function:gic_mask_irq'],
  guestAcknowledgeRegister: 'ICC_IAR1_EL1',
  guestEndRegister: 'ICC_EOIR1_EL1',
  vgic: 'vgic_v3',
  vgicFile: 'Linux arch/arm64/kvm/vgic/vgic-v3.c',
  qemuReset: 'QEMU hw/intc/arm_gicv3_kvm.c kvm_arm_gicv3_put',
};
