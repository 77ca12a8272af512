import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Go, Procedure, Step } from '../../engine/step.ts';
import type { GicVersion } from '../hardware/gic-version.ts';
import { EXIT_WFX } from '../kernel/vcpu-state.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';
import { LR_ACTIVE, signalled } from '../kernel/vgic.ts';
import type { VgicIrq } from '../kernel/vgic.ts';
import type { VgicListed } from '../kernel/vgic-listed.ts';
import { GUEST_KERNEL } from '../parties.ts';
import { oneshotSteps } from './threaded-handler.ts';

/** What the guest's interrupt entry is wired to. */
export interface GuestIrqWiring {
  readonly gic: GicVersion;
  readonly vcpu: Vcpu;
  readonly irqs: readonly VgicIrq[];
  /** `idle` waits in WFI, which leaves the guest; `busy` computes in guest mode. */
  readonly load: 'idle' | 'busy';
  /** The driver's handler of each interrupt. */
  readonly handlers: readonly Procedure[];
  /** What `gic_eoi_irq` waits for before it ends an interrupt, with a barrier that no release has; absent without. */
  readonly barrier?: (s: State) => boolean;
  /** Whether the handlers run in threads, with IRQF_ONESHOT; only for a device with one interrupt. */
  readonly threaded: boolean;
  /** Until when the guest boots and takes no interrupts; null if it has booted long ago. */
  readonly hasBooted: ((s: State) => boolean) | null;
  /** What the guest does between interrupts, starting at `other-work`; null: nothing but wait. */
  readonly otherWork: Record<string, Step> | null;
}

/**
 * A guest kernel on a virtual GIC: waits, takes an interrupt, acknowledges it, calls the driver, ends it. The
 * accesses to the virtual CPU interface do not trap; the guest's GIC driver runs at EL1 and so uses EOImode 0.
 * Source: Linux drivers/irqchip/irq-gic.c and irq-gic-v3.c as a guest runs them; list registers of the GIC specs.
 */
export function guestIrq(wiring: GuestIrqWiring): Procedure {
  const { gic, vcpu, irqs, handlers } = wiring;
  const calls: Record<string, Step> = {};
  irqs.forEach((irq, i) => {
    const { suffix } = irq;
    const handler = handlers[i];
    if (wiring.threaded && handler) {
      const { before, after } = oneshotSteps(vcpu, handler);
      Object.assign(calls, before, { 'end-interrupt': endInterrupt(gic, irq, undefined) }, after);
      return;
    }
    calls[`call-handler${suffix}`] = {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      cost: 'guestIrqFlow',
      marks: ['guest-irq'],
      ...(handler ? { call: handler } : {}),
    };
    const end = endInterrupt(gic, irq, RETURN);
    calls[`end-interrupt${suffix}`] = wiring.barrier ? { ...end, when: wiring.barrier } : end;
  });
  return procedure<string>(GUEST_KERNEL, 'guest', {
    ...(wiring.hasBooted ? { 'boot-done': bootDone(wiring.hasBooted) } : {}),
    ...(wiring.otherWork ?? {}),
    ...(wiring.load === 'idle' && !wiring.otherWork
      ? { wfi: waitForInterrupt(vcpu, (s) => signalled(irqs, s) >= 0) }
      : {}),
    'take-interrupt': {
      at: 'Linux arch/arm64/kernel/entry.S el1h_64_irq',
      cost: 'guestIrqEntry',
      rest: true,
      when: (s) => signalled(irqs, s) >= 0,
    },
    acknowledge: {
      at: `${gic.driver} gic_handle_irq (${gic.guestAcknowledgeRegister}, no exit)`,
      cost: 'virtualAcknowledge',
      do: (s) => {
        const irq = irqs[signalled(irqs, s)];
        // Withdrawn meanwhile: the spurious interrupt number is read, and nothing is done.
        if (irq === undefined && wiring.otherWork) return 'other-work';
        if (irq === undefined) return wiring.load === 'idle' ? 'wfi' : 'take-interrupt';
        s[irq.lrState] = LR_ACTIVE;
        return wiring.threaded ? 'mask-oneshot' : `call-handler${irq.suffix}`;
      },
    },
    ...calls,
  });
}

function bootDone(hasBooted: (s: State) => boolean): Step {
  return { at: 'Linux init/main.c start_kernel', rest: true, when: hasBooted };
}

/** WFI, which leaves the guest unless an interrupt is due. */
export function waitForInterrupt(vcpu: Vcpu, isSignalled: (s: State) => boolean): Step {
  return {
    at: 'Linux arch/arm64/kernel/idle.c cpu_do_idle (WFI)',
    cost: 'guestIdle',
    do: (s: State) => {
      if (isSignalled(s)) return;
      s[vcpu.exitReason] = EXIT_WFX;
      s[vcpu.inGuest] = 0;
    },
  };
}

/** The last line of an interrupt. */
export function endInterrupt(gic: GicVersion, { end }: Pick<VgicListed, 'end'>, then: Go<never>): Step {
  return {
    at: `${gic.driver} gic_eoi_irq (${gic.guestEndRegister}, no exit by itself)`,
    cost: 'virtualEnd',
    do: (s: State) => {
      end(s);
      return then;
    },
  };
}
