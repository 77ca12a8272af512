import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import { syncFromVapic } from './pv-eoi.ts';
import { scannedFirst, scanStep } from './scan-ioapic.ts';
import { MMIO_DONE, MMIO_NEEDED } from './vcpu-state.ts';
import type { VcpuLoopWiring, VcpuRunWiring } from './vcpu-run-wiring.ts';
import {
  haltSteps,
  lapicExitSteps,
  LOOP,
  mmioExitSteps,
  SIGNAL_EXIT,
  signalExit,
} from './x86-handle-exit.ts';
import { exitMark, exitReason, forcedExit } from './x86-exits.ts';
import { EXIT_FOR_OTHER, isForOther } from './x86-surroundings.ts';
import { EPT_MMIO } from './x86-memory-slot.ts';
import * as x86 from './x86-vcpu.ts';

/**
 * ioctl(KVM_RUN) on an x86 host without APICv: inject, enter, leave, handle the exit. The `kvm_exit` line is printed
 * before the host takes its interrupts. Returns to the caller when QEMU has to perform an access.
 * Source: Linux arch/x86/kvm/x86.c `vcpu_run`, `vcpu_enter_guest`, svm/svm.c, vmx/vmx.c (6.12); traces X4a, X4b.
 */
export function vcpuRun(wiring: VcpuRunWiring): Procedure {
  const { pvEoi, eoi } = wiring;
  const entry = entrySteps(wiring);
  return procedure<string>(KVM, 'vcpu_run', {
    'complete-mmio': wiring.signalPending ? haltedStays(completeMmio(wiring), wiring) : completeMmio(wiring),
    ...(eoi.scan ? scannedFirst(eoi.scan, LOOP, entry) : entry),
    'leave-guest': leaveGuest(wiring, (s) =>
      pvEoi?.needsAttention(s) === false ? 'handle-exit' : undefined,
    ),
    ...(pvEoi ? syncFromVapic(pvEoi, wiring) : {}),
    'handle-exit': handleExit(wiring),
    ...lapicExitSteps(wiring),
    ...(wiring.accessExits ?? mmioExitSteps(wiring)),
    ...haltSteps(wiring),
    ...(wiring.signalPending ? signalExit : {}),
    ...wiring.surroundings?.exitToQemu,
    ...(eoi.scan ? scanStep(eoi.scan, LOOP) : {}),
  });
}

/** A vCPU that had halted when a signal came sleeps on (`mp_state`). */
function haltedStays(first: Step<never>, { vcpu }: VcpuLoopWiring): Step {
  return {
    ...first,
    do: (s, choice) => {
      first.do?.(s, choice);
      return s[vcpu.exitReason] === x86.EXIT_HLT ? 'wake-vcpu' : undefined;
    },
  };
}

/** The access that QEMU has performed is brought to its end. */
export function completeMmio({ vcpu, access }: VcpuLoopWiring): Step<never> {
  return {
    at: 'Linux arch/x86/kvm/x86.c complete_emulated_mmio',
    emits: [
      (s, before) =>
        before[vcpu.mmio] === MMIO_NEEDED && access.isRead(s)
          ? (access.readDone?.(s) ?? `kvm:kvm_mmio mmio read len 4 gpa ${hex(access.address(s))}`)
          : '',
    ],
    do: (s) => {
      if (s[vcpu.mmio] === MMIO_NEEDED) s[vcpu.mmio] = MMIO_DONE;
    },
  };
}

/** The exit itself, by the guest's own doing or forced; `goOn` says where to go from there, if not to the next step. */
export function leaveGuest<Label extends string>(
  wiring: VcpuLoopWiring,
  goOn: (s: State) => Label | undefined = () => undefined,
): Step<Label> {
  const { vcpu, names, slot, isNeverMapped, surroundings } = wiring;
  // On Intel the first access to a page after a change of the slots is a violation; for the interrupt controllers that
  // is not told apart.
  const mmioCached = (s: State): boolean =>
    slot === null || isNeverMapped?.(s) === true || s[slot.mapped] === EPT_MMIO;
  return {
    at: `Linux arch/x86/kvm/${names.vendor === 'intel' ? 'vmx/vmx.c vmx_vcpu_run' : 'svm/svm.c svm_vcpu_run'}`,
    cost: 'vmExit',
    rest: true,
    runsGuest: true,
    emits: [
      (s) => `kvm:kvm_exit vcpu ${String(vcpu.id)} reason ${exitReason(s, vcpu, names, mmioCached(s))}`,
    ],
    marks: [(s) => exitMark(s, vcpu, names, mmioCached(s))],
    // What is delivered with the entry comes before anything else.
    when: (s) =>
      s[vcpu.inGuest] === 0 ||
      forcedExit(s, wiring) !== x86.EXIT_NONE ||
      (surroundings !== undefined && s[vcpu.injected] !== 1),
    ...(surroundings
      ? {
          choose: (s: State) => (s[vcpu.inGuest] === 0 ? 1 : surroundings.waysOut(s, forcedExit(s, wiring))),
        }
      : {}),
    do: (s, choice) => {
      if (s[vcpu.inGuest] === 1) {
        const forced = forcedExit(s, wiring);
        s[vcpu.exitReason] = surroundings?.exitReason(forced, choice) ?? forced;
      }
      s[vcpu.inGuest] = 0;
      s[vcpu.ipi] = 0;
      return goOn(s);
    },
  };
}

