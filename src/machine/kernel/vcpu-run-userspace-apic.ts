import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import { completeMmio, leaveGuest } from './vcpu-enter-guest.ts';
import type { VcpuLoopWiring } from './vcpu-run-wiring.ts';
import { LOOP, mmioExitSteps, userspaceExit } from './x86-handle-exit.ts';
import { EXIT_FOR_OTHER, isForOther } from './x86-surroundings.ts';
import * as x86 from './x86-vcpu.ts';

/** What KVM has to know of an interrupt controller that is all in QEMU. */
export interface UserspaceApicWiring extends VcpuLoopWiring {
  readonly vector: number;
  /** SIG_IPI is pending for the vCPU thread, or its handler has set `kvm_run.immediate_exit`. */
  readonly signal: Field;
}

/**
 * ioctl(KVM_RUN) without a local APIC in KVM: QEMU queues interrupts with KVM_INTERRUPT and asks for an exit when the guest
 * can take one (`irqWindow`); a signal makes KVM_RUN return; HLT is QEMU's to handle. An interrupt that QEMU has
 * queued counts as one that cannot be injected yet as well, so that the guest is left at once after each.
 * Source: Linux arch/x86/kvm/x86.c `vcpu_run`, `vcpu_enter_guest`, `kvm_check_and_inject_events`,
 * arch/x86/kvm/irq.c `kvm_cpu_has_injectable_intr` (6.12); trace X5-off.
 */
export function vcpuRunUserspaceApic(wiring: UserspaceApicWiring): Procedure {
  const { signal, surroundings } = wiring;
  return procedure<string>(KVM, 'vcpu_run', {
    'complete-mmio': completeMmio(wiring),
    'check-immediate-exit': {
      at: 'Linux arch/x86/kvm/x86.c kvm_arch_vcpu_ioctl_run (immediate_exit)',
      // Others in QEMU kick the thread as well.
      ...(surroundings ? { choose: () => 2 } : {}),
      do: (s, choice) => (s[signal] === 1 || choice === 1 ? 'restart' : undefined),
    },
    ...entrySteps(wiring),
    'leave-guest': leaveGuest(wiring),
    'handle-exit': handleExit(wiring),
    ...(wiring.accessExits ?? mmioExitSteps(wiring)),
    ...returnSteps(wiring),
    ...surroundings?.exitToQemu,
  });
}

function entrySteps({
  vcpu,
  names,
  vector,
  signal,
  surroundings,
}: UserspaceApicWiring): Record<string, Step> {
  const { injected, irqWindow } = vcpu;
  const intel = names.vendor === 'intel';
  return {
    [LOOP]: {
      at: 'Linux arch/x86/kvm/x86.c kvm_check_and_inject_events',
      cost: 'injectEvents',
      emits: [
        (s) => {
          if (s[injected] === x86.QUEUED) return `function:${intel ? 'vmx_inject_irq' : 'svm_inject_irq'}`;
          if (s[irqWindow] === 0) return '';
          return `function:${intel ? 'vmx_enable_irq_window' : 'svm_enable_irq_window'}`;
        },
        (s) => {
          if (s[injected] === x86.QUEUED_OTHER) return 'kvm:kvm_inj_virq IRQ 0xec [reinjected]';
          return s[injected] === x86.QUEUED
            ? `kvm:kvm_inj_virq IRQ 0x${vector.toString(16)} [reinjected]`
            : '';
        },
      ],
      do: (s) => {
        s[vcpu.exitReason] = x86.EXIT_NONE;
      },
    },
    'enter-guest': {
      at: 'Linux arch/x86/kvm/x86.c vcpu_enter_guest (kvm_vcpu_exit_request, then VM entry)',
      cost: 'vmEntry',
      emits: [
        (after, before) => {
          if (after[vcpu.inGuest] === 1) return 'kvm:kvm_entry vcpu 0';
          return before[injected] !== after[injected] || after[vcpu.exitReason] === x86.EXIT_OTHER_PAGE
            ? 'kvm:kvm_entry vcpu 0[immediate exit]'
            : '';
        },
      ],
      // The page of the guest's stack or of its interrupt table may be missing: then nothing is delivered yet.
      ...(surroundings ? { choose: (s: State) => (s[injected] === 0 ? 1 : 2) } : {}),
      do: (s, choice) => {
        if (s[signal] === 1) return 'restart';
        if (choice === 1) {
          s[vcpu.exitReason] = x86.EXIT_OTHER_PAGE;
        } else if (s[injected] === x86.QUEUED_OTHER) {
          s[injected] = 0;
          s[vcpu.interruptFlag] = 0;
          s[vcpu.exitReason] = x86.EXIT_IMMEDIATE;
        } else if (s[injected] === x86.QUEUED) {
          s[injected] = 1;
          s[vcpu.exitReason] = x86.EXIT_IMMEDIATE;
        } else {
          s[vcpu.inGuest] = 1;
        }
        return undefined;
      },
    },
  };
}

