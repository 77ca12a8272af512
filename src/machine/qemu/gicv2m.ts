import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { MAIN_LOOP } from '../parties.ts';

/**
 * A message that QEMU writes to the frame of the GICv2m that it emulates: the edge of an SPI, pulsed through the GIC in
 * KVM. Source: QEMU hw/intc/arm_gicv2m.c `gicv2m_write`, `gicv2m_set_irq`, hw/intc/arm_gic_kvm.c
 * `kvm_arm_gic_set_irq` (7.2); not seen in any trace.
 */
export function writeToGicv2m(raiseLine: Procedure, lowerLine: Procedure): Procedure {
  const FILE = 'QEMU hw/intc/arm_gicv2m.c';
  return procedure(MAIN_LOOP, 'gicv2m_write', {
    'pulse-spi': { at: `${FILE} gicv2m_write (V2M_MSI_SETSPI: qemu_irq_pulse)`, call: raiseLine },
    'pulse-spi-ends': { at: `${FILE} gicv2m_set_irq (qemu_irq_pulse: back to 0)`, call: lowerLine },
  });
}
