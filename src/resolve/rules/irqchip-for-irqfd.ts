import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';
import { silently } from './kvm-irqfd.ts';

/** Whether KVM has a local APIC or a GIC to which an MSI can be routed. */
export const irqchipTakesMsi: Rule = {
  name: 'irqchip-takes-msi',
  check({ machine }): Finding {
    const { irqchip } = machine;
    const source = 'QEMU accel/kvm/kvm-all.c kvm_irqchip_add_msi_route, kvm_irqchip_create';
    if (irqchip.value === undefined) {
      const cases = { holds: 'kernel-irqchip is on or split', fails: 'kernel-irqchip is off' };
      return { ...fromDecision(irqchip, 'unknown', irqchip.because, { cases }), source };
    }
    if (irqchip.value !== 'off') return { ...fromDecision(irqchip, 'holds', irqchip.because), source };
    const because =
      'there is no route for a message: the interrupt controller is in QEMU (kernel-irqchip=off)';
    return { ...fromDecision(irqchip, 'fails', because, { problem: silently(because) }), source };
  },
};

/** Whether the controller that the line ends in is in KVM: IOAPIC and PIC, or GIC. */
export const irqchipTakesLine: Rule = {
  name: 'irqchip-takes-line',
  check({ machine }): Finding {
    const { irqchip } = machine;
    const source =
      'Linux virt/kvm/eventfd.c kvm_irqfd_assign, arch/x86/kvm/irq.c kvm_arch_irqfd_allowed; traces X5';
    if (irqchip.value === undefined) {
      const cases = { holds: 'kernel-irqchip is on', fails: 'kernel-irqchip is not on' };
      return { ...fromDecision(irqchip, 'unknown', irqchip.because, { cases }), source };
    }
    if (irqchip.value === 'on') return { ...fromDecision(irqchip, 'holds', irqchip.because), source };
    if (irqchip.value === 'split') {
      const because = 'the IOAPIC is in QEMU (kernel-irqchip=split)';
      return { ...fromDecision(irqchip, 'fails', because), source };
    }
    const because =
      'KVM refuses the resample irqfd: the interrupt controller is in QEMU (kernel-irqchip=off)';
    const message = `irqfd is asked for but QEMU falls back to userspace with a warning: ${because}`;
    const problem = { code: 'irqfd-unavailable', severity: 'warning', message } as const;
    return { ...fromDecision(irqchip, 'fails', because, { problem }), source };
  },
};
