import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';
import { silently } from './kvm-irqfd.ts';

const SOURCE =
  'QEMU accel/kvm/kvm-all.c kvm_irqchip_add_irqfd_notifier; kvm_irqchip_set_qemuirq_gsi is only called by ' +
  'hw/intc/arm_gic_kvm.c; trace P4';

/**
 * Whether QEMU can find the GSI of the device's line. The map from lines to GSIs is filled by the GICv2 in KVM
 * and by nothing else.
 */
export const gsiMap: Rule = {
  name: 'gsi-map',
  check({ machine }): Finding {
    const { irqchip, gicVersion } = machine;
    if (irqchip.value === 'off') {
      const because = 'no GSI of the line is known: the interrupt controller is in QEMU (kernel-irqchip=off)';
      return { ...fromDecision(irqchip, 'fails', because, { problem: silently(because) }), source: SOURCE };
    }
    if (gicVersion.value !== undefined && gicVersion.value !== 2) {
      const because = `no GSI of the line is known: QEMU's GICv${gicVersion.value} fills no qemu_irq to GSI map`;
      return {
        ...fromDecision(gicVersion, 'fails', because, { problem: silently(because) }),
        source: SOURCE,
      };
    }
    if (gicVersion.value === undefined || irqchip.value === undefined) {
      const open = gicVersion.value === undefined ? gicVersion : irqchip;
      const cases =
        open === gicVersion
          ? {
              holds: caseOf(open.given, 'the GIC is a GICv2'),
              fails: caseOf(open.given, 'the GIC is a GICv3'),
            }
          : { holds: 'kernel-irqchip is on', fails: 'kernel-irqchip is off' };
      return { ...fromDecision(open, 'unknown', open.because, { cases }), source: SOURCE };
    }
    const because = 'the GICv2 in KVM tells QEMU the GSI of the line';
    return { ...fromDecision(gicVersion, 'holds', because), source: SOURCE };
  },
};

function caseOf(given: string | null, clause: string): string {
  return given === null ? clause : `${clause} (gic-version=${given})`;
}
