import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { DriverCpu } from '../machine/guest/driver-cpu.ts';
import type { Softirq } from '../machine/guest/x86-irq.ts';
import type { EmulatedDevice, GuestProgram } from './emulated-machine.ts';

/** How the interrupt of an emulated device gets into the guest and is ended there, and what runs that guest. */
export interface EmulatedSide {
  /** The CPU as the driver of a device in memory sees it. */
  readonly cpu: DriverCpu;
  /** Whether nothing is on its way in the interrupt or in service. */
  readonly isAtRest: (s: State) => boolean;
  /** Adds the thread of the vCPU, for a guest that makes these accesses. */
  readonly addVcpu: (device: Pick<EmulatedDevice, 'bus' | 'traced' | 'doorbell' | 'access'>) => void;
  /** A guest that runs a program, and the driver's handler. */
  readonly withProgram: (program: GuestProgram, handler: Procedure) => Procedure;
  /** A guest that does nothing but what the driver's handler does and the softirq that it raises, if it raises one. */
  readonly receiving: (handler: Procedure, softirq: Softirq | null) => Procedure;
}
