import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Go, Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import { IOWIN_WRITE_DESTINATION, KVM_IOAPIC_ADDRESS } from './ioapic-mmio.ts';
import type { IoapicMmio } from './ioapic-mmio.ts';
import type { ScanIoapic } from './scan-ioapic.ts';
import { MMIO_DONE } from './vcpu-state.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

const FILE = 'Linux arch/x86/kvm/ioapic.c';

/** Adds the destination in the pin's redirection entry: the number of one of two vCPUs. */
export function ioapicDestination(m: ModelBuilder): Field {
  return m.field('IOAPIC destination', { notable: true, values: ['vCPU 0', 'vCPU 1'] });
}

/**
 * `kvm_irq_delivery_to_apic_fast` for two vCPUs, of which the redirection entry names one: `first` and
 * `second` are what each accepts it with. KVM reads it under
 * `ioapic->lock`, together with what it does before; a guest's write in between counts as one before both.
 */
export function acceptAtDestination(
  destination: Field,
  [first, second]: readonly [Procedure, Procedure],
): Procedure {
  const at = 'Linux arch/x86/kvm/lapic.c kvm_irq_delivery_to_apic_fast (dest_id)';
  return procedure<string>(KVM, 'kvm_irq_delivery_to_apic_fast', {
    'find-destination': {
      at,
      do: (s) => (s[destination] === 1 ? 'deliver-to-vcpu-1' : undefined),
      call: first,
    },
    'delivered-to-vcpu-0': { at, do: () => RETURN },
    'deliver-to-vcpu-1': { at, call: second },
  });
}

/** A vCPU of two, and which ends of interrupts it passes on. */
export interface ScannedVcpu {
  readonly vcpu: X86Vcpu;
  readonly scan: ScanIoapic;
}

/**
 * The IOAPIC's registers as vCPU `own` uses them to have its interrupt sent to the `other` from now on. Both are asked to
 * look at the table again; the other one is made to leave the guest for it. That KVM waits until it has left is left
 * out: nothing is injected there before it has looked.
 * Source: Linux arch/x86/kvm/ioapic.c `ioapic_write_indirect`, `kvm_make_scan_ioapic_request_mask` (6.12).
 */
export function ioapicMmioOfDestination(
  destination: Field,
  own: ScannedVcpu,
  other: ScannedVcpu,
): IoapicMmio {
  const { vcpu } = own;
  return {
    isAddressed: (s) => (s[vcpu.mmioRegister] as number) in KVM_IOAPIC_ADDRESS,
    steps: (next) => ({
      'ioapic-mmio': {
        at: `${FILE} ioapic_mmio_write, ioapic_write_indirect (kvm_make_scan_ioapic_request_mask)`,
        cost: 'ioapicSetIrq',
        do: (s) => {
          s[vcpu.mmio] = MMIO_DONE;
          if (s[vcpu.mmioRegister] !== IOWIN_WRITE_DESTINATION) return next;
          s[destination] = other.vcpu.id;
          s[own.scan.requested] = 1;
          s[other.scan.requested] = 1;
          return s[other.vcpu.inGuest] === 1 ? undefined : next;
        },
      },
      'kick-for-scan': kickForScan(other.vcpu, next),
    }),
  };
}

/** Makes another vCPU leave the guest, so that it looks at the table before it enters again. */
export function kickForScan<Label extends string>({ inGuest, ipi }: X86Vcpu, next: Go<Label>): Step<Label> {
  return {
    at: 'Linux virt/kvm/kvm_main.c kvm_make_vcpus_request_mask (kvm_kick_many_cpus)',
    cost: 'ipi',
    do: (s: State) => {
      s[ipi] = s[inGuest] as number;
      return next;
    },
  };
}
