import type { State } from '../../engine/state.ts';
import type { Procedure } from '../../engine/step.ts';
import type { TrappedAccess } from './kvm-run.ts';
import type { Lapic } from './lapic.ts';
import type { MemorySlot } from './memory-slot.ts';
import type { ExitNames } from './x86-exits.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** What the run loop of a vCPU is wired to. */
export interface VcpuRunWiring {
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly lapic: Lapic;
  /** `kvm_ioapic_update_eoi`: who hears of the guest's end of a level-triggered interrupt. */
  readonly eoi: Procedure;
  readonly slot: MemorySlot;
  readonly access: TrappedAccess;
  /** Whether a physical interrupt is signalled to the CPU that runs this vCPU. */
  readonly physicalIrq: (s: State) => boolean;
  /** Whether a worker waits for the CPU of the vCPU thread, which then gives way; null if none ever does. */
  readonly needResched: ((s: State) => boolean) | null;
}
