import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { TrappedAccess } from './kvm-run.ts';
import type { MemorySlot } from './memory-slot.ts';
import { NOTIFY_WAKEUP } from './posted-interrupts.ts';
import type { BlockedVcpu, PostedInterrupts } from './posted-interrupts.ts';
import { MMIO_DONE, MMIO_NEEDED } from './vcpu-state.ts';
import { mmioExitSteps } from './x86-handle-exit.ts';
import { exitMark, exitReason } from './x86-exits.ts';
import { EPT_MMIO } from './x86-memory-slot.ts';
import * as x86 from './x86-vcpu.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** Where the way round `vcpu_run` begins. */
const LOOP = 'next-entry';

/** Another thread that wants the CPU of the vCPU thread; the vCPU is then preempted. */
export interface Preemption {
  readonly needResched: Field;
  /** 1 while the vCPU thread is off its CPU for it. */
  readonly preempted: Field;
}

/** What the run loop of a vCPU with APICv is wired to. */
export interface ApicvRunWiring {
  readonly vcpu: X86Vcpu;
  readonly x2apic: boolean;
  readonly pi: PostedInterrupts;
  readonly blocked: BlockedVcpu;
  readonly slot: MemorySlot;
  readonly access: TrappedAccess;
  /** Whether a physical interrupt is signalled to the CPU that runs this vCPU. */
  readonly physicalIrq: (s: State) => boolean;
  /** Null if nobody ever preempts the vCPU thread. */
  readonly preemption: Preemption | null;
  /** False leaves out what `pi_enable_wakeup_handler` does last, to see what it is for. */
  readonly checksOnBeforeSleep: boolean;
}

/**
 * ioctl(KVM_RUN) on a VMX host with APICv: nothing is injected, the processor delivers from the virtual APIC page. A
 * thread that leaves its CPU changes the descriptor, so that the hardware notifies somebody who can act on it.
 * Source: Linux arch/x86/kvm/x86.c `vcpu_enter_guest`, `kvm_vcpu_block`, arch/x86/kvm/vmx/posted_intr.c
 * `vmx_vcpu_pi_put`, `vmx_vcpu_pi_load` (6.12). No trace of it has been captured.
 */
export function apicvRun(wiring: ApicvRunWiring): Procedure {
  const { vcpu, slot, pi, preemption } = wiring;
  const names = { vendor: 'intel' as const, x2apic: wiring.x2apic };
  const mmioCached = (s: State): boolean => s[slot.mapped] === EPT_MMIO;
  const forced = (s: State): number => {
    // A wake-up that comes late, when the vCPU runs again, is an interrupt of the host like any other.
    if (wiring.physicalIrq(s) || s[pi.notification] === NOTIFY_WAKEUP) return x86.EXIT_PHYSICAL_IRQ;
    return preemption !== null && s[preemption.needResched] === 1 ? x86.EXIT_KICK : x86.EXIT_NONE;
  };
  return procedure<string>(KVM, 'vcpu_run', {
    'complete-mmio': {
      at: 'Linux arch/x86/kvm/x86.c complete_emulated_mmio',
      do: (s) => {
        if (s[vcpu.mmio] === MMIO_NEEDED) s[vcpu.mmio] = MMIO_DONE;
      },
    },
    [LOOP]: {
      at: 'Linux arch/x86/kvm/x86.c vcpu_run (xfer_to_guest_mode_handle_work)',
      do: (s) => {
        s[vcpu.exitReason] = x86.EXIT_NONE;
        return preemption !== null && s[preemption.needResched] === 1 ? undefined : 'enter-guest';
      },
    },
    ...(preemption ? preemptionSteps(pi, preemption) : {}),
    'enter-guest': {
      at: 'Linux arch/x86/kvm/x86.c vcpu_enter_guest (vmx_sync_pir_to_irr with interrupts off, then VM entry)',
      cost: 'vmEntry',
      emits: ['kvm:kvm_entry vcpu 0'],
      do: (s) => {
        pi.sync(s);
        s[vcpu.inGuest] = 1;
      },
    },
    'leave-guest': {
      at: 'Linux arch/x86/kvm/vmx/vmx.c vmx_vcpu_run',
      cost: 'vmExit',
      rest: true,
      runsGuest: true,
      emits: [(s) => `kvm:kvm_exit vcpu 0 reason ${exitReason(s, vcpu, names, mmioCached(s))}`],
      marks: [(s) => exitMark(s, vcpu, names, mmioCached(s))],
      when: (s) => s[vcpu.inGuest] === 0 || forced(s) !== x86.EXIT_NONE,
      do: (s) => {
        if (s[vcpu.inGuest] === 1) s[vcpu.exitReason] = forced(s);
        s[vcpu.inGuest] = 0;
      },
    },
    'handle-exit': {
      at: 'Linux arch/x86/kvm/vmx/vmx.c vmx_handle_exit',
      cost: 'handleExit',
      do: (s) => {
        if (s[vcpu.exitReason] === x86.EXIT_HLT) return 'halt';
        return s[vcpu.exitReason] === x86.EXIT_PAGE_FAULT ? 'page-fault' : LOOP;
      },
    },
    ...mmioExitSteps(wiring, LOOP),
    ...blockSteps(wiring),
  });
}

/** The thread gives way: notifications are suppressed until it is back and has looked. */
function preemptionSteps(pi: PostedInterrupts, { needResched, preempted }: Preemption): Record<string, Step> {
  return {
    'sched-out': {
      at: 'Linux arch/x86/kvm/vmx/posted_intr.c vmx_vcpu_pi_put (pi_set_sn: preempted)',
      cost: 'piUpdate',
      do: (s) => {
        s[pi.sn] = 1;
        s[preempted] = 1;
      },
    },
    'sched-in': {
      at: 'Linux arch/x86/kvm/vmx/posted_intr.c vmx_vcpu_pi_load (clears SN; ON if PIR is not empty)',
      cost: 'piUpdate',
      when: (s) => s[needResched] === 0,
      do: (s) => {
        s[preempted] = 0;
        pi.load(s);
      },
    },
  };
}

/** HLT: the thread sleeps; a message that is posted meanwhile comes by the wake-up vector. */
function blockSteps({ pi, blocked, checksOnBeforeSleep }: ApicvRunWiring): Record<string, Step> {
  return {
    halt: {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_block (prepare_to_rcuwait, kvm_vcpu_check_block)',
      emits: ['function:kvm_emulate_halt', 'function:kvm_vcpu_halt'],
      do: (s) => {
        if (pi.hasInterrupt(s)) return LOOP;
        s[blocked.blocked] = 1;
        return undefined;
      },
    },
    block: {
      at: 'Linux arch/x86/kvm/vmx/posted_intr.c pi_enable_wakeup_handler (NV; a self-IPI if ON is set)',
      cost: 'piUpdate',
      do: (s) => {
        s[pi.nv] = NOTIFY_WAKEUP;
        if (s[pi.on] === 1 && checksOnBeforeSleep) s[pi.notification] = NOTIFY_WAKEUP;
      },
    },
    'wake-vcpu': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_block, arch/x86/kvm/vmx/posted_intr.c vmx_vcpu_pi_load',
      cost: 'haltExit',
      emits: ['kvm:kvm_vcpu_wakeup'],
      marks: ['halt-wakeup'],
      rest: true,
      wake: 'haltWake',
      when: (s) => s[blocked.woken] === 1,
      do: (s) => {
        s[blocked.woken] = 0;
        s[blocked.blocked] = 0;
        pi.load(s);
        return LOOP;
      },
    },
  };
}
