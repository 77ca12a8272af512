import type { State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import { OTHER, OTHER_WRITE } from '../hardware/xgmac.ts';
import type { XgmacRegister } from '../hardware/xgmac.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import { EXIT_DABT, EXIT_WFX, MMIO_DONE, MMIO_IDLE } from '../kernel/vcpu-state.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';

/** What other code of the driver reads and writes. */
const REGISTERS: readonly XgmacRegister[] = [OTHER, OTHER_WRITE];

/** What the guest does between the device's interrupts is wired to this. */
export interface OtherWorkWiring {
  readonly vcpu: Vcpu;
  /** Of the registers of each line. */
  readonly slots: readonly MemorySlot[];
  /** Number of a register of a line among those of all devices. */
  readonly registerNumber: (line: number, register: XgmacRegister) => number;
  /** Whether the guest waits in WFI, which leaves it. */
  readonly mayIdle: boolean;
  readonly isSignalled: (s: State) => boolean;
}

/**
 * What a guest does between interrupts: it takes one, goes idle, or its driver reads and writes the device, as one
 * does that sends something. What a register does to the device is not modelled: it raises interrupts when it likes.
 */
export function otherWork(wiring: OtherWorkWiring): Record<string, Step> {
  const { vcpu, slots, registerNumber, isSignalled } = wiring;
  /** How many accesses there are that would trap. */
  const trapping = (s: State): number => {
    let count = 0;
    for (const { mapped } of slots) if (s[mapped] === 0) count += REGISTERS.length;
    return count;
  };
  /** The number of the register of one of them. */
  const register = (s: State, access: number): number => {
    let left = access;
    for (let line = 0; line < slots.length; line++) {
      if (s[(slots[line] as MemorySlot).mapped] === 1) continue;
      if (left < REGISTERS.length) return registerNumber(line, REGISTERS[left] as XgmacRegister);
      left -= REGISTERS.length;
    }
    return 0;
  };
  return {
    'other-work': {
      at: 'Linux kernel/sched/idle.c do_idle, drivers/net/ethernet/calxeda/xgmac.c xgmac_xmit, any other code',
      cost: 'surroundings',
      rest: true,
      choose: (s) => 1 + trapping(s),
      when: (s) => isSignalled(s) || wiring.mayIdle || trapping(s) > 0,
      do: (s, choice) => {
        if (choice === 0) {
          if (isSignalled(s)) return 'take-interrupt';
          if (!wiring.mayIdle) return 'other-work';
          s[vcpu.exitReason] = EXIT_WFX;
          s[vcpu.inGuest] = 0;
          return 'other-work';
        }
        s[vcpu.mmioRegister] = register(s, choice - 1);
        s[vcpu.exitReason] = EXIT_DABT;
        s[vcpu.inGuest] = 0;
        return undefined;
      },
    },
    'other-access-resumes': {
      at: 'Linux drivers/net/ethernet/calxeda/xgmac.c xgmac_xmit',
      do: (s) => {
        if (s[vcpu.mmio] === MMIO_DONE) s[vcpu.mmio] = MMIO_IDLE;
        return 'other-work';
      },
    },
  };
}
