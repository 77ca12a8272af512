import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { EXIT_HLT, trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { GUEST_KERNEL } from '../parties.ts';
import type { Napi } from './napi.ts';
import type { NetSender } from './net-sender.ts';
import { scheduleAnything } from './schedule-anything.ts';
import { statusSteps } from './virtio-status-driver.ts';
import type { StatusDriver } from './virtio-status-driver.ts';
import { taskSteps } from './x86-edge-guest.ts';
import type { GuestTask } from './x86-edge-guest.ts';
import { mayGoOn } from './x86-irq.ts';

/** What the guest is wired to. */
export interface VirtioNetGuestWiring {
  readonly vcpu: X86Vcpu;
  /** Whether the vCPU halts while the program waits, or has something else to compute. */
  readonly load: 'idle' | 'busy';
  /** Whether it also does all that has nothing to do with the device. */
  readonly isReal: boolean;
  /** A program that sends, and the driver that sends a packet for it; null if the guest only receives. */
  readonly sender: (NetSender & { readonly xmit: Procedure }) | null;
  readonly interrupt: Procedure;
  readonly napi: Napi;
  /** The driver polls its queue in a softirq. */
  readonly poll: Procedure;
  /** Where the driver sets its device up and resets it meanwhile. */
  readonly status?: StatusDriver;
  /** What its kernel does besides, with interrupts off, when it is wanted; absent: nothing. */
  readonly task?: GuestTask;
}

/**
 * A guest kernel on x86 with one vCPU: runs a program that sends, takes the device's interrupts, polls the queues on the
 * way out of them or when bottom halves are allowed again, and halts when nobody has anything to do. Interrupts that KVM
 * injects arrive with an entry.
 * Source: Linux net/core/dev.c `__dev_queue_xmit`, `net_rx_action`, kernel/softirq.c, arch/x86/kernel/process.c
 * `default_idle` (6.12); traces X3-net-vhost-off, -on.
 */
export function virtioNetGuest(wiring: VirtioNetGuestWiring): Procedure {
  const { vcpu, load, isReal, sender, napi, status, task } = wiring;
  const isDue = (s: State): boolean => s[vcpu.injected] === 1;
  const sends = (s: State): boolean =>
    sender !== null && s[sender.wanted] === 1 && status?.maySubmit(s) !== false;
  const setsStatus = (s: State): boolean => status?.isDue(s) === true;
  const hasWork = (s: State): boolean => sends(s) || task?.isWanted(s) === true || setsStatus(s);
  const idles = (s: State): boolean =>
    load === 'idle' && !hasWork(s) && sender?.computes(s) !== true && status?.isComing(s) !== true;
  const hlt: Step = {
    at: 'Linux arch/x86/kernel/process.c default_idle (sti; hlt)',
    cost: 'guestIdle',
    // An interrupt that is due keeps the processor from halting; so does a window that KVM waits for.
    when: (s) => s[vcpu.irqWindow] === 0 || s[vcpu.injected] === 1,
    do: (s) => {
      if (s[vcpu.injected] === 0) trap(s, vcpu, EXIT_HLT);
      return 'schedule';
    },
  };
  const schedule: Step = {
    at: 'Linux kernel/sched/core.c schedule',
    rest: true,
    // The exit for an interrupt window comes before anything else but an interrupt that was delivered with the entry.
    when: (s) => isDue(s) || (s[vcpu.irqWindow] === 0 && (hasWork(s) || idles(s))),
    do: (s) => {
      if (isDue(s)) return 'take-interrupt';
      if (setsStatus(s)) return 'set-status';
      if (sends(s)) return 'send-message';
      return task?.isWanted(s) === true ? 'irqs-off' : undefined;
    },
  };
  return procedure<string>(GUEST_KERNEL, 'guest', {
    schedule: isReal ? scheduleAnything({ vcpu, load, submits: sends }, 'send-message') : schedule,
    ...(load === 'idle' && !isReal ? { hlt } : {}),
    'take-interrupt': {
      at: 'Linux arch/x86/entry/entry_64.S asm_common_interrupt',
      call: wiring.interrupt,
    },
    'look-for-softirq': {
      at: 'Linux kernel/softirq.c irq_exit_rcu (local_softirq_pending)',
      do: (s) => (napi.isScheduled(s) ? undefined : 'leave-kernel'),
      local: true,
    },
    'run-softirq': {
      at: 'Linux kernel/softirq.c handle_softirqs (local_irq_enable); net/core/dev.c net_rx_action',
      cost: 'guestSoftirq',
      do: (s) => {
        s[vcpu.interruptFlag] = 1;
        napi.begin(s);
      },
      call: wiring.poll,
    },
    'softirq-done': {
      at: 'Linux kernel/softirq.c handle_softirqs (local_irq_disable)',
      when: (s) => mayGoOn(s, vcpu),
      do: (s) => {
        if (s[vcpu.injected] === 1) return 'take-interrupt';
        s[vcpu.interruptFlag] = 0;
        return 'look-for-softirq';
      },
    },
    'leave-kernel': {
      at: 'Linux arch/x86/entry/entry_64.S (iret); kernel/softirq.c __local_bh_enable_ip',
      do: (s) => {
        s[vcpu.interruptFlag] = 1;
        return 'schedule';
      },
    },
    ...(status ? statusSteps(status, isDue) : {}),
    ...(sender ? sendSteps(sender.xmit, napi) : {}),
    ...(task ? taskSteps(vcpu, { isDue }, task, 'schedule') : {}),
  });
}

/** A message goes down the network stack with bottom halves off; softirqs that were raised meanwhile follow. */
function sendSteps(xmit: Procedure, napi: Napi): Record<string, Step> {
  return {
    'send-message': {
      at: 'Linux net/ipv4/tcp.c tcp_sendmsg (to net/core/dev.c __dev_queue_xmit, which disables bottom halves)',
      cost: 'sendMessage',
    },
    'copy-message': {
      at: 'Linux net/ipv4/tcp.c tcp_sendmsg_locked (skb_do_copy_data_nocache)',
      cost: 'messageCopy',
      call: xmit,
    },
    'enable-bottom-halves': {
      at: 'Linux kernel/softirq.c __local_bh_enable_ip (dev_queue_xmit returns)',
      do: (s) => (napi.isScheduled(s) ? 'run-softirq' : 'schedule'),
    },
  };
}
