import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step, Tracepoint } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { Lapic } from './lapic.ts';

/** A GSI whose route is a message to one local APIC: what QEMU's IOAPIC gives KVM for each of its pins. */
export interface MsiRoute {
  readonly gsi: number;
  readonly lapic: Pick<Lapic, 'vector' | 'accept' | 'acceptAtomic'>;
  readonly trigger: 'level' | 'edge';
  /** The vCPU that it names, where that changes. */
  readonly destination?: Field;
}

/**
 * `kvm_arch_set_irq_inatomic`: a message can be sent in the context of whoever signals an irqfd, a hard interrupt
 * included. Source: Linux arch/x86/kvm/irq_comm.c (6.12); trace X5-split.
 */
export function setMsiInAtomic(route: MsiRoute): Procedure {
  return procedure(KVM, 'kvm_arch_set_irq_inatomic', {
    'set-msi': {
      at: 'Linux arch/x86/kvm/irq_comm.c kvm_arch_set_irq_inatomic (kvm_set_msi_irq)',
      emits: [msiTracepoint(route)],
      call: route.lapic.acceptAtomic,
    },
  });
}

/** What `kvm_set_msi` prints. */
export function msiTracepoint({ lapic, trigger, destination }: MsiRoute): Tracepoint {
  const text = (dst: number | undefined): string =>
    `kvm:kvm_msi_set_irq dst ${String(dst)} vec ${String(lapic.vector)} (Fixed|physical|${trigger})`;
  return destination === undefined ? text(0) : (s) => text(s[destination]);
}

/**
 * ioctl(KVM_IRQ_LINE_STATUS) on such a GSI: level 1 sends the message, level 0 would do nothing.
 * Source: Linux arch/x86/kvm/irq_comm.c `kvm_set_msi`; QEMU hw/intc/ioapic.c `ioapic_service`.
 */
export function irqLineOfMsi(route: MsiRoute): Procedure {
  const ioctl: Step<never> = {
    at: 'Linux arch/x86/kvm/x86.c kvm_vm_ioctl_irq_line (kvm_set_msi)',
    cost: 'irqLineIoctl',
    emits: [
      'syscalls:sys_enter_ioctl cmd=KVM_IRQ_LINE_STATUS',
      'function:kvm_vm_ioctl_irq_line',
      'function:kvm_set_irq',
      `kvm:kvm_set_irq gsi ${String(route.gsi)} level 1 source 0`,
      msiTracepoint(route),
    ],
    call: route.lapic.accept,
  };
  return procedure(KVM, 'kvm_vm_ioctl_irq_line(1)', { 'raise-line': ioctl });
}
