import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { IOAPIC } from '../parties.ts';
import type { Lapic } from './lapic.ts';

const FILE = 'Linux arch/x86/kvm/ioapic.c';
const ENTERED = ['function:kvm_set_ioapic_irq', 'function:kvm_ioapic_set_irq', 'function:ioapic_set_irq'];

/** One pin of KVM's IOAPIC, edge-triggered, sent to one vCPU: as the firmware sets up those of the ISA bus. */
export interface IoapicEdgePin {
  /** Number of the pin, which is also the GSI. */
  readonly pin: number;
  /** `ioapic->irr` bit: what the source last said of its line. */
  readonly irr: Field;
  /** `kvm_set_irq` for this pin, as far as the IOAPIC goes. */
  readonly setIrq: (level: 0 | 1) => Procedure;
}

/**
 * Adds the pin: only the change from low to high is sent, and neither is anything held back nor does anybody hear of the
 * end of the interrupt. Source: Linux arch/x86/kvm/ioapic.c `ioapic_set_irq`, `ioapic_service` (6.12); the guest's
 * console in traces X1, X4.
 */
export function ioapicEdgePin(
  m: ModelBuilder,
  pin: number,
  lapic: Pick<Lapic, 'vector' | 'accept'>,
): IoapicEdgePin {
  const irr = m.field('IOAPIC pin', { notable: true, values: ['low', 'high'] });
  const printed = `kvm:kvm_ioapic_set_irq pin ${String(pin)} dst 0 vec ${String(lapic.vector)} (Fixed|physical|edge)`;
  return {
    pin,
    irr,
    setIrq: (level) =>
      level === 0
        ? procedure(IOAPIC, 'ioapic_set_irq(0)', {
            'lower-edge-pin': {
              at: `${FILE} ioapic_set_irq (level 0)`,
              cost: 'ioapicSetIrq',
              emits: [...ENTERED, printed],
              do: (s) => {
                s[irr] = 0;
              },
            },
          })
        : procedure<string>(IOAPIC, 'ioapic_set_irq(1)', {
            'raise-edge-pin': {
              at: `${FILE} ioapic_set_irq, ioapic_service`,
              cost: 'ioapicSetIrq',
              emits: [...ENTERED, (_, before) => (before[irr] === 0 ? 'function:ioapic_service' : '')],
              do: (s) => {
                if (s[irr] === 1) return 'edge-coalesced';
                s[irr] = 1;
                return undefined;
              },
              call: lapic.accept,
            },
            'edge-sent': {
              at: `${FILE} ioapic_set_irq (trace_kvm_ioapic_set_irq)`,
              emits: [printed],
              do: () => RETURN,
              local: true,
            },
            'edge-coalesced': {
              at: `${FILE} ioapic_set_irq (irr was set: trace_kvm_ioapic_set_irq)`,
              emits: [`${printed} (coalesced)`],
            },
          }),
  };
}
