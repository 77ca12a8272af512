/** An event of a real trace or of a run, in words that both can have, and who did it. */
export interface TraceEvent {
  readonly context: 'hard IRQ' | 'main loop' | 'vCPU thread';
  readonly event: string;
}

const LINE = /^\s*(?<task>.+)-\d+\s+\[\d+\]\s(?<flags>\S+)\s+[\d.]+: (?<text>.*)$/;

const IOCTLS: Readonly<Record<string, string>> = {
  '4008ae61': 'KVM_IRQ_LINE',
  '4020ae46': 'KVM_SET_USER_MEMORY_REGION',
  '3b6e': 'VFIO_DEVICE_SET_IRQS',
  '3b71': 'VFIO_IOMMU_MAP_DMA',
  '3b72': 'VFIO_IOMMU_UNMAP_DMA',
  ae80: 'KVM_RUN',
};

/** Trace points whose numbers differ from machine to machine: what stays of each. */
const RULES: readonly (readonly [RegExp, (groups: readonly string[]) => string])[] = [
  [
    /^kvm:kvm_irq_line .*num: (14[45]|36), level: (\d)/,
    ([line, level]) => `kvm:kvm_irq_line SPI ${line ?? ''} level ${level ?? ''}`,
  ],
  [
    /^kvm:vgic_update_irq_pending .*IRQ (14[45]|36), level: (\d)/,
    ([line, level]) => `kvm:vgic_update_irq_pending SPI ${line ?? ''} level ${level ?? ''}`,
  ],
  [
    /^kvm:kvm_mmio mmio (\S+) len 4 gpa 0x1000(\w{4})/,
    ([what, register]) => `kvm:kvm_mmio ${what ?? ''} BAR 0x${register ?? ''}`,
  ],
  [/^kvm:kvm_mmio mmio (\S+)/, ([what]) => `kvm:kvm_mmio ${what ?? ''}`],
  [/^kvm:kvm_guest_fault ipa 0x(?:c0|1000)/, () => 'kvm:kvm_guest_fault device'],
  [/^kvm:kvm_guest_fault ipa 0x8000000/, () => 'kvm:kvm_guest_fault GICD'],
  [/^kvm:kvm_exit TRAP: HSR_EC: 0x0024/, () => 'kvm:kvm_exit DABT_LOW'],
  [/^kvm:kvm_userspace_exit reason (\S+)/, ([reason]) => `kvm:kvm_userspace_exit ${reason ?? ''}`],
  [
    /^kvm:kvm_set_irq gsi (\d+) level (\d)/,
    ([gsi, level]) => `kvm:kvm_set_irq gsi ${gsi ?? ''} level ${level ?? ''}`,
  ],
  [/^kvm:kvm_ack_irq irqchip 0 pin (\d+)/, ([pin]) => `kvm:kvm_ack_irq pin ${pin ?? ''}`],
  [/^syscalls:sys_enter_(p\w+)/, ([name]) => `syscalls:sys_enter_${name ?? ''}`],
  [/^syscalls:sys_enter_ioctl cmd=(\w+)/, ([cmd]) => `syscalls:ioctl ${cmd ?? ''}`],
  [/^syscalls:sys_exit_ppoll 0x1/, () => 'syscalls:ppoll returns'],
  [/^function:(kvm_set_memslot change=\d)/, ([which]) => `function:${which ?? ''}`],
  [/^function:(\w+)/, ([name]) => `function:${name ?? ''}`],
];

/**
 * Functions that the run loop of a vCPU passes through for every timer tick as well: which of them belong to the
 * interrupt cannot be told from the line. Everything else that a run emits must be in the trace.
 */
const RUN_LOOP = new Set([
  'function:kvm_vgic_flush_hwstate',
  'function:kvm_vgic_sync_hwstate',
  'function:vgic_v2_populate_lr',
  'function:vgic_v2_fold_lr_state',
  'function:vgic_v3_populate_lr',
  'function:vgic_v3_fold_lr_state',
  'function:kvm_vcpu_halt',
]);

/** Linux' number of the device's first interrupt, in runs and in most traces. */
const FIRST_IRQ = 26;

/** A trace point text as an event, or null if it is not one that is compared. */
export function canonicalEvent(text: string, firstIrq = FIRST_IRQ): string | null {
  const [, which, irq] = /^irq:irq_handler_(entry|exit).*irq=(\d+)/.exec(text) ?? [];
  if (which !== undefined) {
    const line = Number(irq) - firstIrq;
    return line === 0 || line === 1 ? `irq:irq_handler_${which} vfio-irq ${String(line)}` : null;
  }
  for (const [pattern, render] of RULES) {
    const match = pattern.exec(text);
    if (match) {
      const event = render(match.slice(1));
      return RUN_LOOP.has(event) ? null : event;
    }
  }
  return null;
}

/** A line's text as a run would emit it. */
function asTracepoint(text: string): string {
  const call = /^(\w+) <-(\w*)/.exec(text);
  // The guest's timer is an interrupt of the vGIC as well.
  if (call?.[2] === 'kvm_timer_update_irq') return '';
  if (call) return call[1] === 'kvm_set_memslot' ? '' : `function:${call[1] ?? ''}`;
  const slot = /^memregion: .*(change=\d)/.exec(text);
  if (slot) return `function:kvm_set_memslot ${slot[1] ?? ''}`;
  const ioctl = /^sys_ioctl\(fd: \w+, cmd: (\w+)/.exec(text);
  if (ioctl) return `syscalls:sys_enter_ioctl cmd=${IOCTLS[ioctl[1] ?? ''] ?? 'other'}`;
  if (text === 'sys_ppoll -> 0x1') return 'syscalls:sys_exit_ppoll 0x1';
  const access = /^sys_(pread64|pwrite64)\(/.exec(text);
  if (access) return `syscalls:sys_enter_${access[1] ?? ''}`;
  const [, name = '', rest = ''] = /^(\w+): (.*)$/.exec(text) ?? [];
  return `${name.startsWith('irq_') ? 'irq' : 'kvm'}:${name} ${rest}`;
}

/** Reads ftrace text and keeps the events that `alphabet` has, with who did them. */
export function readTrace(text: string, alphabet: ReadonlySet<string>, firstIrq?: number): TraceEvent[] {
  const events: TraceEvent[] = [];
  for (const line of text.split('\n')) {
    const { task = '', flags = '', text: content = '' } = LINE.exec(line)?.groups ?? {};
    const event = canonicalEvent(asTracepoint(content), firstIrq);
    if (event === null || !alphabet.has(event)) continue;
    const context =
      flags[2] === 'h' || flags[2] === 'H'
        ? 'hard IRQ'
        : task.startsWith('CPU ')
          ? 'vCPU thread'
          : 'main loop';
    events.push({ context, event });
  }
  return onlyOurKicks(events);
}

/** A kick belongs to this interrupt only if its line was just changed; the guest's timer kicks too. */
export function onlyOurKicks(events: readonly TraceEvent[]): TraceEvent[] {
  const last = new Map<string, string>();
  return events.filter(({ context, event }) => {
    const isKick = event === 'function:vgic_queue_irq_unlock' || event === 'function:kvm_vcpu_kick';
    const before = last.get(context) ?? '';
    if (
      isKick &&
      !before.startsWith('kvm:vgic_update_irq_pending') &&
      before !== 'function:vgic_queue_irq_unlock'
    )
      return false;
    last.set(context, event);
    return true;
  });
}
