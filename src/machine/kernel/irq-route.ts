import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';

/** The GSI of the PIRQ route that the guest's firmware has set up, on q35. */
export const OLD_GSI = 10;

/** Adds which GSI the irqfd has: an old one, whose pins the guest has masked, or the one that the guest's driver uses. */
export function reroutedField(m: ModelBuilder): Field {
  return m.field('GSI', { notable: true, values: ['old', 'new'] });
}

/**
 * `kvm_set_irq` with level 1 for that GSI. At the old one both PIC and IOAPIC remember the level and send nothing, which
 * nobody reads again. Source: Linux virt/kvm/irqchip.c `kvm_set_irq`, arch/x86/kvm/i8259.c, ioapic.c `ioapic_service`.
 */
export function raiseByRoute(rerouted: Field, raise: Procedure): Procedure {
  return procedure<string>(KVM, 'kvm_set_irq', {
    'look-up-route': {
      at: 'Linux virt/kvm/irqchip.c kvm_set_irq (kvm_irq_map_gsi)',
      do: (s) => (s[rerouted] === 0 ? undefined : 'raise-new'),
    },
    'raise-masked-pins': {
      at: 'Linux arch/x86/kvm/i8259.c kvm_pic_set_irq, ioapic.c ioapic_set_irq (both masked by the guest)',
      cost: 'ioapicSetIrq',
      do: () => RETURN,
    },
    'raise-new': { at: 'Linux virt/kvm/irqchip.c kvm_set_irq', call: raise },
  });
}
