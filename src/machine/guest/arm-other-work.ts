import type { State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import { OTHER_READ, OTHER_WRITE, STATUS_READ } from '../hardware/pci-function.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import { EXIT_DABT, EXIT_WFX, MMIO_DONE, MMIO_IDLE } from '../kernel/vcpu-state.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';

/** What other code of an e1000's driver, or ethtool, reads and writes. */
const REGISTERS = [OTHER_READ, OTHER_WRITE, STATUS_READ] as const;

/** What a guest does besides handling the device's interrupts is wired to this. */
export interface ArmOtherWorkWiring {
  readonly vcpu: Vcpu;
  readonly isSignalled: (s: State) => boolean;
  /** Of BAR 0, where the guest's driver accesses it; null if it never does. */
  readonly slot: MemorySlot | null;
  /** Label of the step, and of the one that takes an interrupt that is signalled. */
  readonly label: string;
  readonly take: string;
  readonly at: string;
  /** What ends the work; `halt` is that there is none: WFI, which leaves the guest. Null if nothing ends it. */
  readonly end: { readonly to: string } | 'halt' | null;
}

/**
 * Code of a guest that may be interrupted: it goes idle when it likes, or its driver reads and writes the device. What a
 * register does to the device is not modelled: it raises interrupts when it likes.
 */
export function armOtherWork(wiring: ArmOtherWorkWiring): Record<string, Step> {
  const { vcpu, isSignalled, slot, label, take, at, end } = wiring;
  const accesses = (s: State): number => (slot === null || s[slot.mapped] === 1 ? 0 : REGISTERS.length);
  const work: Step = {
    at,
    cost: 'surroundings',
    rest: true,
    when: (s) => isSignalled(s) || end !== null || accesses(s) > 0,
    choose: (s) => 1 + accesses(s),
    do: (s, choice) => {
      if (isSignalled(s)) return take;
      if (choice === 0) {
        if (end === null) return label;
        if (end !== 'halt') return end.to;
        s[vcpu.exitReason] = EXIT_WFX;
        s[vcpu.inGuest] = 0;
        return label;
      }
      s[vcpu.mmioRegister] = REGISTERS[choice - 1] as number;
      s[vcpu.exitReason] = EXIT_DABT;
      s[vcpu.inGuest] = 0;
      return undefined;
    },
  };
  if (slot === null) return { [label]: work };
  return {
    [label]: work,
    [`${label}-resumes`]: {
      at,
      do: (s) => {
        s[vcpu.mmioRegister] = 0;
        if (s[vcpu.mmio] === MMIO_DONE) s[vcpu.mmio] = MMIO_IDLE;
        return label;
      },
    },
  };
}
