/** Traced functions on the way of an access to the PL011 and of its line. */
const FUNCTIONS = new Set([
  'kvm_handle_guest_abort',
  'io_mem_abort',
  'kvm_vm_ioctl_irq_line',
  'kvm_vgic_inject_irq <-kvm_vm_ioctl_irq_line',
  'kvm_vgic_flush_hwstate',
]);

/** What stays of each trace point: the UART's page, SPI 1. */
const RULES: readonly (readonly [RegExp, (groups: readonly string[]) => string])[] = [
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
];

/** A text as a trace prints it, as an event; null if it is not one that is compared. */
function canonical(text: string): string | null {
  const [, name = '', caller = ''] = /^(\w+) <-(\w*)/.exec(text) ?? [];
  if (name !== '') return FUNCTIONS.has(name) || FUNCTIONS.has(`${name} <-${caller}`) ? name : null;
  if (/^sys_ioctl\(fd: \w+, cmd: 4008ae61/.test(text)) return 'ioctl KVM_IRQ_LINE';
  if (/^sys_ioctl\(fd: \w+, cmd: ae80/.test(text)) return 'ioctl KVM_RUN';
  for (const [pattern, render] of RULES) {
    const match = pattern.exec(text.trimEnd());
    if (match) return render(match.slice(1));
  }
  return null;
}

/** The events of the PL011 in an ftrace text, in order: all are of the vCPU thread. */
export function readPl011Trace(text: string): string[] {
  return roundsOfPl011(
    text.split('\n').flatMap((line) => {
      const content = /^\s*CPU 0\/KVM-\d+\s+\[\d+\] \S+\s+[\d.]+: (.*)$/.exec(line)?.[1];
      const event = content === undefined ? null : canonical(content);
      return event === null ? [] : [event];
    }),
  );
}

/** The same of a run's trace points. */
export function pl011Events(tracepoints: readonly string[]): string[] {
  return roundsOfPl011(
    tracepoints.flatMap((tracepoint) => {
      const event = canonical(asTraceText(tracepoint));
      return event === null ? [] : [event];
    }),
  );
}

function asTraceText(tracepoint: string): string {
  if (tracepoint === 'syscalls:sys_enter_ioctl cmd=KVM_IRQ_LINE') return 'sys_ioctl(fd: a, cmd: 4008ae61';
  if (tracepoint === 'syscalls:sys_enter_ioctl cmd=KVM_RUN') return 'sys_ioctl(fd: c, cmd: ae80';
  if (tracepoint.startsWith('function:')) {
    const name = tracepoint.slice('function:'.length);
    return `${name} <-${name === 'kvm_vgic_inject_irq' ? 'kvm_vm_ioctl_irq_line' : ''}`;
  }
  const [, name = '', rest = ''] = /^kvm:(\w+)(.*)$/.exec(tracepoint) ?? [];
  return rest === '' ? name : `${name}:${rest}`;
}

/** Leaves out the rounds of the vCPU, each from an exit to the next entry, that are not the UART's: timer, idling. */
function roundsOfPl011(events: readonly string[]): string[] {
  const kept: string[] = [];
  let round: string[] = [];
  for (const event of events) {
    if (event.startsWith('kvm_exit')) round = [];
    round.push(event);
    if (event !== 'kvm_entry') continue;
    if (round.some((one) => one.startsWith('kvm_mmio'))) kept.push(...round);
    round = [];
  }
  return kept;
}