/** Handles the exit, or goes round again unless QEMU is wanted: for a signal, or because the window is open already. */
function handleExit({ vcpu, names, signal, surroundings }: UserspaceApicWiring): Step {
  const intel = names.vendor === 'intel';
  const windowFunction = intel ? 'handle_interrupt_window' : 'interrupt_window_interception';
  const handlers: Readonly<Record<number, string>> = {
    [x86.EXIT_HLT]: 'halt',
    [x86.EXIT_IRQ_WINDOW]: 'open-window',
    [x86.EXIT_PAGE_FAULT]: 'page-fault',
  };
  const isWindowOpen = (s: State): boolean =>
    s[vcpu.irqWindow] === 1 && s[vcpu.interruptFlag] === 1 && s[vcpu.injected] === 0;
  return {
    at: `Linux arch/x86/kvm/${intel ? 'vmx/vmx.c vmx_handle_exit' : 'svm/svm.c svm_handle_exit'}, x86.c vcpu_run`,
    cost: 'handleExit',
    emits: [(s) => (s[vcpu.exitReason] === x86.EXIT_IRQ_WINDOW ? `function:${windowFunction}` : '')],
    // Others signal the thread, and want to know when they can be injected, as well.
    ...(surroundings ? { choose: () => 3 } : {}),
    do: (s, choice) => {
      const reason = s[vcpu.exitReason] as number;
      const handler = handlers[reason];
      // The window of another interrupt may be one that nobody waits for any more.
      const isStale = reason === x86.EXIT_IRQ_WINDOW && s[vcpu.irqWindow] === 0 && choice !== 2;
      if (handler !== undefined && !isStale) return handler;
      if (isForOther(reason)) return EXIT_FOR_OTHER;
      if (s[signal] === 1 || choice === 1) return 'restart';
      const couldOpen = choice === 2 && s[vcpu.interruptFlag] === 1 && s[vcpu.injected] === 0;
      return isWindowOpen(s) || couldOpen ? 'open-window' : LOOP;
    },
  };
}

/** Why KVM_RUN returns, besides accesses. */
function returnSteps({ vcpu }: UserspaceApicWiring): Record<string, Step> {
  return {
    halt: {
      at: 'Linux arch/x86/kvm/x86.c kvm_emulate_halt (no local APIC: KVM_EXIT_HLT)',
      cost: 'userspaceExit',
      // Idling is not what an interrupt causes: it is not counted.
      emits: ['function:kvm_emulate_halt', 'kvm:kvm_userspace_exit reason KVM_EXIT_HLT (5)'],
      do: () => RETURN,
    },
    'open-window': {
      ...userspaceExit(
        'Linux arch/x86/kvm/x86.c vcpu_run (dm_request_for_irq_injection)',
        'KVM_EXIT_IRQ_WINDOW_OPEN (7)',
      ),
      do: (s) => {
        s[vcpu.irqWindow] = 0;
        s[vcpu.exitReason] = x86.EXIT_IRQ_WINDOW;
        return RETURN;
      },
    },
    restart: {
      ...userspaceExit('Linux arch/x86/kvm/x86.c kvm_arch_vcpu_ioctl_run (-EINTR)', 'restart (4)'),
      do: (s) => {
        s[vcpu.exitReason] = x86.EXIT_KICK;
        return RETURN;
      },
    },
  };
}
