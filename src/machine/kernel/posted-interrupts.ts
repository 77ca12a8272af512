import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM, LAPIC } from '../parties.ts';
import { acceptTracepoints } from './virtual-apic.ts';
import type { BlockedVcpu, VirtualApic } from './virtual-apic.ts';

const FILE = 'Linux arch/x86/kvm/vmx/posted_intr.c';

export const NOTIFY_NONE = 0;
/** POSTED_INTR_VECTOR: a CPU in guest mode takes the posted interrupts itself. */
export const NOTIFY_POSTED = 1;
/** POSTED_INTR_WAKEUP_VECTOR: the host wakes the vCPU that has blocked. */
export const NOTIFY_WAKEUP = 2;

/** Fields of the descriptor that only an IOMMU goes by (`vmx_can_use_vtd_pi`). */
export interface VtdNotification {
  /** Suppress notification: the vCPU was preempted. */
  readonly sn: Field;
  /** The notification vector (NV): 1 for POSTED_INTR_VECTOR, 2 for POSTED_INTR_WAKEUP_VECTOR. */
  readonly nv: Field;
}

/** A vCPU's posted-interrupt descriptor and virtual APIC page, as far as one vector goes. */
export interface PostedInterrupts {
  /** The vector's bit in the requests of the descriptor. */
  readonly pir: Field;
  /** Outstanding notification: nobody needs to send another. */
  readonly on: Field;
  /** What KVM tells a device's notifications by; null if the host's IOMMU cannot post, so that KVM alone does. */
  readonly vtd: VtdNotification | null;
  /** A notification that the vCPU's CPU has not taken. */
  readonly notification: Field;
  readonly virr: Field;
  readonly visr: Field;
  /** What a processor in guest mode does with a notification, and KVM before an entry. */
  readonly sync: (s: State) => void;
  /** `pi_has_pending_interrupt`, or one in the virtual APIC page. */
  readonly hasInterrupt: (s: State) => boolean;
  /** `vmx_vcpu_pi_load`. */
  readonly load: (s: State) => void;
}

/**
 * Adds the descriptor. Source: Intel SDM 3C, 30.6 "Posted-Interrupt Processing"; Linux
 * arch/x86/kvm/vmx/posted_intr.c `vmx_vcpu_pi_load`, arch/x86/kvm/vmx/vmx.c `vmx_sync_pir_to_irr` (6.12).
 */
export function postedInterrupts(m: ModelBuilder, canPost: boolean): PostedInterrupts {
  const pir = m.field('PIR', { values: ['clear', 'set'] });
  const on = m.field('ON', { values: ['clear', 'set'] });
  const vtd = canPost ? vtdNotification(m) : null;
  const virr = m.field('virtual IRR', { values: ['clear', 'set'] });
  const visr = m.field('virtual ISR', { values: ['clear', 'set'] });
  return {
    pir,
    on,
    vtd,
    notification: m.field('notification', { values: ['none', 'posted interrupt', 'wake-up'] }),
    virr,
    visr,
    sync: (s) => {
      if (s[on] === 0) return;
      s[on] = 0;
      if (s[pir] === 1) s[virr] = 1;
      s[pir] = 0;
    },
    hasInterrupt: (s) => s[on] === 1 || (s[virr] === 1 && s[visr] === 0),
    load: (s) => {
      if (vtd === null) return;
      s[vtd.nv] = NOTIFY_POSTED;
      s[vtd.sn] = 0;
      if (s[pir] === 1) s[on] = 1;
    },
  };
}

function vtdNotification(m: ModelBuilder): VtdNotification {
  return {
    sn: m.field('SN', { values: ['clear', 'set'], notable: true }),
    nv: m.field('NV', {
      max: 2,
      initial: NOTIFY_POSTED,
      values: ['none', 'posted interrupt', 'wake-up'],
      notable: true,
    }),
  };
}

