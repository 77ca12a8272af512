import type { Step } from '../../engine/step.ts';
import type { VirtualApic } from '../kernel/virtual-apic.ts';
import { EXIT_APIC_EOI, trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';

const FILE = 'Linux arch/x86/kernel/apic/io_apic.c';

/**
 * The end of a level-triggered interrupt at a virtual APIC: the trigger mode is read from it without an exit, but the end
 * exits, since an IOAPIC waits for it (EOI_EXIT_BITMAP of VMX; with AVIC every end of a level-triggered interrupt).
 * Source: Linux arch/x86/kernel/apic/io_apic.c `ioapic_ack_level` (6.12); no trace.
 */
export function acceleratedAckLevel(
  vcpu: X86Vcpu,
  { vector, end }: Pick<VirtualApic, 'vector' | 'end'>,
): Record<string, Step> {
  return {
    'read-tmr': {
      at: `${FILE} ioapic_ack_level (reads TMR word ${String(vector >> 5)}, no exit)`,
      cost: 'guestApicAccess',
    },
    'end-interrupt': {
      at: `${FILE} ioapic_ack_level (apic_eoi)`,
      cost: 'guestApicAccess',
      do: (s) => {
        end(s);
        trap(s, vcpu, EXIT_APIC_EOI);
      },
    },
  };
}
