import type { ModelBuilder } from '../../engine/model.ts';
import type { Step } from '../../engine/step.ts';
import { apicvAccept, NOTIFY_NONE, NOTIFY_WAKEUP, postedInterrupts } from './posted-interrupts.ts';
import type { PostedInterrupts, VtdNotification } from './posted-interrupts.ts';
import { blockedVcpu, LOOP, wakeVcpu } from './virtual-apic.ts';
import type { BlockedVcpu, VirtualApic } from './virtual-apic.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

const PI_FILE = 'Linux arch/x86/kvm/vmx/posted_intr.c';

/** What APICv is bound to. */
export interface ApicvWiring {
  readonly vcpu: X86Vcpu;
  readonly vector: number;
  readonly trigger: 'level' | 'edge';
  /** Whether the host's IOMMU can post: KVM then has the descriptor follow where the vCPU is. */
  readonly canPost: boolean;
  /** False leaves out what `pi_enable_wakeup_handler` does last, to see what it is for. */
  readonly checksOnBeforeSleep: boolean;
}

/** Intel's virtual APIC, with the descriptor that others post to. */
export interface Apicv extends VirtualApic {
  readonly pi: PostedInterrupts;
  readonly blocked: BlockedVcpu;
}

/**
 * Adds the virtual APIC of a vCPU on VMX. A thread that leaves its CPU changes the descriptor, so that the hardware
 * notifies somebody who can act on it. A level-triggered vector that an IOAPIC waits for stands in EOI_EXIT_BITMAP.
 * Source: Linux arch/x86/kvm/vmx/vmx.c, arch/x86/kvm/vmx/posted_intr.c `vmx_vcpu_pi_put`, `vmx_vcpu_pi_load`,
 * arch/x86/kvm/lapic.c `kvm_apic_set_eoi_accelerated` (6.12); Intel SDM 3C, 30.1.4 "EOI Virtualization". No trace.
 */
export function apicv(m: ModelBuilder, wiring: ApicvWiring): Apicv {
  const { vcpu, vector, trigger } = wiring;
  const pi = postedInterrupts(m, wiring.canPost);
  const blocked = blockedVcpu(m);
  return {
    vendor: 'intel',
    vector,
    trigger,
    pi,
    blocked,
    ...apicvAccept(pi, blocked, vcpu.inGuest, { vector, trigger }),
    isDue: (s) => s[pi.virr] === 1 && s[pi.visr] === 0,
    take: (s) => {
      s[pi.virr] = 0;
      s[pi.visr] = 1;
    },
    end: (s) => {
      s[pi.visr] = 0;
    },
    hasInterrupt: pi.hasInterrupt,
    enter: pi.sync,
    leave: () => undefined,
    // A wake-up that comes late, when the vCPU runs again, is an interrupt of the host like any other.
    forcesExit: (s) => s[pi.notification] === NOTIFY_WAKEUP,
    at: {
      enter:
        'Linux arch/x86/kvm/x86.c vcpu_enter_guest (vmx_sync_pir_to_irr with interrupts off, then VM entry)',
      run: 'Linux arch/x86/kvm/vmx/vmx.c vmx_vcpu_run',
      handleExit: 'Linux arch/x86/kvm/vmx/vmx.c vmx_handle_exit',
    },
    haltSteps: haltSteps(pi, blocked, wiring.checksOnBeforeSleep),
    schedOut: {
      at: `${PI_FILE} vmx_vcpu_pi_put (pi_set_sn: preempted)`,
      cost: 'piUpdate',
      do: (s) => {
        if (pi.vtd !== null) s[pi.vtd.sn] = 1;
      },
    },
    schedIn: {
      at: `${PI_FILE} vmx_vcpu_pi_load (clears SN; ON if PIR is not empty)`,
      cost: 'piUpdate',
      do: (s) => {
        pi.load(s);
      },
    },
    eoi: {
      at: 'Linux arch/x86/kvm/vmx/vmx.c handle_apic_eoi_induced (kvm_apic_set_eoi_accelerated)',
      cost: 'apicRegister',
      emits: [`kvm:kvm_eoi apicid 0 vector ${String(vector)}`, 'function:kvm_ioapic_send_eoi'],
    },
    isAtRest: (s) =>
      s[pi.pir] === 0 &&
      s[pi.on] === 0 &&
      s[pi.virr] === 0 &&
      s[pi.visr] === 0 &&
      s[pi.notification] === NOTIFY_NONE,
  };
}

/** The thread sleeps; a message that is posted meanwhile comes by the wake-up vector. */
function haltSteps(
  pi: PostedInterrupts,
  blocked: BlockedVcpu,
  checksOnBeforeSleep: boolean,
): VirtualApic['haltSteps'] {
  const { vtd } = pi;
  const wake = wakeVcpu(
    blocked,
    `Linux virt/kvm/kvm_main.c kvm_vcpu_block, ${PI_FILE.replace('Linux ', '')} vmx_vcpu_pi_load`,
  );
  return {
    halt: {
      at: 'Linux arch/x86/kvm/x86.c kvm_emulate_halt',
      emits: ['function:kvm_emulate_halt', 'function:kvm_vcpu_halt'],
    },
    'look-and-block': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_block (prepare_to_rcuwait, kvm_vcpu_check_block)',
      do: (s) => {
        if (pi.hasInterrupt(s)) return LOOP;
        s[blocked.blocked] = 1;
        return undefined;
      },
    },
    ...(vtd === null ? {} : { block: wakeupVector(pi, vtd, checksOnBeforeSleep) }),
    'wake-vcpu': {
      ...wake,
      do: (s, choice) => {
        wake.do?.(s, choice);
        pi.load(s);
        return LOOP;
      },
    },
  };
}

/** From now on devices notify by the wake-up vector. */
function wakeupVector(
  { on, notification }: PostedInterrupts,
  { nv }: VtdNotification,
  checksOnBeforeSleep: boolean,
): Step {
  return {
    at: `${PI_FILE} pi_enable_wakeup_handler (NV; a self-IPI if ON is set)`,
    cost: 'piUpdate',
    do: (s) => {
      s[nv] = NOTIFY_WAKEUP;
      if (s[on] === 1 && checksOnBeforeSleep) s[notification] = NOTIFY_WAKEUP;
    },
  };
}
