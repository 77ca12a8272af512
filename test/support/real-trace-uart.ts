import { readUartEvents, uartEventsOfRun, type TracedUart } from './uart-events.ts';

/** The UART of a PC: ISA interrupt 4, vector 36, the ports. Functions of the local APIC are the timer's as well. */
const ISA_UART: TracedUart = {
  rules: [
    [/^kvm_exit: vcpu 0 reason (\w+)/, ([reason]) => `kvm_exit ${reason ?? ''}`],
    [/^kvm_entry: vcpu 0/, () => 'kvm_entry'],
    [/^kvm_pio: (pio_\w+ at 0x3f[89ade]) size 1 count 1/, ([what]) => `kvm_pio ${what ?? ''}`],
    [/^kvm_userspace_exit: reason (KVM_EXIT_IO)/, ([reason]) => `kvm_userspace_exit ${reason ?? ''}`],
    [/^kvm_set_irq: (gsi 4 level \d source 0)/, ([what]) => `kvm_set_irq ${what ?? ''}`],
    [/^kvm_pic_set_irq: (chip 0 pin 4 .*)$/, ([what]) => `kvm_pic_set_irq ${what ?? ''}`],
    [/^kvm_ioapic_set_irq: (pin 4 dst 0 .*)$/, ([what]) => `kvm_ioapic_set_irq ${what ?? ''}`],
    [/^kvm_apic_accept_irq: (apicid 0 vec 36 .*)$/, ([what]) => `kvm_apic_accept_irq ${what ?? ''}`],
    [/^kvm_inj_virq: (IRQ 0x24.*)$/, ([what]) => `kvm_inj_virq ${what ?? ''}`],
    [/^(kvm_eoi|kvm_pv_eoi): apicid 0 vector 36/, ([name]) => `${name ?? ''} vector 36`],
  ],
  functions: [
    'kvm_vm_ioctl_irq_line',
    'kvm_set_irq',
    'kvm_set_pic_irq',
    'kvm_pic_set_irq',
    'kvm_set_ioapic_irq',
    'kvm_ioapic_set_irq',
    'ioapic_set_irq',
    'ioapic_service',
    'kvm_irq_delivery_to_apic',
    'kvm_irq_delivery_to_apic_fast',
  ],
  ioctls: { KVM_IRQ_LINE_STATUS: 'ffffffffc008ae67', KVM_RUN: 'ae80' },
  isItsRound: (event) => event.startsWith('kvm_pio') || event.startsWith('kvm_inj_virq'),
};

/** The events of the UART in an ftrace text, in order. */
export function readUartTrace(text: string): string[] {
  return readUartEvents(text, ISA_UART);
}

/** The same of a run's trace points. */
export function uartEvents(tracepoints: readonly string[]): string[] {
  return uartEventsOfRun(tracepoints, ISA_UART);
}
