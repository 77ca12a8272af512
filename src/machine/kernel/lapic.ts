import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM, LAPIC } from '../parties.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** What the local APIC of a vCPU is bound to. */
export interface LapicWiring {
  readonly vcpu: X86Vcpu;
  readonly vendor: 'intel' | 'amd';
  /** The vector of the device in the guest. */
  readonly vector: number;
}

/** KVM's local APIC as far as one level-triggered vector goes: its TMR bit is always set. */
export interface Lapic {
  readonly vector: number;
  readonly irr: Field;
  readonly isr: Field;
  /** Whether there is an interrupt to be taken (`kvm_apic_has_interrupt`): a vector in service holds off itself. */
  readonly hasInterrupt: (s: State) => boolean;
  /** The processor takes it: from IRR to ISR (`kvm_get_apic_interrupt`). */
  readonly take: (s: State) => void;
  /** `__apic_accept_irq` and what tells the vCPU of it. */
  readonly accept: Procedure;
}

/**
 * Adds the local APIC without APICv or AVIC: an interrupt is kept in IRR and its vCPU is made to look.
 * Source: Linux arch/x86/kvm/lapic.c, virt/kvm/kvm_main.c `kvm_vcpu_kick` (6.12); traces X4a, X4b.
 */
export function lapic(m: ModelBuilder, { vcpu, vendor, vector }: LapicWiring): Lapic {
  const irr = m.field('LAPIC IRR', { values: ['clear', 'set'] });
  const isr = m.field('LAPIC ISR', { values: ['clear', 'set'] });
  const kick = procedure(KVM, 'kvm_vcpu_kick', {
    'kick-vcpu': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_kick',
      cost: 'vcpuKick',
      emits: ['function:kvm_vcpu_kick'],
      do: (s) => (s[vcpu.inGuest] === 1 ? undefined : RETURN),
    },
    'send-ipi': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_kick (smp_send_reschedule)',
      cost: 'ipi',
      // A CPU that has left the guest meanwhile takes the IPI at once, and nothing remains of it.
      do: (s) => {
        s[vcpu.ipi] = s[vcpu.inGuest] as number;
      },
    },
  });
  return {
    vector,
    irr,
    isr,
    hasInterrupt: (s) => s[irr] === 1 && s[isr] === 0,
    take: (s) => {
      s[irr] = 0;
      s[isr] = 1;
    },
    accept: procedure(LAPIC, '__apic_accept_irq', {
      'accept-irq': {
        at: 'Linux arch/x86/kvm/lapic.c __apic_accept_irq (IRR, TMR, KVM_REQ_EVENT)',
        cost: 'apicAccept',
        emits: [
          'function:kvm_irq_delivery_to_apic',
          'function:kvm_irq_delivery_to_apic_fast',
          'function:__apic_accept_irq',
          `kvm:kvm_apic_accept_irq apicid 0 vec ${String(vector)} (Fixed|level)`,
          vendor === 'intel' ? 'function:vmx_deliver_interrupt' : 'function:svm_deliver_interrupt',
        ],
        do: (s) => {
          s[irr] = 1;
          s[vcpu.eventRequest] = 1;
        },
        call: kick,
      },
    }),
  };
}
