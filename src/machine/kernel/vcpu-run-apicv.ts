import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { LapicEoi, VcpuLoopWiring } from './vcpu-run-wiring.ts';
import { LOOP } from './virtual-apic.ts';
import type { VirtualApic } from './virtual-apic.ts';
import { completeMmio } from './vcpu-enter-guest.ts';
import { mmioExitSteps, userspaceExit } from './x86-handle-exit.ts';
import { exitMark, exitReason } from './x86-exits.ts';
import { EPT_MMIO } from './x86-memory-slot.ts';
import * as x86 from './x86-vcpu.ts';

/** Another thread that wants the CPU of the vCPU thread; the vCPU is then preempted. */
export interface Preemption {
  readonly needResched: Field;
  /** 1 while the vCPU thread is off its CPU for it. */
  readonly preempted: Field;
}

/** What the run loop of a vCPU with APICv or AVIC is wired to. */
export interface ApicvRunWiring extends VcpuLoopWiring {
  readonly virtualApic: VirtualApic;
  /** Who hears of the guest's end of a level-triggered interrupt; null if none ever ends one with an exit. */
  readonly eoi: LapicEoi | null;
  /** Null if nobody ever preempts the vCPU thread. */
  readonly preemption: Preemption | null;
}

/**
 * ioctl(KVM_RUN) on a host with APICv or AVIC: nothing is injected, the processor delivers from the virtual APIC page.
 * Source: Linux arch/x86/kvm/x86.c `vcpu_enter_guest`, `kvm_vcpu_block` (6.12). No trace of it has been captured.
 */
export function apicvRun(wiring: ApicvRunWiring): Procedure {
  const { vcpu, slot, virtualApic, preemption, needResched, isNeverMapped } = wiring;
  const names = { ...wiring.names, isAccelerated: true };
  const mmioCached = (s: State): boolean =>
    slot === null || isNeverMapped?.(s) === true || s[slot.mapped] === EPT_MMIO;
  const forced = (s: State): number => {
    if (wiring.physicalIrq(s) || virtualApic.forcesExit(s)) return x86.EXIT_PHYSICAL_IRQ;
    const isKicked = s[vcpu.ipi] === 1 || (preemption !== null && s[preemption.needResched] === 1);
    return isKicked ? x86.EXIT_KICK : x86.EXIT_NONE;
  };
  return procedure<string>(KVM, 'vcpu_run', {
    'complete-mmio': completeMmio(wiring),
    [LOOP]: {
      at: 'Linux arch/x86/kvm/x86.c vcpu_run (xfer_to_guest_mode_handle_work)',
      ...(needResched ? { when: (s: State) => !needResched(s), wake: 'resched' } : {}),
      do: (s) => {
        s[vcpu.exitReason] = x86.EXIT_NONE;
        return preemption !== null && s[preemption.needResched] === 1 ? undefined : 'enter-guest';
      },
    },
    ...(preemption ? preemptionSteps(virtualApic, preemption) : {}),
    'enter-guest': {
      at: virtualApic.at.enter,
      cost: 'vmEntry',
      emits: ['kvm:kvm_entry vcpu 0'],
      do: (s) => {
        virtualApic.enter(s);
        s[vcpu.inGuest] = 1;
      },
    },
    'leave-guest': {
      at: virtualApic.at.run,
      cost: 'vmExit',
      rest: true,
      runsGuest: true,
      emits: [(s) => `kvm:kvm_exit vcpu 0 reason ${exitReason(s, vcpu, names, mmioCached(s))}`],
      marks: [(s) => exitMark(s, vcpu, names, mmioCached(s))],
      when: (s) => s[vcpu.inGuest] === 0 || forced(s) !== x86.EXIT_NONE,
      do: (s) => {
        if (s[vcpu.inGuest] === 1) s[vcpu.exitReason] = forced(s);
        s[vcpu.inGuest] = 0;
        s[vcpu.ipi] = 0;
        virtualApic.leave(s);
      },
    },
    'handle-exit': {
      at: virtualApic.at.handleExit,
      cost: 'handleExit',
      do: (s) => {
        const reason = s[vcpu.exitReason];
        if (reason === x86.EXIT_HLT) return 'halt';
        if (reason === x86.EXIT_APIC_EOI && wiring.eoi !== null) return 'write-eoi';
        if (reason === x86.EXIT_PORT_IO) return 'port-io';
        return reason === x86.EXIT_PAGE_FAULT ? 'page-fault' : LOOP;
      },
    },
    ...(wiring.eoi ? eoiSteps(virtualApic, wiring.eoi) : {}),
    ...(wiring.accessExits ?? mmioExitSteps(wiring, LOOP)),
    ...virtualApic.haltSteps,
  });
}

/** An end of interrupt that KVM has asked to hear of. */
function eoiSteps({ eoi: write }: VirtualApic, eoi: LapicEoi): Record<string, Step> {
  if (eoi.exits === true) {
    return {
      'write-eoi': write,
      'exit-ioapic-eoi': userspaceExit(
        'Linux arch/x86/kvm/x86.c vcpu_enter_guest (KVM_REQ_IOAPIC_EOI_EXIT: ioapic_handled_vectors)',
        'KVM_EXIT_IOAPIC_EOI (26)',
      ),
    };
  }
  return {
    'write-eoi': { ...write, ...(eoi.inKernel ? { call: eoi.inKernel } : {}) },
    'eoi-done': { at: 'Linux arch/x86/kvm/lapic.c kvm_ioapic_send_eoi (returns)', do: () => LOOP },
  };
}

/** The thread gives way: who would notify it is told, until it is back and has looked. */
function preemptionSteps(
  { schedOut, schedIn }: VirtualApic,
  { needResched, preempted }: Preemption,
): Record<string, Step> {
  return {
    'sched-out': {
      ...schedOut,
      do: (s) => {
        schedOut.do?.(s, 0);
        s[preempted] = 1;
      },
    },
    'sched-in': {
      ...schedIn,
      when: (s) => s[needResched] === 0,
      do: (s) => {
        s[preempted] = 0;
        schedIn.do?.(s, 0);
      },
    },
  };
}
