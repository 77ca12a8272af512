import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { GicVersion } from '../hardware/gic-version.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';
import type { VgicListed } from '../kernel/vgic-listed.ts';
import { GUEST_KERNEL } from '../parties.ts';
import { endInterrupt, waitForInterrupt } from './guest-irq.ts';
import type { Softirq } from './x86-irq.ts';

/** What the interrupt entry of a guest with one interrupt and softirqs is wired to. */
export interface ArmIrqWiring {
  readonly gic: GicVersion;
  readonly vcpu: Vcpu;
  readonly irq: GuestInterrupt;
  /** `idle` waits in WFI, which leaves the guest; `busy` computes in guest mode. */
  readonly load: 'idle' | 'busy';
  /** The driver's handler. */
  readonly handler: Procedure;
  readonly softirq: Softirq | null;
  /** What the guest does between interrupts, from its first step on; null: nothing but wait. */
  readonly otherWork: Readonly<Record<string, Step>> | null;
}

/** An interrupt as a guest sees it. */
export type GuestInterrupt = Pick<VgicListed, 'isSignalled' | 'acknowledge' | 'end'>;

/**
 * A guest kernel on a virtual GIC whose driver leaves work to a softirq: waits, takes an interrupt, and before it goes
 * back runs softirqs with interrupts on.
 * Source: Linux arch/arm64/kernel/entry-common.c `el1_interrupt`, drivers/irqchip/irq-gic.c and irq-gic-v3.c,
 * kernel/softirq.c (6.12); traces A2, A3.
 */
export function armGuest(wiring: ArmIrqWiring): Procedure {
  const { vcpu, irq, softirq, load, otherWork } = wiring;
  const interrupt = interruptEntry(wiring);
  return procedure<string>(GUEST_KERNEL, 'guest', {
    ...otherWork,
    ...(load === 'idle' && !otherWork ? { wfi: waitForInterrupt(vcpu, irq.isSignalled) } : {}),
    'take-interrupt': {
      at: 'Linux arch/arm64/kernel/entry.S el1h_64_irq',
      rest: true,
      when: irq.isSignalled,
      call: interrupt,
    },
    ...(softirq ? softirqSteps(irq, softirq, interrupt) : {}),
  });
}

/** From the exception to the end of the interrupt, with interrupts off. None of it leaves the guest by itself. */
export function interruptEntry({
  gic,
  irq,
  handler,
}: Pick<ArmIrqWiring, 'gic' | 'irq' | 'handler'>): Procedure {
  return procedure<string>(GUEST_KERNEL, 'el1_interrupt', {
    'enter-irq': { at: 'Linux arch/arm64/kernel/entry-common.c el1_interrupt', cost: 'guestIrqEntry' },
    acknowledge: {
      at: `${gic.driver} gic_handle_irq (${gic.guestAcknowledgeRegister}, no exit)`,
      cost: 'virtualAcknowledge',
      // Only this vCPU's own exits lower the line, in its handler or behind it: what was signalled still is.
      do: (s) => {
        irq.acknowledge(s);
      },
    },
    'call-handler': {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      cost: 'guestIrqFlow',
      marks: ['guest-irq'],
      call: handler,
    },
    'end-interrupt': endInterrupt(gic, irq, RETURN),
  });
}

/** On the way out of an interrupt: softirqs run with interrupts on, so that another one may come in between. */
function softirqSteps(
  irq: GuestInterrupt,
  { raised, run }: Softirq,
  interrupt: Procedure,
): Record<string, Step> {
  return {
    'look-for-softirq': {
      at: 'Linux kernel/softirq.c irq_exit_rcu (local_softirq_pending)',
      do: (s) => (s[raised] === 1 ? undefined : RETURN),
    },
    'run-softirq': {
      at: 'Linux kernel/softirq.c handle_softirqs (local_irq_enable)',
      cost: 'guestSoftirq',
      do: (s) => {
        s[raised] = 0;
      },
      call: run(interrupt),
    },
    'softirq-done': {
      at: 'Linux kernel/softirq.c handle_softirqs (local_irq_disable)',
      do: (s) => (irq.isSignalled(s) ? 'take-interrupt' : 'look-for-softirq'),
    },
  };
}

/** A stretch of guest code that runs with interrupts on, from the step `first` of `steps`: one that is due comes first. */
export function withIrqsOn(
  irq: GuestInterrupt,
  interrupt: Procedure,
  at: string,
  first: string,
  steps: Readonly<Record<string, Step>>,
): Record<string, Step> {
  const before = `before-${first}`;
  const guarded: Record<string, Step> = {
    [before]: { at, do: (s) => (irq.isSignalled(s) ? undefined : first), call: interrupt },
    [`eret-to-${first}`]: { at: 'Linux arch/arm64/kernel/entry.S ret_to_kernel (eret)', do: () => before },
    ...steps,
  };
  const step = steps[first];
  if (step === undefined) return guarded;
  // The guest may have left and entered again with an interrupt since it was looked at.
  return {
    ...guarded,
    [first]: { ...step, do: (s, choice) => (irq.isSignalled(s) ? before : step.do?.(s, choice)) },
  };
}
