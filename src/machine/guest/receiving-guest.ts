import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { GUEST_KERNEL } from '../parties.ts';
import { hlt, softirqSteps } from './x86-irq.ts';
import type { LineDelivery, Softirq } from './x86-irq.ts';

/** What the guest is wired to. */
export interface ReceivingGuestWiring {
  readonly vcpu: X86Vcpu;
  /** Whether the vCPU halts while nothing comes, or has something to compute. */
  readonly load: 'idle' | 'busy';
  readonly delivery: LineDelivery;
  /** From the IDT to the end of the interrupt. */
  readonly interrupt: Procedure;
  /** What the driver's handler raises; null if nothing. */
  readonly softirq: Softirq | null;
}

/**
 * A guest kernel on x86 that does nothing but receive: it takes the device's interrupts, however they are ended, and runs
 * the softirq that the driver's handler raises.
 * Source: Linux arch/x86/kernel/irq.c, kernel/softirq.c, arch/x86/kernel/process.c `default_idle` (6.12); traces X4b, X4e.
 */
export function receivingGuest(wiring: ReceivingGuestWiring): Procedure {
  const { vcpu, load, delivery, interrupt, softirq } = wiring;
  const start = load === 'idle' ? 'hlt' : 'take-interrupt';
  return procedure<string>(GUEST_KERNEL, 'guest', {
    ...(load === 'idle' ? { hlt: hlt(vcpu, delivery) } : {}),
    'take-interrupt': {
      at: 'Linux arch/x86/entry/entry_64.S asm_common_interrupt',
      rest: true,
      when: delivery.isDue,
      call: interrupt,
    },
    ...(softirq ? softirqSteps(wiring, softirq, interrupt) : {}),
    iret: {
      at: 'Linux arch/x86/entry/entry_64.S (iret)',
      do: (s) => {
        s[vcpu.interruptFlag] = 1;
        return start;
      },
    },
  });
}
