/** An event of a real x86 trace or of a run, in words that both can have, and who did it. */
export interface X86TraceEvent {
  readonly context: 'hard IRQ' | 'kworker' | 'main loop' | 'IOThread' | 'worker' | 'vhost' | 'vCPU thread';
  readonly event: string;
}

export const X86_CONTEXTS = ['hard IRQ', 'kworker', 'main loop', 'vCPU thread'] as const;

const LINE = /^\s*(?<task>.+)-\d+\s+\[\d+\]\s(?<flags>\S+)\s+[\d.]+: (?<text>.*)$/;

const IOCTLS: Readonly<Record<string, string>> = {
  ffffffffc008ae67: 'KVM_IRQ_LINE_STATUS',
  '4020aea5': 'KVM_SIGNAL_MSI',
  '4020ae46': 'KVM_SET_USER_MEMORY_REGION',
  '3b6e': 'VFIO_DEVICE_SET_IRQS',
  '3b71': 'VFIO_IOMMU_MAP_DMA',
  '3b72': 'VFIO_IOMMU_UNMAP_DMA',
  '4004ae86': 'KVM_INTERRUPT',
  ae80: 'KVM_RUN',
};

/**
 * Functions that the guest's timer and its idling pass through as well, so that a line does not say whose it is; the
 * trace points next to them do.
 */
const AMBIGUOUS = new Set([
  // Not among the functions that were traced.
  'handle_fasteoi_irq',
  'handle_edge_irq',
  'mask_ioapic_irq',
  'unmask_ioapic_irq',

  'svm_inject_irq',
  'svm_enable_irq_window',
  'interrupt_window_interception',
  'kvm_emulate_halt',
  'kvm_vcpu_halt',
  'apic_set_eoi',
  'kvm_ioapic_send_eoi',
]);

const APIC_TMR = 'fee00190';
const APIC_EOI = 'fee000b0';

/** What stays of each trace point: the device's own interrupt (20, by message 30), pin (21), vectors (37 to 39), MSRs and registers. */
const RULES: readonly (readonly [RegExp, (groups: readonly string[]) => string])[] = [
  [
    /^irq_handler_(entry|exit): irq=(?:20|30) (?:ret=)?(\w*)/,
    ([which, ret]) => `irq_handler_${which ?? ''} ${which === 'exit' ? (ret ?? '') : ''}`.trim(),
  ],
  [
    /^kvm_set_irq: gsi (21|10) level (\d) source (\d)/,
    ([gsi, level, source]) => `kvm_set_irq gsi ${gsi ?? ''} level ${level ?? ''} source ${source ?? ''}`,
  ],
  [
    /^(kvm_ioapic_set_irq): pin (21|10) dst 0 vec (\d+) \((.*)\)/,
    ([name, pin, vector, how]) => `${name ?? ''} pin ${pin ?? ''} vec ${vector ?? ''} (${how ?? ''})`,
  ],
  [/^(kvm_pic_set_irq): (chip 1 pin 2 .*)$/, ([name, how]) => `${name ?? ''} ${how ?? ''}`],
  [
    /^kvm_apic_accept_irq: apicid 0 vec (3[789]) \((.*)\)/,
    ([vector, how]) => `kvm_apic_accept_irq vec ${vector ?? ''} (${how ?? ''})`,
  ],
  [/^kvm_inj_virq: IRQ 0x(2[567])(.*)$/, ([vector, how]) => `kvm_inj_virq 0x${vector ?? ''}${how ?? ''}`],
  [
    /^kvm_msi_set_irq: dst 0 vec (3[789]) \((.*)\)/,
    ([vector, how]) => `kvm_msi_set_irq vec ${vector ?? ''} (${how ?? ''})`,
  ],
  [/^kvm_eoi: apicid 0 vector (3[789])/, ([vector]) => `kvm_eoi vector ${vector ?? ''}`],
  [/^kvm_pv_eoi: apicid 0 vector (3[789])/, ([vector]) => `kvm_pv_eoi vector ${vector ?? ''}`],
  [/^kvm_ack_irq: irqchip IOAPIC pin 21/, () => 'kvm_ack_irq pin 21'],
  [/^kvm_apic: apic_(read 0x190 = 0x20)/, ([what]) => `kvm_apic apic_${what ?? ''}`],
  [/^kvm_apic: apic_(write APIC_EOI = 0x0)/, ([what]) => `kvm_apic apic_${what ?? ''}`],
  [/^kvm_msr: msr_(read 819 = 0x20|write 80b = 0x0)/, ([what]) => `kvm_msr msr_${what ?? ''}`],
  [
    /^kvm_mmio: mmio (unsatisfied-read|read|write) len 4 gpa 0x(?:febc00(?=[cd0])|(?=fee00))(c0|d8|08|8|d0|fee00(?:190|0b0))\b/,
    ([what, register]) => `kvm_mmio ${what ?? ''} ${register === '08' ? '8' : (register ?? '')}`,
  ],
  // Of virtio: the ISR and the notification register.
  [
    /^kvm_mmio: mmio (unsatisfied-read len 1|read len 1|write len 2) gpa (0xfebf[9b]00[04])/,
    ([what, register]) => `kvm_mmio ${what ?? ''} ${register ?? ''}`,
  ],
  [
    /^kvm_userspace_exit: reason (KVM_EXIT_(?:MMIO|IOAPIC_EOI|HLT|IRQ_WINDOW_OPEN)|restart)/,
    ([reason]) => `kvm_userspace_exit ${reason ?? ''}`,
  ],
  [/^kvm_exit: vcpu 0 reason (\w+)/, ([reason]) => `kvm_exit ${reason ?? ''}`],
  [/^kvm_entry: vcpu 0.*?(\[immediate exit\])?$/, ([how]) => `kvm_entry${how ?? ''}`],
];

