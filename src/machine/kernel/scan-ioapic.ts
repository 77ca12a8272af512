import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import type { Lapic } from './lapic.ts';
import { suffixOf } from './x86-vcpu.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** Which ends of interrupts a vCPU passes on to the IOAPIC, where its redirection entry changes while interrupts come. */
export interface ScanIoapic {
  /** KVM_REQ_SCAN_IOAPIC: look at the redirection table before the next entry. */
  readonly requested: Field;
  /** Whether the vector is in `vcpu->arch.ioapic_handled_vectors`. */
  readonly handled: Field;
  /** `vcpu_scan_ioapic`. */
  readonly scan: (s: State) => void;
}

/** What a vCPU's set of vectors is bound to. */
export interface ScanIoapicWiring {
  readonly vcpu: X86Vcpu;
  readonly lapic: Lapic;
  /** The vCPU that the redirection entry names. */
  readonly destination: Field;
  /** Known bug: a vector that is pending or in service here, while its entry names another vCPU by now, is forgotten. */
  readonly forgetsPending: boolean;
}

/**
 * Adds the set. Source: Linux arch/x86/kvm/ioapic.c `kvm_ioapic_scan_entry`, irq_comm.c `kvm_scan_ioapic_routes`, x86.c
 * `vcpu_scan_ioapic`.
 */
export function scanIoapic(
  m: ModelBuilder,
  { vcpu, lapic, destination, forgetsPending }: ScanIoapicWiring,
): ScanIoapic {
  const suffix = suffixOf(vcpu.id);
  const requested = m.field(`KVM_REQ_SCAN_IOAPIC${suffix}`, { values: ['clear', 'set'] });
  const handled = m.field(`ioapic_handled_vectors${suffix}`, {
    notable: true,
    initial: vcpu.id === 0 ? 1 : 0,
    values: ['without it', 'with it'],
  });
  const isPending = (s: State): boolean => s[lapic.irr] === 1 || s[lapic.isr] === 1;
  return {
    requested,
    handled,
    scan: (s) => {
      s[requested] = 0;
      s[handled] = s[destination] === vcpu.id || (!forgetsPending && isPending(s)) ? 1 : 0;
    },
  };
}

/**
 * The steps of an entry, of which `loop` is the first: the request is looked at before interrupts are injected, and again
 * at the last moment.
 */
export function scannedFirst(
  { requested }: ScanIoapic,
  loop: string,
  entry: Readonly<Record<string, Step>>,
): Record<string, Step> {
  const isRequested = (s: State): boolean => s[requested] === 1;
  const looksFirst = (label: string, step: Step): Step => ({
    ...step,
    emits: (step.emits ?? []).map((text) => (after: State, before: State) => {
      if (isRequested(before)) return '';
      return typeof text === 'string' ? text : text(after, before);
    }),
    do: (s, choice) => {
      if (isRequested(s)) return label === loop ? 'scan-ioapic' : loop;
      return step.do?.(s, choice);
    },
  });
  return Object.fromEntries(Object.entries(entry).map(([label, step]) => [label, looksFirst(label, step)]));
}

/** What the request asks for; it goes on with the way round the loop. */
export function scanStep({ scan }: ScanIoapic, loop: string): Record<string, Step> {
  return {
    'scan-ioapic': {
      at: 'Linux arch/x86/kvm/x86.c vcpu_scan_ioapic (KVM_REQ_SCAN_IOAPIC)',
      cost: 'ioapicSetIrq',
      do: (s) => {
        scan(s);
        return loop;
      },
    },
  };
}
