import type { State } from '../../engine/state.ts';
import * as vcpuState from './vcpu-state.ts';
import type { Vcpu } from './vcpu-state.ts';
import type { VgicIrq } from './vgic.ts';

/** What can force a vCPU out of the guest. */
export interface InterruptSources {
  readonly vcpu: Vcpu;
  readonly irqs: readonly VgicIrq[];
  readonly physicalIrq: (s: State) => boolean;
}

/** The cause of an exit that the guest did not ask for; a physical interrupt explains it first. */
export function interruptReason(s: State, { vcpu, irqs, physicalIrq }: InterruptSources): number {
  if (physicalIrq(s)) return vcpuState.EXIT_IRQ_PHYSICAL;
  if (s[vcpu.ipi] === 1) return vcpuState.EXIT_IRQ_KICK;
  for (const irq of irqs) if (irq.signalsEoi(s)) return vcpuState.EXIT_IRQ_MAINTENANCE;
  return vcpuState.EXIT_NONE;
}

/** The reason of the last exit, by name. */
export function exitName(s: State, { exitReason }: Vcpu): string {
  return vcpuState.EXIT_REASONS[s[exitReason] as number] as string;
}

/** The last exit as the `kvm_exit` trace point prints it. */
export function exitTracepoint(s: State, { exitReason }: Vcpu): string {
  if (s[exitReason] === vcpuState.EXIT_DABT) return 'kvm:kvm_exit TRAP: HSR_EC: 0x0024 (DABT_LOW)';
  if (s[exitReason] === vcpuState.EXIT_WFX) return 'kvm:kvm_exit TRAP: HSR_EC: 0x0001 (WFx)';
  return 'kvm:kvm_exit IRQ: HSR_EC: 0x0000 (UNKNOWN)';
}
