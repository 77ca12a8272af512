import type { Field, State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import { EXIT_DABT, MMIO_DONE, MMIO_IDLE } from '../kernel/vcpu-state.ts';

/** What an access that traps needs of its vCPU, whatever the architecture. */
export interface TrappingVcpu {
  readonly inGuest: Field;
  readonly exitReason: Field;
  readonly mmio: Field;
  readonly mmioRegister: Field;
}

/** One register access of a guest driver. */
export interface MmioAccess {
  /** Label of the step that issues it, e.g. `read-status`. */
  readonly label: string;
  /** Label of the step that follows in the driver. */
  readonly next: string;
  readonly at: string;
  readonly register: number;
  readonly vcpu: TrappingVcpu;
  /** Reason of the exit when it traps; a data abort if it is left out. */
  readonly exitReason?: number;
  /** 1 while the region is mapped into the guest. */
  readonly mapped: Field;
  /** The access itself, when it goes straight to the device. */
  readonly perform: (s: State) => void;
}

/**
 * The two steps of an access: it goes straight to the device while the region is mapped, and otherwise traps and
 * goes on when the vCPU is back. After a fault that only mapped the region it is issued again.
 */
export function mmioAccess(access: MmioAccess): Record<string, Step> {
  const { label, at, vcpu } = access;
  return {
    [label]: {
      at,
      cost: 'deviceAccess',
      do: (s) => {
        if (s[access.mapped] === 1) {
          access.perform(s);
          return access.next;
        }
        s[vcpu.mmioRegister] = access.register;
        s[vcpu.exitReason] = access.exitReason ?? EXIT_DABT;
        s[vcpu.inGuest] = 0;
        return undefined;
      },
    },
    [`${label}-resumes`]: {
      at,
      do: (s) => {
        s[vcpu.mmioRegister] = 0;
        if (s[vcpu.mmio] !== MMIO_DONE) return label;
        s[vcpu.mmio] = MMIO_IDLE;
        return access.next;
      },
    },
  };
}
