import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { IoapicEdgePin } from './ioapic-edge-pin.ts';

/**
 * What `qemu_set_irq` of an ISA interrupt ends in with the interrupt controllers in KVM: QEMU tells PIC and IOAPIC, each by
 * an ioctl(KVM_IRQ_LINE_STATUS) for the same GSI, and KVM takes each of them for both. The guest has the PIC's pin masked.
 * Source: QEMU hw/i386/x86.c `gsi_handler`, hw/i386/kvm/i8259.c, hw/i386/kvm/ioapic.c; the guest's console in traces X1.
 */
export function isaIrqLine(level: 0 | 1, pin: IoapicEdgePin): Procedure {
  const direction = level === 1 ? 'raise' : 'lower';
  const set: Step<never> = {
    at: 'Linux arch/x86/kvm/x86.c kvm_vm_ioctl_irq_line (kvm_set_pic_irq, kvm_set_ioapic_irq)',
    cost: 'irqLineIoctl',
    emits: [
      'syscalls:sys_enter_ioctl cmd=KVM_IRQ_LINE_STATUS',
      'function:kvm_vm_ioctl_irq_line',
      'function:kvm_set_irq',
      `kvm:kvm_set_irq gsi ${String(pin.pin)} level ${String(level)} source 0`,
      'function:kvm_set_pic_irq',
      'function:kvm_pic_set_irq',
      `kvm:kvm_pic_set_irq chip 0 pin ${String(pin.pin)} (edge|masked)`,
    ],
    call: pin.setIrq(level),
  };
  return procedure(KVM, `kvm_vm_ioctl_irq_line(${String(level)})`, {
    [`${direction}-isa-line-of-pic`]: set,
    [`${direction}-isa-line-of-ioapic`]: set,
  });
}
