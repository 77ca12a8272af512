import type { State } from '../../engine/state.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { IoapicMmio } from './ioapic-mmio.ts';
import type { TrappedAccess } from './trapped-access.ts';
import type { Lapic } from './lapic.ts';
import type { MemorySlot } from './memory-slot.ts';
import type { PvEoi } from './pv-eoi.ts';
import type { ScanIoapic } from './scan-ioapic.ts';
import type { ExitNames } from './x86-exits.ts';
import type { X86Surroundings } from './x86-surroundings.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** What the run loop of a vCPU is wired to, whoever emulates the guest's interrupt controllers. */
export interface VcpuLoopWiring {
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  /** The slot of the device's region; null if QEMU emulates the device and there is none. */
  readonly slot: MemorySlot | null;
  readonly access: TrappedAccess;
  /** Whether the access is to an interrupt controller, whose registers no slot ever maps. */
  readonly isNeverMapped?: (s: State) => boolean;
  /** Registers of the IOAPIC in KVM; absent if the guest never touches them while interrupts are delivered. */
  readonly ioapic?: IoapicMmio;
  /** What follows an exit for an access, where it is not a fault on a region that a slot may map. */
  readonly accessExits?: Readonly<Record<string, Step>>;
  /** Whether a physical interrupt is signalled to the CPU that runs this vCPU. */
  readonly physicalIrq: (s: State) => boolean;
  /** Whether a worker waits for the CPU of the vCPU thread, which then gives way; null if none ever does. */
  readonly needResched: ((s: State) => boolean) | null;
  /** Whether a signal is pending for the vCPU thread, with which KVM_RUN returns; absent if nobody sends one. */
  readonly signalPending?: (s: State) => boolean;
  /** What else goes on in a real host; absent in a quiet one. */
  readonly surroundings?: X86Surroundings;
}

/** What end of interrupt the guest's local APIC in KVM passes on. */
export interface LapicEoi {
  /** `kvm_ioapic_update_eoi`: who hears of the guest's end of a level-triggered interrupt in KVM. */
  readonly inKernel?: Procedure;
  /** Whether QEMU is told by an exit, since the IOAPIC is there and the vector one of its own. */
  readonly exits?: boolean;
  /** Whether the vector is among those that are passed on at all; absent if it always is. */
  readonly scan?: ScanIoapic;
}

/** What the run loop is wired to when the local APIC is in KVM. */
export interface VcpuRunWiring extends VcpuLoopWiring {
  readonly lapic: Lapic;
  readonly eoi: LapicEoi;
  /** Absent if the guest ends its interrupts at the local APIC. */
  readonly pvEoi?: PvEoi;
}
