import type { StepRow } from '../../src/analysis/simulation.ts';
import { inHardIrq } from '../../src/trace/trace-event.ts';
import { readEvents } from './real-runs.ts';
import type { EventIn } from './side-by-side.ts';

export const VIRTIO_CONTEXTS = ['vCPU thread', 'main loop', 'worker'] as const;

type Context = (typeof VIRTIO_CONTEXTS)[number];
export type VirtioEvent = EventIn<Context>;

const IOCTLS: Readonly<Record<string, string>> = {
  '4008ae61': 'KVM_IRQ_LINE',
  '4020aea5': 'KVM_SIGNAL_MSI',
  ae80: 'KVM_RUN',
};

/** Called for the guest's timer as well, or the caller says more than the name. */
const NOT_COMPARED = new Set([
  'kvm_vgic_flush_hwstate',
  'kvm_vgic_sync_hwstate',
  'vgic_v2_populate_lr',
  'vgic_v2_fold_lr_state',
  'vgic_v3_populate_lr',
  'vgic_v3_fold_lr_state',
  'kvm_vcpu_halt',
  'kvm_handle_mmio_return',
]);

/** What stays of a trace point: of the device's own registers (virtio-mmio, or behind PCI) and its own interrupt. */
function canonical(name: string, args: string): string | null {
  const [group = '', event = ''] = name.split(':');
  if (group === 'function') {
    const isOfTimer = args.endsWith('kvm_timer_update_irq');
    return isOfTimer || NOT_COMPARED.has(event) ? null : event;
  }
  if (name === 'syscalls:sys_enter_ioctl') {
    const [, cmd = ''] = /cmd[:=] ?(\w+)/.exec(args) ?? [];
    return `ioctl ${IOCTLS[cmd] ?? cmd}`;
  }
  if (name === 'syscalls:sys_exit_ppoll') return /^(?:0x)?[1-9]/.test(args) ? 'ppoll returns' : null;
  if (name === 'syscalls:sys_enter_read') return 'read';
  // Of eight bytes: what is written to the file of QEMU's own trace is longer.
  if (name === 'syscalls:sys_enter_write') return args === '' || args.endsWith('count: 8') ? 'write' : null;
  if (name === 'kvm:kvm_mmio') {
    const [, what = ''] = /^mmio (\S+ len \d gpa 0x(?:a003e|8000003)\w+)/.exec(args) ?? [];
    return what === '' ? 'kvm_mmio of another device' : `kvm_mmio ${what}`;
  }
  if (name === 'kvm:kvm_guest_fault') {
    return /^ipa 0x(?:a003000|8000003000)\b/.test(args) ? 'kvm_guest_fault of the device' : null;
  }
  if (name === 'kvm:kvm_irq_line') return `kvm_irq_line ${args.slice(args.indexOf('num:'))}`;
  if (name === 'kvm:vgic_update_irq_pending') {
    return args.includes('IRQ 79,') ? 'vgic_update_irq_pending' : null;
  }
  if (name === 'kvm:kvm_exit') return `kvm_exit ${args.includes('DABT') ? 'DABT' : args.slice(0, 3)}`;
  if (name === 'kvm:kvm_userspace_exit') return 'kvm_userspace_exit';
  return name === 'kvm:kvm_entry' ? 'kvm_entry' : null;
}

/**
 * Leaves out the exits of the vCPU, each up to the next entry, that are not the device's: WFI, and interrupts that are no
 * kick; and the kicks of the guest's timer.
 */
function ofTheDevice(events: readonly VirtioEvent[]): VirtioEvent[] {
  const kept: VirtioEvent[] = [];
  let exit: VirtioEvent[] = [];
  // The host takes its interrupts before the exit is printed.
  let isKicked = false;
  let isOfKick = false;
  const flush = (): void => {
    if (isOfKick || exit.some(({ event }) => event === 'kvm_guest_fault of the device')) kept.push(...exit);
    exit = [];
    isOfKick = false;
  };
  for (const item of events) {
    const { context, event } = item;
    if (context !== 'vCPU thread') kept.push(item);
    else if (event === 'kick') isKicked = true;
    else {
      if (event.startsWith('kvm_exit')) {
        flush();
        isOfKick = isKicked && event === 'kvm_exit IRQ';
      }
      exit.push(item);
      if (event === 'kvm_entry') {
        flush();
        isKicked = false;
      }
    }
  }
  flush();
  return onlyItsKicks(kept);
}

/** A kick belongs to the device only if its interrupt was made pending right before. */
function onlyItsKicks(events: readonly VirtioEvent[]): VirtioEvent[] {
  const last = new Map<Context, string>();
  return events.filter(({ context, event }) => {
    const isKick = event === 'vgic_queue_irq_unlock' || event === 'kvm_vcpu_kick';
    const before = last.get(context) ?? '';
    if (isKick && !/cached_translation|vgic_queue_irq_unlock|vgic_update_irq_pending/.test(before))
      return false;
    last.set(context, event);
    return true;
  });
}

/** The events of a run that a trace can have as well. A run's only interrupt of the host is the kick. */
export function virtioEventsOf(rows: readonly StepRow[]): VirtioEvent[] {
  return ofTheDevice(
    rows.flatMap(({ process, tracepoints }) =>
      tracepoints.flatMap((text): VirtioEvent[] => {
        const [, name = '', args = ''] = /^(\S+) ?(.*)$/.exec(text) ?? [];
        const event = canonical(name, args);
        const context = process === 'main loop' || process === 'worker' ? process : 'vCPU thread';
        if (event === null || (context === 'worker' && event === 'write')) return [];
        const kick: VirtioEvent[] = event === 'kvm_exit IRQ' ? [{ context, event: 'kick' }] : [];
        return [...kick, { context, event }];
      }),
    ),
  );
}

/** The events of a real trace that are in the alphabet of a path. */
export function readVirtioEvents(text: string, alphabet: ReadonlySet<string>): VirtioEvent[] {
  return ofTheDevice(
    readEvents(text).flatMap(({ name, args, flags, task }): VirtioEvent[] => {
      const comm = task?.comm ?? '';
      if (inHardIrq(flags)) {
        const isKick =
          comm.startsWith('CPU ') && name === 'irq:irq_handler_entry' && args.endsWith('name=IPI');
        return isKick ? [{ context: 'vCPU thread', event: 'kick' }] : [];
      }
      const context = comm.startsWith('CPU ')
        ? 'vCPU thread'
        : comm === 'worker'
          ? 'worker'
          : comm.startsWith('qemu-')
            ? 'main loop'
            : null;
      const event = canonical(name, args);
      if (context === null || event === null) return [];
      return alphabet.has(event) || event.startsWith('kvm_e') ? [{ context, event }] : [];
    }),
  );
}
