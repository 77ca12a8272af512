import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

/** Why the guest stopped; interrupts told apart by what raised them. */
export const EXIT_NONE = 0;
export const EXIT_HLT = 1;
export const EXIT_PHYSICAL_IRQ = 2;
export const EXIT_KICK = 3;
export const EXIT_IRQ_WINDOW = 4;
export const EXIT_APIC_READ = 5;
export const EXIT_APIC_EOI = 6;
export const EXIT_PAGE_FAULT = 7;
export const EXIT_IMMEDIATE = 8;
export const EXIT_PORT_IO = 9;
/** What has nothing to do with the device: an interrupt of the host or a kick, … */
export const EXIT_OTHER_IRQ = 10;
/** … a register that KVM emulates, … */
export const EXIT_OTHER_MSR = 11;
/** … another instruction that KVM emulates, … */
export const EXIT_OTHER_TRAP = 12;
/** … a page of memory that is not there yet, … */
export const EXIT_OTHER_PAGE = 13;
/** … or another device that QEMU emulates, at a port … */
export const EXIT_OTHER_IO = 14;
/** … or in memory. */
export const EXIT_OTHER_MMIO = 15;

/** What KVM and the guest share about one vCPU. */
export interface X86Vcpu {
  /** Number of the vCPU, which is also that of its local APIC. */
  readonly id: number;
  /**
   * 1 while the CPU executes the guest, and `vcpu->mode` is IN_GUEST_MODE. KVM sets the mode a little earlier, with
   * interrupts off; a kick that falls in between shows as an IPI that is pending at the entry, with the same outcome.
   */
  readonly inGuest: Field;
  /** KVM_REQ_EVENT: look for interrupts to inject before the next entry. */
  readonly eventRequest: Field;
  /** A reschedule IPI that the CPU has not taken yet. */
  readonly ipi: Field;
  /** The guest's RFLAGS.IF. */
  readonly interruptFlag: Field;
  /** KVM wants an exit as soon as the guest can take an interrupt. */
  readonly irqWindow: Field;
  /** An interrupt is delivered with the entry (`vcpu->arch.interrupt`), before the guest executes anything. */
  readonly injected: Field;
  readonly exitReason: Field;
  /** Stage of an access that QEMU performs (`vcpu->mmio_needed`). */
  readonly mmio: Field;
  /** Which device register the trapped access is for; a number of the device. */
  readonly mmioRegister: Field;
}

const EXITS = [
  'none',
  'HLT',
  'physical interrupt',
  'kick',
  'interrupt window',
  'APIC read',
  'APIC EOI',
  'page fault',
  'immediate exit',
  'port I/O',
];
const OTHER_EXITS = ['other interrupt', 'other MSR', 'other trap', 'other page', 'other port', 'other MMIO'];

/** An interrupt that QEMU has handed over with ioctl(KVM_INTERRUPT): a third value of `injected`. */
export const QUEUED = 2;
/** Another interrupt of the guest that QEMU has handed over. */
export const QUEUED_OTHER = 3;

/**
 * Adds one vCPU's state; `registers` is the largest number of a register, `userspaceApic` says whether QEMU queues
 * interrupts itself, `leavesForOthers` whether the guest is ever left for things that the device has nothing to do with.
 * Fields of another vCPU than the first have its number. Source: Linux arch/x86/kvm/x86.c.
 */
export function x86Vcpu(
  m: ModelBuilder,
  registers: number,
  userspaceApic = false,
  leavesForOthers = false,
  id = 0,
): X86Vcpu {
  const suffix = suffixOf(id);
  return {
    id,
    inGuest: m.field(`guest mode${suffix}`, { values: ['off', 'on'] }),
    eventRequest: m.field(`KVM_REQ_EVENT${suffix}`, { values: ['clear', 'set'] }),
    ipi: m.field(`IPI${suffix}`, { values: ['none', 'pending'] }),
    interruptFlag: m.field(`guest IF${suffix}`, { initial: 1, values: ['off', 'on'] }),
    irqWindow: m.field(`interrupt window${suffix}`, { values: ['not wanted', 'wanted'] }),
    injected: m.field(`injected interrupt${suffix}`, {
      values: [
        'none',
        'with the entry',
        ...(userspaceApic ? ['queued by KVM_INTERRUPT'] : []),
        ...(userspaceApic && leavesForOthers ? ['another queued'] : []),
      ],
    }),
    exitReason: m.field(`exit reason${suffix}`, {
      values: leavesForOthers ? [...EXITS, ...OTHER_EXITS] : EXITS,
    }),
    mmio: m.field(`MMIO${suffix}`, { values: ['idle', 'needed', 'done'] }),
    mmioRegister: m.field(`MMIO register${suffix}`, { max: registers }),
  };
}

/** What the fields and processes of a vCPU are told apart by; nothing for the first. */
export function suffixOf(id: number): string {
  return id === 0 ? '' : ` of vCPU ${String(id)}`;
}

/** Leaves the guest by its own doing; the vCPU thread goes on with the exit. */
export function trap(s: State, vcpu: X86Vcpu, reason: number): void {
  s[vcpu.exitReason] = reason;
  s[vcpu.inGuest] = 0;
}
