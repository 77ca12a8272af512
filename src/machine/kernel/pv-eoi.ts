import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import type { Lapic } from './lapic.ts';
import { suffixOf } from './x86-vcpu.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

const NOT_OFFERED = 0;
const OFFERED = 1;
const TAKEN = 2;

/** The flag in guest memory by which a guest ends an edge interrupt without an exit. */
export interface PvEoi {
  /** KVM may offer it: one interrupt in service, none behind it (`apic_sync_pv_eoi_to_guest`). */
  readonly offer: (s: State) => void;
  /** An entry that does not happen takes the offer back. */
  readonly withdraw: (s: State) => void;
  /** The guest ends its interrupt through the flag; false if it was not offered. */
  readonly end: (s: State) => boolean;
  /** The guest has ended its interrupt, and KVM will learn of it at the next exit. */
  readonly isTaken: (s: State) => boolean;
  /** `vcpu->arch.apic_attention`: after an exit KVM has to look at the flag. */
  readonly needsAttention: (s: State) => boolean;
  /** KVM looks at the flag; whether the guest has ended its interrupt. */
  readonly collect: (s: State) => boolean;
}

/**
 * Adds the flag. KVM learns of the end at the next exit, whatever that is for; an offer that was not taken by then is
 * withdrawn. Source: Linux arch/x86/kvm/lapic.c `apic_sync_pv_eoi_to_guest`, `pv_eoi_test_and_clr_pending`,
 * arch/x86/kernel/kvm.c `kvm_guest_apic_eoi_write` (6.12); traces X4e, X4f.
 */
export function pvEoi(m: ModelBuilder, { irr, isr, apicId }: Lapic): PvEoi {
  const flag: Field = m.field(`PV EOI${suffixOf(apicId)}`, { values: ['not offered', 'offered', 'taken'] });
  return {
    offer: (s) => {
      if (s[irr] === 0 && s[isr] === 1) s[flag] = OFFERED;
    },
    withdraw: (s) => {
      s[flag] = NOT_OFFERED;
    },
    end: (s) => {
      if (s[flag] !== OFFERED) return false;
      s[flag] = TAKEN;
      return true;
    },
    isTaken: (s) => s[flag] === TAKEN,
    needsAttention: (s) => s[flag] !== NOT_OFFERED,
    collect: (s) => {
      const ended = s[flag] === TAKEN;
      s[flag] = NOT_OFFERED;
      return ended;
    },
  };
}

/** What an exit does first while the flag needs attention; goes on with `handle-exit`. */
export function syncFromVapic(
  { collect }: PvEoi,
  { vcpu, lapic }: { readonly vcpu: X86Vcpu; readonly lapic: Lapic },
): Record<string, Step> {
  return {
    'sync-from-vapic': {
      at: 'Linux arch/x86/kvm/lapic.c kvm_lapic_sync_from_vapic (apic_sync_pv_eoi_from_guest)',
      do: (s) => (collect(s) ? undefined : 'handle-exit'),
    },
    'set-pv-eoi': {
      at: 'Linux arch/x86/kvm/lapic.c apic_set_eoi (KVM_REQ_EVENT)',
      cost: 'apicRegister',
      emits: [
        'function:apic_set_eoi',
        `kvm:kvm_eoi apicid ${String(lapic.apicId)} vector ${String(lapic.vector)}`,
        'function:kvm_ioapic_send_eoi',
        `kvm:kvm_pv_eoi apicid ${String(lapic.apicId)} vector ${String(lapic.vector)}`,
      ],
      do: (s) => {
        s[lapic.isr] = 0;
        s[vcpu.eventRequest] = 1;
      },
    },
  };
}
