import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { EXIT_HLT, trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { GUEST_KERNEL } from '../parties.ts';
import { driverReady } from './resuming-driver.ts';
import type { ResumingDriver } from './resuming-driver.ts';
import type { Oneshot } from './x86-oneshot.ts';

/** A softirq that the handler raises. */
export interface Softirq {
  readonly raised: Field;
  /** What it does, with interrupts on; `interrupt` is what another interrupt in between runs. */
  readonly run: (interrupt: Procedure) => Procedure;
}

/** How an interrupt reaches a guest that runs: injected with an entry, or by the virtual APIC. */
export interface LineDelivery {
  /** Whether the processor takes one now. */
  readonly isDue: (s: State) => boolean;
  readonly take: (s: State) => void;
}

/** KVM injects with an entry into the guest, when the guest can take it. */
export function injectedDelivery({ injected }: X86Vcpu): LineDelivery {
  return {
    isDue: (s) => s[injected] === 1,
    take: (s) => {
      s[injected] = 0;
    },
  };
}

/** What the guest's interrupt entry is wired to. */
export interface X86IrqWiring {
  readonly vcpu: X86Vcpu;
  readonly delivery: LineDelivery;
  /** How the guest ends the interrupt at its controllers, after the driver's handler. */
  readonly end: Readonly<Record<string, Step>>;
  /** `idle` waits in HLT, which leaves the guest; `busy` computes in guest mode. */
  readonly load: 'idle' | 'busy';
  /** The driver's handler. */
  readonly handler: Procedure;
  readonly softirq: Softirq | null;
  /** What the guest does between interrupts, starting at `other-work` and going on at `next-work`; null: nothing but wait. */
  readonly otherWork: Readonly<Record<string, Step>> | null;
  /** Absent if the handler runs in hard-IRQ context. Its thread raises no softirq. */
  readonly oneshot?: Oneshot;
  /** Absent if the driver is there from the start. It raises no softirq before it is back. */
  readonly resuming?: ResumingDriver;
  /** A second handler of the same interrupt, called after the first, and whether either has found anything to do. */
  readonly shared?: { readonly handler: Procedure; readonly handled: Field };
}

/**
 * A guest kernel on x86: waits, takes an interrupt through its IDT, calls the driver's handler, ends the interrupt at
 * the local APIC, runs softirqs with interrupts on.
 * Source: Linux arch/x86/kernel/irq.c, arch/x86/kernel/apic/io_apic.c `ioapic_ack_level`, kernel/softirq.c (6.12);
 * traces X4a, X4b.
 */
export function x86Guest(wiring: X86IrqWiring): Procedure {
  const { vcpu, delivery, softirq, load, otherWork, oneshot, resuming } = wiring;
  const interrupt = levelInterrupt(wiring);
  const start = otherWork ? 'next-work' : load === 'idle' ? 'hlt' : 'take-interrupt';
  return procedure<string>(GUEST_KERNEL, 'guest', {
    ...(resuming ? { ...resuming.resume(interrupt), ...driverReady(resuming.isResuming, start) } : {}),
    ...(otherWork
      ? {
          'next-work': {
            at: 'Linux arch/x86/entry/entry_64.S (asm_common_interrupt, if an interrupt has been delivered)',
            do: (s) => (delivery.isDue(s) ? 'take-interrupt' : undefined),
          },
          ...otherWork,
        }
      : {}),
    ...(load === 'idle' && !otherWork ? { hlt: hlt(vcpu, delivery) } : {}),
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
        return oneshot ? 'run-thread' : start;
      },
    },
    // The pin is masked until the last step: nothing interrupts the thread.
    ...oneshot?.thread,
  });
}

/** HLT of a guest that has nothing to do. */
export function hlt(vcpu: X86Vcpu, { isDue }: LineDelivery): Step {
  return {
    at: 'Linux arch/x86/kernel/process.c default_idle (sti; hlt)',
    cost: 'guestIdle',
    // An interrupt that is due keeps the processor from halting.
    when: (s) => mayGoOn(s, vcpu),
    do: (s) => {
      if (!isDue(s)) trap(s, vcpu, EXIT_HLT);
    },
  };
}

