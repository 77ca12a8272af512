import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';
import { GUEST_KERNEL } from '../parties.ts';
import type { GuestInterrupt } from './arm-irq.ts';
import { waitForInterrupt } from './guest-irq.ts';
import type { BlockApplication } from './virtio-blk-driver.ts';

/** What the guest is wired to. */
export interface VirtioArmGuestWiring {
  readonly vcpu: Vcpu;
  readonly irq: GuestInterrupt;
  /** Whether the vCPU waits in WFI while the program waits, or has something else to compute. */
  readonly load: 'idle' | 'busy';
  /** Whether it also waits in WFI when something else will wake it. */
  readonly isReal: boolean;
  readonly application: BlockApplication;
  /** The driver's function that submits a request. */
  readonly submitAt: string;
  readonly submit: Procedure;
  /** The driver submits with interrupts on, and `submit` sees to those that come. */
  readonly submitsWithInterruptsOn?: true;
  /** From the exception to the end of the interrupt; null if none ever comes. */
  readonly interrupt: Procedure | null;
}

/**
 * A guest kernel on Arm with one vCPU: runs a program that submits requests, takes the device's interrupts, and waits in
 * WFI when nobody has anything to do.
 * Source: Linux arch/arm64/kernel/idle.c `cpu_do_idle`, kernel/sched/core.c `schedule` (6.12); traces A1.
 */
export function virtioArmGuest(wiring: VirtioArmGuestWiring): Procedure {
  const { vcpu, load, interrupt } = wiring;
  const { isSignalled } = wiring.irq;
  return procedure<string>(GUEST_KERNEL, 'guest', {
    schedule: wiring.isReal ? scheduleAnything(wiring) : schedule(wiring),
    ...(load === 'idle'
      ? {
          wfi: waitForInterrupt(vcpu, isSignalled),
          'wfi-over': { at: 'Linux kernel/sched/idle.c do_idle', do: () => 'schedule' },
        }
      : {}),
    ...(interrupt === null
      ? {}
      : {
          'take-interrupt': { at: 'Linux arch/arm64/kernel/entry.S el1h_64_irq', call: interrupt },
          eret: { at: 'Linux arch/arm64/kernel/entry.S ret_to_kernel (eret)', do: () => 'schedule' },
        }),
    submit: {
      at: wiring.submitsWithInterruptsOn ? wiring.submitAt : `${wiring.submitAt} (spin_lock_irqsave)`,
      ...(wiring.submitsWithInterruptsOn
        ? {}
        : { do: (s: State) => (isSignalled(s) ? 'take-interrupt' : undefined) }),
      call: wiring.submit,
    },
  });
}

function schedule({ load, irq, application }: VirtioArmGuestWiring): Step {
  const idles = (s: State): boolean =>
    load === 'idle' && s[application.wanted] === 0 && !application.computes(s);
  return {
    at: 'Linux kernel/sched/core.c schedule',
    rest: true,
    when: (s) => irq.isSignalled(s) || s[application.wanted] === 1 || idles(s),
    do: (s) => {
      if (irq.isSignalled(s)) return 'take-interrupt';
      return s[application.wanted] === 1 ? 'submit' : undefined;
    },
  };
}

/** What a guest of a real host does is anything: it waits in WFI though the program will go on, as its timer wakes it. */
function scheduleAnything({ load, irq, application }: VirtioArmGuestWiring): Step {
  const mayIdle = load === 'idle' ? 1 : 0;
  return {
    at: 'Linux kernel/sched/core.c schedule, kernel/sched/idle.c do_idle, any other code',
    cost: 'surroundings',
    rest: true,
    when: (s) => irq.isSignalled(s) || mayIdle + (s[application.wanted] as number) > 0,
    choose: (s) => (irq.isSignalled(s) ? 1 : mayIdle + (s[application.wanted] as number)),
    do: (s, choice) => {
      if (irq.isSignalled(s)) return 'take-interrupt';
      return choice === mayIdle ? 'submit' : undefined;
    },
  };
}
