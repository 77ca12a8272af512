import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { IoapicPin } from './ioapic.ts';

/**
 * What QEMU's `pci_set_irq` ends in on q35 with the interrupt controllers in KVM: ioctl(KVM_IRQ_LINE_STATUS) for the IOAPIC
 * pin, then two more because the chipset brings the PIC route of the pin (IRQ 10, low) up to date as well, and IRQs
 * below 16 go to PIC and IOAPIC both. Those two change nothing.
 * Source: QEMU hw/isa/lpc_ich9.c `ich9_lpc_set_irq`, hw/i386/kvm/i8259.c, hw/i386/kvm/ioapic.c; traces X4b, X4m.
 */
export function q35IrqLine(level: 0 | 1, pin: Pick<IoapicPin, 'pin' | 'setIrq'>): Procedure {
  const direction = level === 1 ? 'raise' : 'lower';
  return procedure<string>(KVM, `kvm_vm_ioctl_irq_line(${String(level)})`, {
    [`${direction}-line`]: {
      ...irqLine(pin.pin, level),
      call: pin.setIrq(level, 0),
    },
    [`${direction}-update-pic`]: irqLine(10, 0),
    [`${direction}-update-ioapic`]: irqLine(10, 0),
  });
}

function irqLine(gsi: number, level: 0 | 1): Step<never> {
  return {
    at: 'Linux arch/x86/kvm/x86.c kvm_vm_ioctl_irq_line',
    cost: 'irqLineIoctl',
    emits: [
      'syscalls:sys_enter_ioctl cmd=KVM_IRQ_LINE_STATUS',
      'function:kvm_vm_ioctl_irq_line',
      'function:kvm_set_irq',
      `kvm:kvm_set_irq gsi ${String(gsi)} level ${String(level)} source 0`,
      ...(gsi < 16
        ? [
            'function:kvm_set_pic_irq',
            'function:kvm_pic_set_irq',
            'kvm:kvm_pic_set_irq chip 1 pin 2 (level|masked)',
            'function:kvm_set_ioapic_irq',
            'function:kvm_ioapic_set_irq',
            'function:ioapic_set_irq',
            `kvm:kvm_ioapic_set_irq pin ${String(gsi)} dst 0 vec 0 (Fixed|physical|edge|masked)`,
          ]
        : []),
    ],
  };
}
