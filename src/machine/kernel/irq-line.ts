import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { Vcpu } from './vcpu-state.ts';
import type { VgicIrq } from './vgic.ts';

/**
 * ioctl(KVM_IRQ_LINE) for a shared peripheral interrupt: what QEMU's `qemu_set_irq` ends in on a GICv2 machine.
 * Source: QEMU hw/intc/arm_gic_kvm.c `kvm_arm_gic_set_irq`; Linux arch/arm64/kvm/arm.c `kvm_vm_ioctl_irq_line`.
 */
export function kvmIrqLine(level: 0 | 1, irq: VgicIrq, vcpu: Vcpu): Procedure {
  return procedure(KVM, `kvm_vm_ioctl_irq_line(${String(level)})${irq.suffix}`, {
    [`${level === 1 ? 'raise-line' : 'lower-line'}${irq.suffix}`]: {
      at: 'Linux arch/arm64/kvm/arm.c kvm_vm_ioctl_irq_line',
      cost: 'irqLineIoctl',
      emits: [
        'syscalls:sys_enter_ioctl cmd=KVM_IRQ_LINE',
        'function:kvm_vm_ioctl_irq_line',
        `kvm:kvm_irq_line Inject VGIC SPI interrupt (1), vcpu->idx: 0, num: ${String(irq.intid)}, level: ${String(level)}`,
      ],
      call: irq.inject(level, vcpu),
    },
  });
}