/** A text as a trace prints it, as an event; null if it is not one that is compared. */
export function canonicalX86Event(text: string): string | null {
  const call = /^(\w+) <-(\w*)/.exec(text);
  if (call) {
    const [, name = '', caller = ''] = call;
    return AMBIGUOUS.has(name) || caller === 'apic_timer_fn' ? null : name;
  }
  const ioctl = /^sys_ioctl\(fd: \w+, cmd: (\w+)/.exec(text);
  if (ioctl) return `ioctl ${IOCTLS[ioctl[1] ?? ''] ?? 'other'}`;
  if (text === 'sys_ppoll -> 0x1') return 'ppoll returns';
  if (text === 'sys_ppoll -> 0x0') return 'ppoll does not wait';
  if (text.startsWith('sys_read(')) return 'read';
  // Of eight bytes: what is written to the file of QEMU's own trace is longer.
  if (text.startsWith('sys_write(') && text.endsWith('count: 8)')) return 'write';
  for (const [pattern, render] of RULES) {
    const match = pattern.exec(text);
    if (match) return render(match.slice(1));
  }
  return null;
}

/** A trace point of a run as a trace would print it. */
export function asTraceText(tracepoint: string): string {
  const ioctl = /^syscalls:sys_enter_ioctl cmd=(\w+)/.exec(tracepoint);
  if (ioctl) {
    const [cmd = ''] = Object.entries(IOCTLS).find(([, name]) => name === ioctl[1]) ?? [];
    return `sys_ioctl(fd: 9, cmd: ${cmd}, arg: 0)`;
  }
  if (tracepoint.startsWith('syscalls:sys_exit_ppoll 0x1')) return 'sys_ppoll -> 0x1';
  if (tracepoint.startsWith('syscalls:sys_exit_ppoll 0x0')) return 'sys_ppoll -> 0x0';
  if (tracepoint.startsWith('syscalls:sys_enter_read')) return 'sys_read(fd: 10)';
  if (tracepoint === 'syscalls:sys_enter_write') return 'sys_write(fd: 11, buf: 0, count: 8)';
  if (tracepoint.startsWith('function:')) return `${tracepoint.slice('function:'.length)} <-`;
  const [, name = '', rest = ''] = /^(?:irq|kvm):(\w+)(.*)$/.exec(tracepoint) ?? [];
  return `${name}:${rest}`;
}

interface RawEvent extends X86TraceEvent {
  /** The whole line, for telling whose exit it is. */
  readonly text: string;
}

/** Reads ftrace text and keeps the events that `alphabet` has, with who did them. */
export function readX86Trace(text: string, alphabet: ReadonlySet<string>): X86TraceEvent[] {
  const events: RawEvent[] = [];
  const inTimer = new Set<string>();
  for (const line of text.split('\n')) {
    const { task = '', flags = '', text: content = '' } = LINE.exec(line)?.groups ?? {};
    const context = contextOf(task, flags);
    if (context === null) continue;
    // The guest's timer enters the local APIC by itself: up to the kick it is the timer's.
    if (content === '__apic_accept_irq <-kvm_apic_local_deliver') inTimer.add(context);
    const ofTimer = inTimer.has(context);
    if (content.startsWith('kvm_vcpu_kick <-')) inTimer.delete(context);
    const event = canonicalX86Event(content);
    if (ofTimer || event === null) continue;
    if (event.startsWith('kvm_entry') || event.startsWith('kvm_exit') || alphabet.has(event)) {
      events.push({ context, event, text: content });
    }
  }
  return ofTheDevice(events);
}

function contextOf(task: string, flags: string): X86TraceEvent['context'] | null {
  if (flags[2] === 'h' || flags[2] === 'H') return 'hard IRQ';
  if (task.startsWith('CPU ')) return 'vCPU thread';
  if (task.startsWith('kworker/')) return 'kworker';
  if (task.startsWith('worker')) return 'worker';
  if (task.startsWith('IO ')) return 'IOThread';
  if (task.startsWith('vhost-')) return 'vhost';
  return task.startsWith('qemu-system') ? 'main loop' : null;
}

/**
 * Leaves out the exits of the vCPU, each up to the next entry, that are not the device's: the guest's timer, its idling,
 * its memory, its console, and kicks that bring no interrupt.
 */
export function ofTheDevice(
  events: readonly (X86TraceEvent & { readonly text?: string })[],
): X86TraceEvent[] {
  const kept: X86TraceEvent[] = [];
  let exit: (X86TraceEvent & { readonly text?: string })[] = [];
  // Without a local APIC in KVM the guest is left at once when an interrupt has been injected.
  let leavesAtOnce = false;
  // Whose end of interrupt a write to memory is, only the read of the trigger mode before it tells.
  let triggerModeRead = false;
  const flush = (): void => {
    if (exit.length === 0) return;
    const ends = exit.some(({ event }) => event === `kvm_mmio write ${APIC_EOI}`);
    if (isOfDevice(exit) ? !ends || triggerModeRead : leavesAtOnce) {
      kept.push(
        ...exit
          .filter(({ event }) => event !== 'kvm_exit hlt')
          .map(({ context, event }) => ({ context, event })),
      );
    }
    if (exit.some(({ event }) => event.startsWith('kvm_mmio'))) {
      triggerModeRead = exit.some(({ event }) => event === `kvm_mmio read ${APIC_TMR}`);
    }
    leavesAtOnce = isOfDevice(exit) && exit.at(-1)?.event === 'kvm_entry[immediate exit]';
    exit = [];
  };
  for (const item of events) {
    const { context, event } = item;
    if (context !== 'vCPU thread') {
      kept.push({ context, event });
      continue;
    }
    if (event.startsWith('kvm_exit')) flush();
    exit.push(item);
    if (event.startsWith('kvm_entry')) flush();
  }
  flush();
  return kept;
}

function isOfDevice(exit: readonly { readonly event: string }[]): boolean {
  return exit.some(
    ({ event }) =>
      event.startsWith('kvm_inj_virq') ||
      event.startsWith('kvm_mmio') ||
      event.startsWith('kvm_eoi vector') ||
      event.startsWith('kvm_msr msr_read 819'),
  );
}
