import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { IOAPIC } from '../parties.ts';
import type { Lapic } from './lapic.ts';

const FILE = 'Linux arch/x86/kvm/ioapic.c';

/** One pin of KVM's IOAPIC, level-triggered, routed to one vCPU, with one interrupt source. */
export interface IoapicPin {
  /** Number of the pin, which is also the GSI. */
  readonly pin: number;
  /** `ioapic->irr` bit: what the source last said of its line. */
  readonly irr: Field;
  /** Sent to a local APIC and not ended there: no further interrupt is sent. */
  readonly remoteIrr: Field;
  /** `kvm_set_irq` for this pin, as far as the IOAPIC goes. */
  readonly setIrq: (level: 0 | 1) => Procedure;
  /** `kvm_ioapic_update_eoi`, with whoever wants to hear of the end of the interrupt. */
  readonly updateEoi: (acked: Procedure | null) => Procedure;
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds the pin. Each stretch under `ioapic->lock` is one step; the acknowledgement notifiers run with the lock
 * dropped and remote-IRR still set, so an assertion that comes meanwhile is kept and sent afterwards.
 * Left out: after 10,000 ends of interrupt in a row with the line still up, KVM waits 10 ms before it sends again.
 * Source: Linux arch/x86/kvm/ioapic.c `ioapic_set_irq`, `ioapic_service`, `kvm_ioapic_update_eoi_one` (6.12);
 * traces X4a, X4b.
 */
export function ioapicPin(m: ModelBuilder, pin: number, lapic: Pick<Lapic, 'vector' | 'accept'>): IoapicPin {
  const irr = m.field('IOAPIC pin', { notable: true, values: ['low', 'high'] });
  const remoteIrr = m.field('remote-IRR', { notable: true, values: ['clear', 'set'] });
  const printed = `kvm:kvm_ioapic_set_irq pin ${String(pin)} dst 0 vec ${String(lapic.vector)} (Fixed|physical|level)`;
  const entered = ['function:kvm_set_ioapic_irq', 'function:kvm_ioapic_set_irq', 'function:ioapic_set_irq'];
  return {
    pin,
    irr,
    remoteIrr,
    setIrq: (level) =>
      level === 0
        ? procedure(IOAPIC, 'ioapic_set_irq(0)', {
            'lower-pin': {
              at: `${FILE} ioapic_set_irq (level 0)`,
              cost: 'ioapicSetIrq',
              emits: [...entered, printed],
              do: (s) => {
                s[irr] = 0;
              },
            },
          })
        : procedure<string>(IOAPIC, 'ioapic_set_irq(1)', {
            'raise-pin': {
              at: `${FILE} ioapic_set_irq, ioapic_service`,
              cost: 'ioapicSetIrq',
              emits: [...entered, 'function:ioapic_service'],
              do: (s) => {
                s[irr] = 1;
                if (s[remoteIrr] === 1) return 'pin-set';
                s[remoteIrr] = 1;
                return undefined;
              },
              call: lapic.accept,
            },
            'pin-set': { at: `${FILE} ioapic_set_irq (trace_kvm_ioapic_set_irq)`, emits: [printed] },
          }),
    updateEoi: (acked) =>
      procedure<string>(IOAPIC, 'kvm_ioapic_update_eoi', {
        'notify-acked': {
          at: `${FILE} kvm_ioapic_update_eoi_one (lock dropped: kvm_notify_acked_irq)`,
          cost: 'notifyAcked',
          emits: [
            'function:kvm_ioapic_update_eoi',
            'function:kvm_notify_acked_irq',
            `kvm:kvm_ack_irq irqchip IOAPIC pin ${String(pin)}`,
          ],
          marks: ['eoi-seen'],
          ...(acked ? { call: acked } : {}),
        },
        'clear-remote-irr': {
          at: `${FILE} kvm_ioapic_update_eoi_one (remote_irr = 0, ioapic_service if the pin is high)`,
          cost: 'ioapicEoi',
          emits: [(s) => (s[remoteIrr] === 1 ? 'function:ioapic_service' : '')],
          marks: [(s) => (s[remoteIrr] === 1 ? 'sent-again-at-eoi' : 'pin-quiet-at-eoi')],
          do: (s) => {
            s[remoteIrr] = s[irr] as number;
            return s[irr] === 1 ? undefined : RETURN;
          },
          call: lapic.accept,
        },
      }),
    isAtRest: (s) => s[irr] === 0 && s[remoteIrr] === 0,
  };
}
