import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { EXIT_HLT, trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { GUEST_KERNEL } from '../parties.ts';

/** How an interrupt reaches a guest that runs: injected with an entry, or by APICv's virtual delivery. */
export interface InterruptDelivery {
  /** Whether the processor takes one now. */
  readonly isDue: (s: State) => boolean;
  readonly take: (s: State) => void;
  /** The guest writes EOI. */
  readonly end: (s: State) => void;
}

/** What the guest is wired to. */
export interface X86EdgeGuestWiring {
  readonly vcpu: X86Vcpu;
  readonly delivery: InterruptDelivery;
  /** `idle` waits in HLT, which leaves the guest; `busy` computes in guest mode. */
  readonly load: 'idle' | 'busy';
  /** How the guest ends an interrupt: the function. */
  readonly endAt: string;
  /** Its end of an interrupt, where that is more than one access to a local APIC in KVM. */
  readonly endSteps?: Readonly<Record<string, Step>>;
  readonly handler: Procedure;
  /** What a guest that computes does besides, with interrupts off, when it is wanted. */
  readonly task?: GuestTask;
  /** What it does between interrupts, starting at `other-work` and going on at `next-work`; absent: nothing but wait. */
  readonly otherWork?: Readonly<Record<string, Step>>;
}

/** Something that the guest's kernel does outside of its interrupts. */
export interface GuestTask {
  readonly isWanted: (s: State) => boolean;
  readonly procedure: Procedure;
}

/**
 * A guest kernel on x86 with one edge-triggered vector: it ends the interrupt at the local APIC first and then calls
 * the driver's handler, with interrupts off. Source: Linux arch/x86/kernel/irq.c, kernel/irq/chip.c `handle_edge_irq`,
 * arch/x86/kernel/apic/vector.c `apic_ack_edge` (6.12); traces X4e, X4f.
 */
export function x86EdgeGuest(wiring: X86EdgeGuestWiring): Procedure {
  const { vcpu, delivery, load, task, otherWork } = wiring;
  const rest = load === 'idle' ? 'hlt' : 'take-interrupt';
  const hlt: Record<string, Step> = {
    hlt: {
      at: 'Linux arch/x86/kernel/process.c default_idle (sti; hlt)',
      cost: 'guestIdle',
      // An interrupt that is due keeps the processor from halting; so does a window that KVM waits for.
      when: (s) => s[vcpu.irqWindow] === 0 || delivery.isDue(s),
      do: (s) => {
        if (!delivery.isDue(s)) trap(s, vcpu, EXIT_HLT);
      },
    },
  };
  return procedure<string>(GUEST_KERNEL, 'guest', {
    ...(otherWork
      ? {
          'next-work': {
            at: 'Linux arch/x86/entry/entry_64.S (asm_common_interrupt, if an interrupt has been delivered)',
            do: (s: State) => (delivery.isDue(s) ? 'take-interrupt' : undefined),
          },
          ...otherWork,
        }
      : {}),
    ...(load === 'idle' && !otherWork ? hlt : {}),
    'take-interrupt': {
      at: 'Linux arch/x86/entry/entry_64.S asm_common_interrupt',
      rest: true,
      when: (s) => delivery.isDue(s) || task?.isWanted(s) === true,
      ...(task ? { do: (s: State) => (delivery.isDue(s) ? undefined : 'irqs-off') } : {}),
      call: edgeInterrupt(wiring),
    },
    iret: {
      at: 'Linux arch/x86/entry/entry_64.S (iret)',
      do: (s) => {
        s[vcpu.interruptFlag] = 1;
        return otherWork ? 'next-work' : rest;
      },
    },
    ...(task ? taskSteps(vcpu, delivery, task, 'take-interrupt') : {}),
  });
}

/** A task with interrupts off; one that came with the last entry is taken first. Afterwards the guest goes to `back`. */
export function taskSteps(
  vcpu: X86Vcpu,
  delivery: Pick<InterruptDelivery, 'isDue'>,
  { procedure }: GuestTask,
  back: string,
): Record<string, Step> {
  return {
    'irqs-off': {
      at: 'Linux kernel/irq/manage.c irq_set_affinity (raw_spin_lock_irqsave)',
      do: (s) => {
        if (delivery.isDue(s)) return 'take-interrupt';
        s[vcpu.interruptFlag] = 0;
        return undefined;
      },
      call: procedure,
    },
    'irqs-on': {
      at: 'Linux kernel/irq/manage.c irq_set_affinity (raw_spin_unlock_irqrestore)',
      do: (s) => {
        s[vcpu.interruptFlag] = 1;
        return back;
      },
    },
  };
}

/** From the IDT to the end of the handler, with interrupts off. */
export function edgeInterrupt({
  vcpu,
  delivery,
  handler,
  endAt,
  endSteps,
}: Pick<X86EdgeGuestWiring, 'vcpu' | 'delivery' | 'handler' | 'endAt' | 'endSteps'>): Procedure {
  const endInterrupt = (s: State): undefined => {
    delivery.end(s);
  };
  return procedure<string>(GUEST_KERNEL, 'common_interrupt', {
    'enter-idt': {
      at: 'Linux arch/x86/kernel/irq.c common_interrupt',
      cost: 'guestIrqEntry',
      do: (s) => {
        delivery.take(s);
        s[vcpu.interruptFlag] = 0;
      },
    },
    ...(endSteps ?? { 'end-interrupt': { at: endAt, cost: 'guestApicAccess', do: endInterrupt } }),
    'call-handler': {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      cost: 'guestIrqFlow',
      marks: ['guest-irq'],
      call: handler,
    },
  });
}
