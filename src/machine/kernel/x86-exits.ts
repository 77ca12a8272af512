import type { State } from '../../engine/state.ts';
import * as x86 from './x86-vcpu.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** What decides the names of exits: VMX or SVM, and how the guest drives its local APIC. */
export interface ExitNames {
  readonly vendor: 'intel' | 'amd';
  readonly x2apic: boolean;
  /** APICv or AVIC is on, so that an end of interrupt exits only where KVM has asked for it. */
  readonly isAccelerated?: boolean;
}

/** What can force a vCPU out of the guest. */
export interface ExitSources {
  readonly vcpu: X86Vcpu;
  /** Whether a physical interrupt is signalled to the CPU that runs this vCPU. */
  readonly physicalIrq: (s: State) => boolean;
}

/**
 * The cause of an exit that the guest did not ask for. An interrupt that is delivered with the entry comes first:
 * the guest is in its interrupt entry before anything can take it out again.
 */
export function forcedExit(s: State, { vcpu, physicalIrq }: ExitSources): number {
  if (s[vcpu.injected] === 1) return x86.EXIT_NONE;
  if (physicalIrq(s)) return x86.EXIT_PHYSICAL_IRQ;
  if (s[vcpu.ipi] === 1) return x86.EXIT_KICK;
  if (s[vcpu.irqWindow] === 1 && s[vcpu.interruptFlag] === 1) return x86.EXIT_IRQ_WINDOW;
  return x86.EXIT_NONE;
}

/** The last exit as the `kvm_exit` trace point names it. `mmioCached`: KVM has seen that page as MMIO before. */
export function exitReason(
  s: State,
  { exitReason: field }: X86Vcpu,
  { vendor, x2apic, isAccelerated }: ExitNames,
  mmioCached: boolean,
): string {
  const intel = vendor === 'intel';
  switch (s[field]) {
    case x86.EXIT_HLT:
      return intel ? 'HLT' : 'hlt';
    case x86.EXIT_IRQ_WINDOW:
      return intel ? 'INTERRUPT_WINDOW' : 'vintr';
    case x86.EXIT_APIC_READ:
      if (!x2apic) return intel ? 'APIC_ACCESS' : 'npf';
      return intel ? 'MSR_READ' : 'msr';
    case x86.EXIT_APIC_EOI:
      if (isAccelerated === true) return intel ? 'EOI_INDUCED' : 'avic_unaccelerated_access';
      if (!x2apic) return intel ? 'APIC_ACCESS' : 'npf';
      return intel ? 'MSR_WRITE' : 'msr';
    case x86.EXIT_PAGE_FAULT:
      if (!intel) return 'npf';
      return mmioCached ? 'EPT_MISCONFIG' : 'EPT_VIOLATION';
    case x86.EXIT_PORT_IO:
      return intel ? 'IO_INSTRUCTION' : 'io';
    case x86.EXIT_OTHER_MSR:
      return intel ? 'MSR_WRITE' : 'msr';
    case x86.EXIT_OTHER_TRAP:
      return intel ? 'CPUID' : 'cpuid';
    case x86.EXIT_OTHER_PAGE:
      return intel ? 'EPT_VIOLATION' : 'npf';
    case x86.EXIT_OTHER_IO:
      return intel ? 'IO_INSTRUCTION' : 'io';
    case x86.EXIT_OTHER_MMIO:
      return intel ? 'EPT_MISCONFIG' : 'npf';
    case x86.EXIT_IMMEDIATE:
      return intel ? 'PREEMPTION_TIMER' : 'interrupt';
    default:
      return intel ? 'EXTERNAL_INTERRUPT' : 'interrupt';
  }
}

/** The name under which the exit is counted: as in the trace, with kicks and the two APIC accesses told apart. */
export function exitMark(s: State, vcpu: X86Vcpu, names: ExitNames, mmioCached: boolean): string {
  const reason = exitReason(s, vcpu, names, mmioCached);
  const what: Readonly<Record<number, string>> = {
    [x86.EXIT_KICK]: ' (kick)',
    [x86.EXIT_APIC_READ]: ' (APIC TMR)',
    [x86.EXIT_APIC_EOI]: ' (APIC EOI)',
    [x86.EXIT_PAGE_FAULT]: ' (MMIO)',
    [x86.EXIT_PORT_IO]: ' (port I/O)',
    [x86.EXIT_IMMEDIATE]: ' (immediate)',
  };
  return `exit:${reason}${what[s[vcpu.exitReason] as number] ?? ''}`;
}