/** From the IDT to the end of the interrupt, with interrupts off. */
export function levelInterrupt(
  wiring: Pick<X86IrqWiring, 'vcpu' | 'delivery' | 'handler' | 'end' | 'oneshot' | 'shared' | 'resuming'>,
): Procedure {
  const { vcpu, delivery, handler, end, oneshot, shared, resuming } = wiring;
  const afterHandler = Object.keys(end)[0] ?? '';
  return procedure<string>(GUEST_KERNEL, 'common_interrupt', {
    'enter-idt': {
      at: 'Linux arch/x86/kernel/irq.c common_interrupt',
      cost: 'guestIrqEntry',
      do: (s) => {
        delivery.take(s);
        s[vcpu.interruptFlag] = 0;
      },
    },
    ...(oneshot ? oneshot.before : { 'call-handler': callHandler(handler, resuming, afterHandler) }),
    ...(shared ? sharedSteps(shared, afterHandler) : {}),
    ...end,
  });
}

function callHandler(handler: Procedure, resuming: ResumingDriver | undefined, then: string): Step {
  return {
    at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
    cost: 'guestIrqFlow',
    marks: ['guest-irq'],
    ...(resuming ? { do: (s: State) => (s[resuming.isResuming] === 1 ? then : undefined) } : {}),
    call: handler,
  };
}

/** The other handler of a shared interrupt, and what the kernel makes of what both returned; `then` is what follows. */
function sharedSteps(
  { handler, handled }: NonNullable<X86IrqWiring['shared']>,
  then: string,
): Record<string, Step> {
  return {
    'call-second-handler': {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu (IRQF_SHARED: the next action)',
      cost: 'guestIrqFlow',
      call: handler,
    },
    'note-interrupt': {
      at: 'Linux kernel/irq/spurious.c note_interrupt',
      do: (s) => {
        const wasHandled = s[handled] === 1;
        s[handled] = 0;
        return wasHandled ? then : undefined;
      },
    },
    'nobody-handled': {
      at: 'Linux kernel/irq/spurious.c note_interrupt (IRQ_NONE: irqs_unhandled)',
      marks: ['spurious'],
    },
  };
}

/** On the way out of an interrupt: softirqs run with interrupts on, so that another one may come in between. */
export function softirqSteps(
  { vcpu, delivery }: Pick<X86IrqWiring, 'vcpu' | 'delivery'>,
  { raised, run }: Softirq,
  interrupt: Procedure,
): Record<string, Step> {
  return {
    'look-for-softirq': {
      at: 'Linux kernel/softirq.c irq_exit_rcu (local_softirq_pending)',
      do: (s) => (s[raised] === 1 ? undefined : 'iret'),
    },
    'run-softirq': {
      at: 'Linux kernel/softirq.c handle_softirqs (local_irq_enable)',
      cost: 'guestSoftirq',
      do: (s) => {
        s[raised] = 0;
        s[vcpu.interruptFlag] = 1;
      },
      call: run(interrupt),
    },
    'softirq-done': {
      at: 'Linux kernel/softirq.c handle_softirqs (local_irq_disable)',
      when: (s) => mayGoOn(s, vcpu),
      do: (s) => {
        if (delivery.isDue(s)) return 'take-interrupt';
        s[vcpu.interruptFlag] = 0;
        return 'look-for-softirq';
      },
    },
  };
}

/** Whether code with interrupts on goes on: not while KVM waits for just that moment to inject. */
export function mayGoOn(s: State, { irqWindow, interruptFlag, injected }: X86Vcpu): boolean {
  return s[irqWindow] === 0 || s[interruptFlag] === 0 || s[injected] === 1;
}

/**
 * A stretch of guest code that runs with interrupts on, from the step `first` of `steps`: an interrupt that comes with
 * an entry into the guest is taken before it.
 */
export function withInterruptsOn(
  { vcpu, delivery }: Pick<X86IrqWiring, 'vcpu' | 'delivery'>,
  interrupt: Procedure,
  at: string,
  first: string,
  steps: Readonly<Record<string, Step>>,
): Record<string, Step> {
  const before = `before-${first}`;
  const guarded: Record<string, Step> = {
    [before]: {
      at,
      when: (s) => mayGoOn(s, vcpu),
      do: (s) => {
        if (delivery.isDue(s)) return undefined;
        // The handler of another interrupt, which has come in between, returns.
        if (s[vcpu.interruptFlag] === 0) return `iret-to-${first}`;
        return first;
      },
      call: interrupt,
    },
    [`iret-to-${first}`]: {
      at: 'Linux arch/x86/entry/entry_64.S (iret)',
      do: (s) => {
        s[vcpu.interruptFlag] = 1;
        return before;
      },
    },
    ...steps,
  };
  const step = steps[first];
  if (step === undefined) return guarded;
  // The guest may have left and entered again with an interrupt since it was looked at.
  return {
    ...guarded,
    [first]: {
      ...step,
      do: (s, choice) => (delivery.isDue(s) || s[vcpu.interruptFlag] === 0 ? before : step.do?.(s, choice)),
    },
  };
}
