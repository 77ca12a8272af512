import { numberAfter } from './event-numbers.ts';
import type { Thread } from './thread.ts';
import type { Injection, Injector } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** An interrupt of the guest that an event raises or lowers. */
export interface LineChange {
  /** `gsi 21`, or on Arm `INTID 36`. */
  readonly key: string;
  readonly level: number;
  /** Told to KVM with the source id of irqfds that have a resampler. */
  readonly resampleSource: boolean;
}

/** What a line of `kvm_set_irq`, `kvm_irq_line` or `vgic_update_irq_pending` changes; null if no line of a device. */
export function lineChangeOf({ name, args }: TraceEvent, isArm: boolean): LineChange | null {
  if (name === 'kvm:kvm_set_irq') {
    const gsi = numberAfter(args, 'gsi ');
    if (Number.isNaN(gsi)) return null;
    return {
      key: isArm ? `INTID ${gsi + 32}` : `gsi ${gsi}`,
      level: numberAfter(args, 'level '),
      resampleSource: numberAfter(args, 'source ') !== 0,
    };
  }
  const intid = numberAfter(args, name === 'kvm:kvm_irq_line' ? 'num: ' : 'IRQ ');
  // Those below are the vCPU's own: its timers, its IPIs.
  if (!(intid >= 32)) return null;
  return { key: `INTID ${intid}`, level: numberAfter(args, 'level: '), resampleSource: false };
}

/** The line that `kvm_ack_irq` is about; null for pins of the PIC: they are the IOAPIC's as well. */
export function acknowledgedLine(args: string, isArm: boolean): string | null {
  const pin = numberAfter(args, 'pin ');
  if (isArm) return `INTID ${pin + 32}`;
  return args.includes('IOAPIC') ? `gsi ${pin}` : null;
}

/** The message of a line of `kvm_msi_set_irq`. */
export function messageKey(args: string): string {
  return `vector ${numberAfter(args, 'vec ')} of APIC ${numberAfter(args, 'dst ', 16)}`;
}

/** Who injects what a thread raises. */
export function injectorOf({ role }: Thread): Injector {
  if (role === 'kworker' || role === 'vhost') return role;
  if (role === 'other') return 'unnamed thread';
  return role === 'vCPU' ? 'vCPU thread' : 'QEMU thread';
}

/** An injection as an event shows it. */
export function injectionOf(
  event: TraceEvent,
  by: Injector,
  key: string,
  resampleSource: boolean,
  via: string,
): Injection {
  const levelMessage = event.name === 'kvm:kvm_msi_set_irq' && event.args.includes('|level');
  return { by, event: shortName(event), key, levelMessage, resampleSource, via, line: event.line };
}

/** The name of an event without its group. */
export function shortName({ name }: TraceEvent): string {
  return name.slice(name.indexOf(':') + 1);
}

/** What an event is called in a shape: its name, and the level if it has one. */
export function labelOf(event: TraceEvent): string {
  const level = /level:? (\d)/.exec(event.args)?.[1];
  return level === undefined ? shortName(event) : `${shortName(event)} level ${level}`;
}
