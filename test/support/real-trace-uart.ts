/** What stays of each trace point of a guest's console at its UART: ISA interrupt 4, vector 36, the ports. */
const RULES: readonly (readonly [RegExp, (groups: readonly string[]) => string])[] = [
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
];

/** Functions on the way of a line; those of the local APIC are the timer's as well. */
const FUNCTIONS = new Set([
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
]);

/** A text as a trace prints it, as an event; null if it is not one that is compared. */
function canonical(text: string): string | null {
  const [, name = ''] = /^(\w+) <-/.exec(text) ?? [];
  if (name !== '') return FUNCTIONS.has(name) ? name : null;
  if (/^sys_ioctl\(fd: \w+, cmd: ffffffffc008ae67/.test(text)) return 'ioctl KVM_IRQ_LINE_STATUS';
  if (/^sys_ioctl\(fd: \w+, cmd: ae80/.test(text)) return 'ioctl KVM_RUN';
  for (const [pattern, render] of RULES) {
    const match = pattern.exec(text.trimEnd());
    if (match) return render(match.slice(1));
  }
  return null;
}

/** The events of the UART in an ftrace text, in order: all are of the vCPU thread. */
export function readUartTrace(text: string): string[] {
  return roundsOfUart(
    text.split('\n').flatMap((line) => {
      const content = /^\s*CPU 0\/KVM-\d+\s+\[\d+\] \S+\s+[\d.]+: (.*)$/.exec(line)?.[1];
      const event = content === undefined ? null : canonical(content);
      return event === null ? [] : [event];
    }),
  );
}

/** The same of a run's trace points. */
export function uartEvents(tracepoints: readonly string[]): string[] {
  return roundsOfUart(
    tracepoints.flatMap((tracepoint) => {
      const event = canonical(asTraceText(tracepoint));
      return event === null ? [] : [event];
    }),
  );
}

function asTraceText(tracepoint: string): string {
  if (tracepoint === 'syscalls:sys_enter_ioctl cmd=KVM_IRQ_LINE_STATUS') {
    return 'sys_ioctl(fd: a, cmd: ffffffffc008ae67';
  }
  if (tracepoint === 'syscalls:sys_enter_ioctl cmd=KVM_RUN') return 'sys_ioctl(fd: c, cmd: ae80';
  if (tracepoint.startsWith('function:')) return `${tracepoint.slice('function:'.length)} <-`;
  const [, name = '', rest = ''] = /^kvm:(\w+) (.*)$/.exec(tracepoint) ?? [];
  return `${name}: ${rest}`;
}

/** Leaves out the rounds of the vCPU, each from an exit to the next entry, that are not the UART's: timer, idling. */
function roundsOfUart(events: readonly string[]): string[] {
  const kept: string[] = [];
  let round: string[] = [];
  for (const event of events) {
    if (event.startsWith('kvm_exit')) round = [];
    round.push(event);
    if (event !== 'kvm_entry') continue;
    if (round.some((one) => one.startsWith('kvm_pio') || one.startsWith('kvm_inj_virq'))) kept.push(...round);
    round = [];
  }
  return kept;
}