/**
 * What the host does with a notification that does not find the vCPU in guest mode: nothing, since KVM looks before
 * the next entry; or, for one that has blocked, `pi_wakeup_handler`.
 * Source: Linux arch/x86/kernel/irq.c `sysvec_kvm_posted_intr_ipi`, arch/x86/kvm/vmx/posted_intr.c (6.12).
 */
export function notificationHandler(
  { notification, on, vtd }: PostedInterrupts,
  { blocked, woken }: BlockedVcpu,
  inGuest: Field,
): Procedure {
  const wake: Step = {
    at: `${FILE} pi_wakeup_handler (kvm_vcpu_wake_up)`,
    cost: 'vcpuKick',
    marks: ['handler-call'],
    do: (s) => {
      if (s[on] === 1 && s[blocked] === 1) s[woken] = 1;
    },
  };
  return procedure<string>(KVM, 'sysvec_kvm_posted_intr', {
    'take-notification': {
      at: 'Linux arch/x86/kernel/irq.c sysvec_kvm_posted_intr_ipi, sysvec_kvm_posted_intr_wakeup_ipi',
      cost: 'hardirqEntry',
      rest: true,
      // Without VT-d it is KVM's own IPI, and no interrupt of a device.
      ...(vtd === null ? {} : { marks: ['physical-irq'] }),
      when: (s) =>
        s[inGuest] === 0 && (s[notification] === NOTIFY_POSTED || s[notification] === NOTIFY_WAKEUP),
      do: (s) => {
        const isWakeup = s[notification] === NOTIFY_WAKEUP;
        s[notification] = NOTIFY_NONE;
        return isWakeup ? undefined : RETURN;
      },
    },
    ...(vtd === null ? {} : { 'wake-blocked': wake }),
  });
}

/**
 * KVM itself posts an interrupt to a vCPU with APICv: a bit in PIR, then an IPI if the vCPU is in the guest.
 * Source: Linux arch/x86/kvm/vmx/vmx.c `vmx_deliver_posted_interrupt`, `kvm_vcpu_trigger_posted_interrupt` (6.12).
 */
export function apicvAccept(
  pi: PostedInterrupts,
  { blocked, woken }: BlockedVcpu,
  inGuest: Field,
  interrupt: Pick<VirtualApic, 'vector' | 'trigger'>,
): Pick<VirtualApic, 'accept' | 'acceptAtomic'> {
  const { pir, on, notification } = pi;
  const accept = (lookup: readonly string[]): Procedure =>
    procedure<string>(LAPIC, '__apic_accept_irq', {
      'accept-irq': {
        at: 'Linux arch/x86/kvm/vmx/vmx.c vmx_deliver_posted_interrupt (PIR, ON)',
        cost: 'apicAccept',
        emits: acceptTracepoints(lookup, 'vmx_deliver_interrupt', interrupt),
        do: (s) => {
          const isNews = s[pir] === 0 && s[on] === 0;
          s[pir] = 1;
          if (!isNews) return RETURN;
          s[on] = 1;
          return s[inGuest] === 1 ? undefined : 'wake-up';
        },
      },
      'send-notification': {
        at: 'Linux arch/x86/kvm/vmx/vmx.c kvm_vcpu_trigger_posted_interrupt (POSTED_INTR_VECTOR)',
        cost: 'ipi',
        // A CPU that has left the guest meanwhile takes it in the host, and nothing remains of it.
        do: (s) => {
          if (s[inGuest] === 1) s[notification] = NOTIFY_POSTED;
          return RETURN;
        },
      },
      'wake-up': {
        at: 'Linux arch/x86/kvm/vmx/vmx.c kvm_vcpu_trigger_posted_interrupt (kvm_vcpu_wake_up)',
        cost: 'vcpuKick',
        do: (s) => {
          if (s[blocked] === 1) s[woken] = 1;
        },
      },
    });
  return { accept: accept(['function:kvm_irq_delivery_to_apic']), acceptAtomic: accept([]) };
}
