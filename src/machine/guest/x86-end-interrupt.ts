import type { State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import type { PvEoi } from '../kernel/pv-eoi.ts';
import { MMIO_IDLE } from '../kernel/vcpu-state.ts';
import { EXIT_APIC_EOI, EXIT_APIC_READ, EXIT_PAGE_FAULT, trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { APIC_EOI_WRITE, APIC_TMR_READ, IOAPIC_EOI_WRITE } from '../qemu/apic-registers.ts';

const FILE = 'Linux arch/x86/kernel/apic/io_apic.c';

/**
 * The end of a level-triggered interrupt at a local APIC in KVM: the trigger mode is read first, and both accesses exit.
 * Source: Linux arch/x86/kernel/apic/io_apic.c `ioapic_ack_level` (6.12); traces X4a, X5-split.
 */
export function ioapicAckLevel(vcpu: X86Vcpu, vector: number): Record<string, Step> {
  return {
    'read-tmr': {
      at: readsTmr(vector),
      cost: 'guestApicAccess',
      do: (s) => {
        trap(s, vcpu, EXIT_APIC_READ);
      },
    },
    'end-interrupt': {
      at: `${FILE} ioapic_ack_level (apic_eoi)`,
      cost: 'guestApicAccess',
      do: (s) => {
        trap(s, vcpu, EXIT_APIC_EOI);
      },
    },
  };
}

/** The function that reads the trigger mode of a vector: a word has those of 32. */
function readsTmr(vector: number): string {
  return `${FILE} ioapic_ack_level (reads TMR word ${String(vector >> 5)})`;
}

/** The same at a local APIC in QEMU: two accesses to memory that is not there. Source: trace X5-off. */
export function ioapicAckLevelByMmio(vcpu: X86Vcpu, vector: number): Record<string, Step> {
  return {
    ...mmio(vcpu, 'read-tmr', APIC_TMR_READ, readsTmr(vector)),
    ...mmio(vcpu, 'end-interrupt', APIC_EOI_WRITE, `${FILE} ioapic_ack_level (apic_eoi)`),
  };
}

/** The end of an edge at a local APIC in QEMU. Source: Linux arch/x86/kernel/apic/vector.c `apic_ack_edge`; no trace. */
export function apicAckEdgeByMmio(vcpu: X86Vcpu): Record<string, Step> {
  const at = 'Linux arch/x86/kernel/apic/vector.c apic_ack_edge (apic_eoi)';
  return mmio(vcpu, 'end-interrupt', APIC_EOI_WRITE, at);
}

/**
 * The end of an interrupt whose IOAPIC pin is remapped. The remapped message is an edge, so that the local APIC tells no
 * IOAPIC; the guest writes the pin's number, its vector in the redirection table, to the IOAPIC's EOI register itself.
 * With PV EOI (`pvEoi`, null without) KVM may have offered to do without the write to the local APIC.
 * Source: Linux arch/x86/kernel/apic/io_apic.c `ioapic_ir_ack_level`, drivers/iommu/intel/irq_remapping.c
 * `prepare_irte`, arch/x86/kernel/kvm.c `kvm_guest_apic_eoi_write` (6.12); no trace.
 */
export function ioapicIrAckLevel(vcpu: X86Vcpu, pvEoi: Pick<PvEoi, 'end'> | null): Record<string, Step> {
  return {
    'end-interrupt': {
      at: `${FILE} ioapic_ir_ack_level (apic_ack_irq)`,
      cost: 'guestApicAccess',
      do: (s) => {
        if (pvEoi?.end(s) !== true) trap(s, vcpu, EXIT_APIC_EOI);
      },
    },
    ...mmio(vcpu, 'eoi-ioapic-pin', IOAPIC_EOI_WRITE, `${FILE} ioapic_ir_ack_level (eoi_ioapic_pin)`),
  };
}

/** The same at a local APIC in QEMU. Source: as {@link ioapicIrAckLevel}. */
export function ioapicIrAckLevelByMmio(vcpu: X86Vcpu): Record<string, Step> {
  return {
    ...mmio(vcpu, 'end-interrupt', APIC_EOI_WRITE, `${FILE} ioapic_ir_ack_level (apic_ack_irq)`),
    ...mmio(vcpu, 'eoi-ioapic-pin', IOAPIC_EOI_WRITE, `${FILE} ioapic_ir_ack_level (eoi_ioapic_pin)`),
  };
}

/**
 * An access to a page that no slot maps, an interrupt controller's unless `cost` says otherwise, and the guest behind it,
 * where `after` is done as well.
 */
export function mmio(
  vcpu: X86Vcpu,
  label: string,
  register: number,
  at: string,
  { cost = 'guestApicAccess', after }: { readonly cost?: string; readonly after?: (s: State) => void } = {},
): Record<string, Step> {
  return {
    [label]: {
      at,
      cost,
      do: (s) => {
        s[vcpu.mmioRegister] = register;
        trap(s, vcpu, EXIT_PAGE_FAULT);
      },
    },
    [`${label}-resumes`]: {
      at,
      do: (s) => {
        s[vcpu.mmioRegister] = 0;
        s[vcpu.mmio] = MMIO_IDLE;
        after?.(s);
      },
    },
  };
}
