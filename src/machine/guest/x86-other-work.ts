import type { State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import { OTHER_READ, OTHER_WRITE, STATUS_READ } from '../hardware/pci-function.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import { MMIO_DONE, MMIO_IDLE } from '../kernel/vcpu-state.ts';
import { EPT_MAPPED } from '../kernel/x86-memory-slot.ts';
import { EXIT_HLT, EXIT_PAGE_FAULT, trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';

/** What other code of the driver, or ethtool, reads and writes. */
const REGISTERS = [OTHER_READ, OTHER_WRITE, STATUS_READ] as const;

/** What the guest does besides handling the device's interrupts is wired to this. */
export interface X86OtherWorkWiring {
  readonly vcpu: X86Vcpu;
  /** Of BAR 0. */
  readonly slot: MemorySlot;
  /** Label of the step; after each piece of work the guest goes to `again`, which takes an interrupt that has come. */
  readonly label: string;
  readonly again: string;
  readonly at: string;
  /** What ends the work; `halt` is that there is none: HLT, which leaves the guest. Null if nothing ends it. */
  readonly end: { readonly to: string } | 'halt' | null;
}

/**
 * Code of a guest that may be interrupted: it turns interrupts off and on again, as a handler of another interrupt
 * does, and its driver reads and writes the device. What a register does to the device is not modelled: it raises
 * interrupts when it likes.
 */
export function x86OtherWork(wiring: X86OtherWorkWiring): Record<string, Step> {
  const { vcpu, slot, label, again, at, end } = wiring;
  const accesses = (s: State): number => (s[slot.mapped] === EPT_MAPPED ? 0 : REGISTERS.length);
  return {
    [label]: {
      at,
      cost: 'surroundings',
      rest: true,
      // A guest that can take an interrupt that KVM waits to inject leaves before it does anything.
      when: (s) => s[vcpu.injected] === 1 || s[vcpu.interruptFlag] === 0 || s[vcpu.irqWindow] === 0,
      choose: (s) => 2 + accesses(s),
      do: (s, choice) => {
        if (s[vcpu.injected] === 1) return again;
        if (choice === 1) {
          s[vcpu.interruptFlag] = 1 - (s[vcpu.interruptFlag] as number);
          return again;
        }
        if (choice === 0) {
          if (end === null || s[vcpu.interruptFlag] === 0) return again;
          if (end !== 'halt') return end.to;
          trap(s, vcpu, EXIT_HLT);
          return again;
        }
        s[vcpu.mmioRegister] = REGISTERS[choice - 2] as number;
        trap(s, vcpu, EXIT_PAGE_FAULT);
        return undefined;
      },
    },
    [`${label}-resumes`]: {
      at,
      do: (s) => {
        s[vcpu.mmioRegister] = 0;
        if (s[vcpu.mmio] === MMIO_DONE) s[vcpu.mmio] = MMIO_IDLE;
        return again;
      },
    },
  };
}
