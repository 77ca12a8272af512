import { readUartEvents, uartEventsOfRun, type TracedUart } from './uart-events.ts';

/** The PL011 of the virt machine: its page, SPI 1. */
const PL011: TracedUart = {
  rules: [
    [/^kvm_exit: TRAP: HSR_EC: 0x0024 \((\w+)\)/, ([reason]) => `kvm_exit ${reason ?? ''}`],
    [/^kvm_entry/, () => 'kvm_entry'],
    [/^kvm_guest_fault: ipa (0x9000000)/, ([page]) => `kvm_guest_fault ${page ?? ''}`],
    [/^kvm_mmio: mmio (\S+ len 2 gpa 0x90000\w\w)/, ([what]) => `kvm_mmio ${what ?? ''}`],
    [/^kvm_userspace_exit: reason (KVM_EXIT_MMIO)/, ([reason]) => `kvm_userspace_exit ${reason ?? ''}`],
    [/^kvm_irq_line: (Inject VGIC SPI .*num: 33, level: \d)/, ([what]) => `kvm_irq_line ${what ?? ''}`],
    [
      /^vgic_update_irq_pending: (VCPU: 0, IRQ 33, level: \d)/,
      ([what]) => `vgic_update_irq_pending ${what ?? ''}`,
    ],
  ],
  functions: [
    'kvm_handle_guest_abort',
    'io_mem_abort',
    'kvm_vm_ioctl_irq_line',
    'kvm_vgic_inject_irq <-kvm_vm_ioctl_irq_line',
    'kvm_vgic_flush_hwstate',
  ],
  ioctls: { KVM_IRQ_LINE: '4008ae61', KVM_RUN: 'ae80' },
  isItsRound: (event) => event.startsWith('kvm_mmio'),
};

/** The events of the PL011 in an ftrace text, in order. */
export function readPl011Trace(text: string): string[] {
  return readUartEvents(text, PL011);
}

/** The same of a run's trace points. */
export function pl011Events(tracepoints: readonly string[]): string[] {
  return uartEventsOfRun(tracepoints, PL011);
}
