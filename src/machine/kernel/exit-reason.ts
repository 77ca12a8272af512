import type { State } from '../../engine/state.ts';
import * as vcpuState from './vcpu-state.ts';
import type { Vcpu } from './vcpu-state.ts';
import type { VgicListed } from './vgic-listed.ts';

/** What can force a vCPU out of the guest. */
export interface InterruptSources {
  readonly vcpu: Vcpu;
  readonly irqs: readonly VgicListed[];
  readonly physicalIrq: (s: State) => boolean;
}

/** What interrupts the guest now; a physical interrupt explains an exit first. Undefined if nothing does. */
function interruptName(s: State, { vcpu, irqs, physicalIrq }: InterruptSources): string | undefined {
  if (physicalIrq(s)) return 'IRQ_PHYSICAL';
  if (s[vcpu.ipi] === 1) return 'IRQ_KICK';
  for (const irq of irqs) if (irq.signalsEoi(s)) return 'IRQ_MAINTENANCE';
  return undefined;
}

/** Whether something forces the vCPU out of the guest. */
export function isInterrupted(s: State, sources: InterruptSources): boolean {
  return interruptName(s, sources) !== undefined;
}

/** The reason of an exit that has just happened, by name; interrupts are told apart by what raised them. */
export function exitName(s: State, sources: InterruptSources): string {
  const reason = s[sources.vcpu.exitReason] as number;
  const named = reason === vcpuState.EXIT_IRQ ? interruptName(s, sources) : undefined;
  return named ?? (vcpuState.EXIT_REASONS[reason] as string);
}

/** An exit as the `kvm_exit` trace point prints it. */
export function exitTracepoint(s: State, { exitReason }: Vcpu): string {
  const reason = s[exitReason];
  const isAbort =
    reason === vcpuState.EXIT_DABT ||
    reason === vcpuState.EXIT_OTHER_DABT ||
    reason === vcpuState.EXIT_OTHER_MMIO;
  if (isAbort) return 'kvm:kvm_exit TRAP: HSR_EC: 0x0024 (DABT_LOW)';
  if (reason === vcpuState.EXIT_OTHER_TRAP) return 'kvm:kvm_exit TRAP: HSR_EC: 0x0016 (HVC64)';
  if (reason === vcpuState.EXIT_WFX) return 'kvm:kvm_exit TRAP: HSR_EC: 0x0001 (WFx)';
  return 'kvm:kvm_exit IRQ: HSR_EC: 0x0000 (UNKNOWN)';
}
