import type { State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import { OTHER, OTHER_WRITE } from '../hardware/xgmac.ts';
import type { XgmacRegister } from '../hardware/xgmac.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import { EXIT_DABT, EXIT_WFX, MMIO_DONE, MMIO_IDLE } from '../kernel/vcpu-state.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';

/** What the guest does between the device's interrupts is wired to this. */
export interface OtherWorkWiring {
  readonly vcpu: Vcpu;
  readonly slot: MemorySlot;
  /** Number of a register of a line among those of all devices. */
  readonly registerNumber: (line: number, register: XgmacRegister) => number;
  readonly lines: number;
  /** Whether the guest waits in WFI, which leaves it. */
  readonly mayIdle: boolean;
  readonly isSignalled: (s: State) => boolean;
}

/**
 * What a guest does between interrupts: it takes one, goes idle, or its driver reads and writes the device, as one
 * does that sends something. What a register does to the device is not modelled: it raises interrupts when it likes.
 */
export function otherWork(wiring: OtherWorkWiring): Record<string, Step> {
  const { vcpu, slot, registerNumber, isSignalled } = wiring;
  const registers: number[] = [];
  for (let line = 0; line < wiring.lines; line++) {
    registers.push(registerNumber(line, OTHER), registerNumber(line, OTHER_WRITE));
  }
  return {
    'other-work': {
      at: 'Linux kernel/sched/idle.c do_idle, drivers/net/ethernet/calxeda/xgmac.c xgmac_xmit, any other code',
      cost: 'surroundings',
      rest: true,
      choose: (s) => 1 + (s[slot.mapped] === 1 ? 0 : registers.length),
      when: (s) => isSignalled(s) || wiring.mayIdle || s[slot.mapped] === 0,
      do: (s, choice) => {
        if (choice === 0) {
          if (isSignalled(s)) return 'take-interrupt';
          if (!wiring.mayIdle) return 'other-work';
          s[vcpu.exitReason] = EXIT_WFX;
          s[vcpu.inGuest] = 0;
          return 'other-work';
        }
        s[vcpu.mmioRegister] = registers[choice - 1] as number;
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
