import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { irqLineOfMsi } from '../kernel/msi-route.ts';
import type { MsiRoute } from '../kernel/msi-route.ts';
import { QEMU_IOAPIC } from '../parties.ts';

/** What moves the line of an ISA interrupt. */
export interface IsaLine {
  readonly raise: Procedure;
  readonly lower: Procedure;
}

/**
 * An edge-triggered ISA interrupt with PIC and IOAPIC in QEMU (`kernel-irqchip=split`): each time that the line is said to be
 * up the IOAPIC sends its message, by an ioctl on its GSI, and takes the GSI back by another, which does nothing. The guest
 * has the PIC's pin masked.
 * Source: QEMU hw/i386/x86.c `gsi_handler`, hw/intc/ioapic.c `ioapic_set_irq`, `ioapic_service` (7.2). No trace.
 */
export function splitIsaLine(route: Omit<MsiRoute, 'trigger'>): IsaLine {
  const edge = { ...route, trigger: 'edge' as const };
  const pin = String(route.gsi);
  const said = (level: 0 | 1): string => `qemu:ioapic_set_irq vector: ${pin} level: ${String(level)}`;
  return {
    raise: procedure(QEMU_IOAPIC, 'gsi_handler(1)', {
      'raise-edge': {
        at: 'QEMU hw/intc/ioapic.c ioapic_set_irq, ioapic_service (edge: kvm_set_irq 1)',
        cost: 'ioapicSetIrq',
        emits: [said(1)],
        call: irqLineOfMsi(edge),
      },
      'take-edge-back': {
        at: 'Linux arch/x86/kvm/x86.c kvm_vm_ioctl_irq_line (kvm_set_msi: level 0, nothing)',
        cost: 'irqLineIoctl',
        emits: [
          'syscalls:sys_enter_ioctl cmd=KVM_IRQ_LINE_STATUS',
          'function:kvm_vm_ioctl_irq_line',
          'function:kvm_set_irq',
          `kvm:kvm_set_irq gsi ${pin} level 0 source 0`,
        ],
      },
    }),
    lower: procedure(QEMU_IOAPIC, 'gsi_handler(0)', {
      'lower-edge': {
        at: 'QEMU hw/intc/ioapic.c ioapic_set_irq (edge, level 0: nothing)',
        cost: 'ioapicSetIrq',
        emits: [said(0)],
      },
    }),
  };
}
