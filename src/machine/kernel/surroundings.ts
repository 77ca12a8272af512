import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import * as vcpuState from './vcpu-state.ts';
import type { Vcpu } from './vcpu-state.ts';

/**
 * What else goes on around a vCPU on a real host: the guest is left at any time for things that have nothing to do
 * with the device, a halted vCPU is woken for them, and the scheduler moves the thread from CPU to CPU. Without it no
 * trace of a real host can be read; how often these things happen nobody can say.
 * Source: all traces of vfio-platform devices, e.g. P1-gicv2-irqfd-on-readfirst.
 */
export interface Surroundings {
  /** Whether the vCPU thread is on the CPU that takes the device's interrupts; kept while it matters, around guest mode. */
  readonly onIrqCpu: Field;
  /** The thread goes on, on the CPU that the choice says, and forgets what it was in QEMU for. */
  readonly comeToCpu: (s: State, choice: number) => void;
  /** In how many ways an exit that has nothing to do with the device can turn out, when KVM looks at it. */
  readonly exits: (s: State) => number;
  /** The thread is on no CPU in particular again. Decides what the exit was: an interrupt, a call or register that KVM handles, a missing page, another device of QEMU. */
  readonly decideExit: (s: State, choice: number) => void;
  /** The thread goes to QEMU for another device. */
  readonly leaveForOther: (s: State) => void;
  /** Whether that is what it is in QEMU for. */
  readonly isForOther: (s: State) => boolean;
}

const EXITS = [
  vcpuState.EXIT_OTHER_IRQ,
  vcpuState.EXIT_OTHER_TRAP,
  vcpuState.EXIT_OTHER_DABT,
  vcpuState.EXIT_OTHER_MMIO,
] as const;

/** Adds the surroundings of a vCPU. */
export function addSurroundings(m: ModelBuilder, { exitReason }: Vcpu): Surroundings {
  const onIrqCpu = m.field('vCPU thread', { values: ['on another CPU', 'on the CPU of the interrupt'] });
  const forOther = m.field('access for another device', { values: ['no', 'yes'] });
  return {
    onIrqCpu,
    comeToCpu: (s, choice) => {
      s[onIrqCpu] = choice;
      s[forOther] = 0;
    },
    leaveForOther: (s) => {
      s[forOther] = 1;
    },
    isForOther: (s) => s[forOther] === 1,
    exits: (s) => (s[exitReason] === vcpuState.EXIT_OTHER ? EXITS.length : 1),
    decideExit: (s, choice) => {
      s[onIrqCpu] = 0;
      if (s[exitReason] === vcpuState.EXIT_OTHER) s[exitReason] = EXITS[choice] as number;
    },
  };
}
