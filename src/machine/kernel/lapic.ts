import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM, LAPIC } from '../parties.ts';
import { suffixOf } from './x86-vcpu.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** What the local APIC of a vCPU is bound to. */
export interface LapicWiring {
  readonly vcpu: X86Vcpu;
  readonly vendor: 'intel' | 'amd';
  /** The vector of the device in the guest. */
  readonly vector: number;
  /** What the message says that brings it; `level` if it is left out. */
  readonly trigger?: 'level' | 'edge';
}

/** KVM's local APIC as far as one vector goes, always with the same trigger mode. */
export interface Lapic {
  readonly vector: number;
  /** Number of its vCPU. */
  readonly apicId: number;
  readonly trigger: 'level' | 'edge';
  readonly irr: Field;
  readonly isr: Field;
  /** Whether there is an interrupt to be taken (`kvm_apic_has_interrupt`): a vector in service holds off itself. */
  readonly hasInterrupt: (s: State) => boolean;
  /** The processor takes it: from IRR to ISR (`kvm_get_apic_interrupt`). */
  readonly take: (s: State) => void;
  /** `__apic_accept_irq` and what tells the vCPU of it. */
  readonly accept: Procedure;
  /** The same from `kvm_arch_set_irq_inatomic`, which tries the fast lookup of the destination alone. */
  readonly acceptAtomic: Procedure;
}

/**
 * Adds the local APIC without APICv or AVIC: an interrupt is kept in IRR and its vCPU is made to look. A second one of
 * the same vector before the first is taken is merged with it.
 * Source: Linux arch/x86/kvm/lapic.c, virt/kvm/kvm_main.c `kvm_vcpu_kick` (6.12); traces X4a, X4b, X4e.
 */
export function lapic(m: ModelBuilder, { vcpu, vendor, vector, trigger = 'level' }: LapicWiring): Lapic {
  const irr = m.field(`LAPIC IRR${suffixOf(vcpu.id)}`, { values: ['clear', 'set'] });
  const isr = m.field(`LAPIC ISR${suffixOf(vcpu.id)}`, { values: ['clear', 'set'] });
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
  const accept = (lookup: readonly string[]): Procedure =>
    procedure(LAPIC, '__apic_accept_irq', {
      'accept-irq': {
        at: 'Linux arch/x86/kvm/lapic.c __apic_accept_irq (IRR, TMR, KVM_REQ_EVENT)',
        cost: 'apicAccept',
        emits: [
          ...lookup,
          'function:kvm_irq_delivery_to_apic_fast',
          'function:__apic_accept_irq',
          `kvm:kvm_apic_accept_irq apicid ${String(vcpu.id)} vec ${String(vector)} (Fixed|${trigger})`,
          vendor === 'intel' ? 'function:vmx_deliver_interrupt' : 'function:svm_deliver_interrupt',
        ],
        do: (s) => {
          s[irr] = 1;
          s[vcpu.eventRequest] = 1;
        },
        call: kick,
      },
    });
  return {
    vector,
    apicId: vcpu.id,
    trigger,
    irr,
    isr,
    hasInterrupt: (s) => s[irr] === 1 && s[isr] === 0,
    take: (s) => {
      s[irr] = 0;
      s[isr] = 1;
    },
    accept: accept(['function:kvm_irq_delivery_to_apic']),
    acceptAtomic: accept([]),
  };
}
