import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { EXIT_HLT, trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { GUEST_KERNEL } from '../parties.ts';
import { scheduleAnything } from './schedule-anything.ts';
import { taskSteps } from './x86-edge-guest.ts';
import type { GuestTask } from './x86-edge-guest.ts';
import type { BlockApplication } from './virtio-blk-driver.ts';
import { statusSteps } from './virtio-status-driver.ts';
import type { StatusDriver } from './virtio-status-driver.ts';
import { injectedDelivery } from './x86-irq.ts';
import type { LineDelivery } from './x86-irq.ts';

/** What the guest is wired to. */
export interface VirtioGuestWiring {
  readonly vcpu: X86Vcpu;
  /** How an interrupt reaches it; with an entry, by KVM, if it is left out. */
  readonly delivery?: LineDelivery;
  /** Whether the vCPU halts while the program waits, or has something else to compute. */
  readonly load: 'idle' | 'busy';
  /** Whether it also does all that has nothing to do with the device. */
  readonly isReal: boolean;
  readonly application: BlockApplication;
  readonly submit: Procedure;
  /** The driver's function that submits a request. */
  readonly submitAt: string;
  /** The driver submits with interrupts on, and `submit` sees to those that come. */
  readonly submitsWithInterruptsOn?: true;
  readonly interrupt: Procedure;
  /** What its kernel does besides, with interrupts off, when it is wanted; absent: nothing. */
  readonly task?: GuestTask;
  /** Where the driver sets its device up and resets it meanwhile. */
  readonly status?: StatusDriver;
}

/**
 * A guest kernel on x86 with one vCPU: runs a program that submits requests, takes the device's interrupts, and halts
 * when nobody has anything to do. Interrupts that KVM injects arrive with an entry.
 * Source: Linux arch/x86/kernel/process.c `default_idle`, kernel/sched/core.c `schedule` (6.12); traces X1-blk-*.
 */
export function virtioGuest(wiring: VirtioGuestWiring): Procedure {
  const { vcpu, load, status, delivery = injectedDelivery(wiring.vcpu) } = wiring;
  return procedure<string>(GUEST_KERNEL, 'guest', {
    schedule: wiring.isReal
      ? scheduleAnything({ vcpu, load, submits: (s) => s[wiring.application.wanted] === 1 }, 'submit')
      : schedule(wiring, delivery),
    ...(load === 'idle' && !wiring.isReal
      ? {
          hlt: {
            at: 'Linux arch/x86/kernel/process.c default_idle (sti; hlt)',
            cost: 'guestIdle',
            // An interrupt that is due keeps the processor from halting; so does a window that KVM waits for.
            when: (s: State) => s[vcpu.irqWindow] === 0 || delivery.isDue(s),
            do: (s: State) => {
              if (!delivery.isDue(s)) trap(s, vcpu, EXIT_HLT);
              return 'schedule';
            },
          },
        }
      : {}),
    'take-interrupt': { at: 'Linux arch/x86/entry/entry_64.S asm_common_interrupt', call: wiring.interrupt },
    iret: {
      at: 'Linux arch/x86/entry/entry_64.S (iret)',
      do: (s) => {
        s[vcpu.interruptFlag] = 1;
        return 'schedule';
      },
    },
    ...(status ? statusSteps(status, delivery.isDue) : {}),
    submit: {
      at: wiring.submitsWithInterruptsOn ? wiring.submitAt : `${wiring.submitAt} (spin_lock_irqsave)`,
      ...(wiring.submitsWithInterruptsOn
        ? {}
        : {
            do: (s: State) => {
              if (delivery.isDue(s)) return 'take-interrupt';
              s[vcpu.interruptFlag] = 0;
              return undefined;
            },
          }),
      call: wiring.submit,
    },
    ...(wiring.task ? taskSteps(vcpu, injectedDelivery(vcpu), wiring.task, 'schedule') : {}),
  });
}

function schedule(
  { vcpu, load, application, task, status }: VirtioGuestWiring,
  { isDue }: LineDelivery,
): Step {
  const submits = (s: State): boolean => s[application.wanted] === 1 && status?.maySubmit(s) !== false;
  const setsStatus = (s: State): boolean => status?.isDue(s) === true;
  const hasWork = (s: State): boolean => submits(s) || task?.isWanted(s) === true || setsStatus(s);
  const idles = (s: State): boolean =>
    load === 'idle' && !hasWork(s) && !application.computes(s) && status?.isComing(s) !== true;
  return {
    at: 'Linux kernel/sched/core.c schedule',
    rest: true,
    // The exit for an interrupt window comes before anything else but an interrupt that was delivered with the entry.
    when: (s) => isDue(s) || (s[vcpu.irqWindow] === 0 && (hasWork(s) || idles(s))),
    do: (s) => {
      if (isDue(s)) return 'take-interrupt';
      if (setsStatus(s)) return 'set-status';
      if (submits(s)) return 'submit';
      return task?.isWanted(s) === true ? 'irqs-off' : undefined;
    },
  };
}