function entrySteps({
  vcpu,
  lapic,
  names,
  needResched,
  pvEoi,
  surroundings,
  signalPending,
}: VcpuRunWiring): Record<string, Step> {
  const { vendor } = names;
  const injectFunction = vendor === 'intel' ? 'vmx_inject_irq' : 'svm_inject_irq';
  const windowFunction = vendor === 'intel' ? 'vmx_enable_irq_window' : 'svm_enable_irq_window';
  const vector = `0x${lapic.vector.toString(16)}`;
  return {
    'inject-events': {
      at: 'Linux arch/x86/kvm/x86.c kvm_check_and_inject_events',
      cost: 'injectEvents',
      // On the way here the thread gives way to whoever has been woken on its CPU (xfer_to_guest_mode_work).
      ...(needResched ? { when: (s: State) => !needResched(s), wake: 'resched' } : {}),
      emits: [
        (after, before) => {
          if (after[vcpu.injected] === 1) return `function:${injectFunction}`;
          return before[vcpu.eventRequest] === 1 && after[vcpu.irqWindow] === 1
            ? `function:${windowFunction}`
            : '';
        },
        (after, before) => {
          if (after[vcpu.injected] === 0) {
            return after[vcpu.interruptFlag] === before[vcpu.interruptFlag] ? '' : OTHER_INJECTED;
          }
          return `kvm:kvm_inj_virq IRQ ${vector}${before[vcpu.injected] === 1 ? ' [reinjected]' : ''}`;
        },
      ],
      // What an entry that was cancelled had injected is injected again.
      ...(surroundings ? { choose: (s: State) => surroundings.waysToInject(s) * (pvEoi ? 2 : 1) } : {}),
      do: (s, choice) => {
        s[vcpu.exitReason] = x86.EXIT_NONE;
        if (signalPending?.(s) === true) return SIGNAL_EXIT;
        const ways = surroundings?.waysToInject(s) ?? 1;
        // Another interrupt that is pending keeps KVM from offering, and its end makes KVM offer later.
        const isAlone = choice < ways;
        if (choice % ways === 1) {
          s[vcpu.eventRequest] = 0;
          surroundings?.injectOther(s, lapic.hasInterrupt(s));
          return undefined;
        }
        if (s[vcpu.eventRequest] === 0) {
          if (surroundings && isAlone) pvEoi?.offer(s);
          return undefined;
        }
        s[vcpu.eventRequest] = 0;
        if (s[vcpu.injected] === 0 && lapic.hasInterrupt(s)) {
          if (s[vcpu.interruptFlag] === 1) {
            lapic.take(s);
            s[vcpu.injected] = 1;
          } else {
            s[vcpu.irqWindow] = 1;
          }
        }
        if (isAlone) pvEoi?.offer(s);
        return undefined;
      },
    },
    'enter-guest': {
      at: 'Linux arch/x86/kvm/x86.c vcpu_enter_guest (kvm_vcpu_exit_request, then VM entry)',
      cost: 'vmEntry',
      emits: [(s) => (s[vcpu.inGuest] === 1 ? `kvm:kvm_entry vcpu ${String(vcpu.id)}` : '')],
      ...(surroundings ? { choose: surroundings.waysToEnter } : {}),
      do: (s, choice) => {
        if (s[vcpu.eventRequest] === 1 || choice === 1) {
          pvEoi?.withdraw(s);
          return 'inject-events';
        }
        s[vcpu.inGuest] = 1;
        return undefined;
      },
    },
  };
}

/** Goes to what handles the exit; an interrupt needs nothing but the way round the loop. */
function handleExit({ vcpu, names }: VcpuRunWiring): Step {
  const windowFunction =
    names.vendor === 'intel' ? 'handle_interrupt_window' : 'interrupt_window_interception';
  const handlers: Readonly<Record<number, string>> = {
    [x86.EXIT_HLT]: 'halt',
    [x86.EXIT_APIC_READ]: 'read-apic',
    [x86.EXIT_APIC_EOI]: 'write-eoi',
    [x86.EXIT_PAGE_FAULT]: 'page-fault',
    [x86.EXIT_PORT_IO]: 'port-io',
  };
  return {
    at: `Linux arch/x86/kvm/${names.vendor === 'intel' ? 'vmx/vmx.c vmx_handle_exit' : 'svm/svm.c svm_handle_exit'}`,
    cost: 'handleExit',
    emits: [(s) => (s[vcpu.exitReason] === x86.EXIT_IRQ_WINDOW ? `function:${windowFunction}` : '')],
    do: (s) => {
      if (s[vcpu.exitReason] === x86.EXIT_IRQ_WINDOW) {
        s[vcpu.irqWindow] = 0;
        s[vcpu.eventRequest] = 1;
      }
      const reason = s[vcpu.exitReason] as number;
      return handlers[reason] ?? (isForOther(reason) ? EXIT_FOR_OTHER : LOOP);
    },
  };
}

/** The guest's timer; any other vector would do. */
const OTHER_INJECTED = 'kvm:kvm_inj_virq IRQ 0xec';

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
