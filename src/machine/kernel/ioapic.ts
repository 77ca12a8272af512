import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { IOAPIC } from '../parties.ts';
import type { Lapic } from './lapic.ts';
import type { EoiPause } from './successive-eois.ts';

const FILE = 'Linux arch/x86/kvm/ioapic.c';

/** One pin of KVM's IOAPIC, level-triggered, sent to one vCPU. */
export interface IoapicPin {
  /** Number of the pin, which is also the GSI. */
  readonly pin: number;
  /** `ioapic->irr` bit: what the source last said of its line. */
  readonly irr: Field;
  /** Sent to a local APIC and not ended there: no further interrupt is sent. */
  readonly remoteIrr: Field;
  /** The mask bit of its redirection entry; null if the guest never sets it. */
  readonly masked: Field | null;
  /** `ioapic_service` for an assertion that was held pending, which has found that it may be sent now. */
  readonly service: Procedure;
  /** `kvm_set_irq` for this pin, as far as the IOAPIC goes; the source matters where there are several. */
  readonly setIrq: (level: 0 | 1, source?: IrqSourceId) => Procedure;
  /** `kvm_ioapic_update_eoi`, with whoever wants to hear of the end of the interrupt. */
  readonly updateEoi: (acked: Procedure | null) => Procedure;
  readonly isAtRest: (s: State) => boolean;
}

/** Who holds the line: userspace (KVM_IRQ_LINE), or the irqfds with a resampler. */
export type IrqSourceId = 0 | 1;

/** What goes on at the pin beyond one source that raises it and a guest that has it unmasked once. */
export interface IoapicPinOptions {
  /** Whether the guest masks the pin now and then. */
  readonly isEverMasked?: boolean;
  /** Whether both sources hold the line, so that it is up while one of them does (`ioapic->irq_states`). */
  readonly hasTwoSources?: boolean;
  /** The vCPU that its redirection entry names, where that changes. */
  readonly destination?: Field;
  /** The pause in a storm; absent if KVM has none, or none is looked for. */
  readonly pause?: EoiPause;
}

/**
 * Adds the pin. Each stretch under `ioapic->lock` is one step; the acknowledgement notifiers run with the lock
 * dropped and remote-IRR still set, so an assertion that comes meanwhile is kept and sent afterwards.
 * After 10,000 ends of interrupt in a row with the line still up, KVM waits 10 ms before it sends again (`pause`).
 * Source: Linux arch/x86/kvm/ioapic.c `ioapic_set_irq`, `ioapic_service`, `kvm_ioapic_update_eoi_one` (6.12);
 * traces X4a, X4b.
 */
export function ioapicPin(
  m: ModelBuilder,
  pin: number,
  lapic: Pick<Lapic, 'vector' | 'accept'>,
  { isEverMasked = false, hasTwoSources = false, destination, pause }: IoapicPinOptions = {},
): IoapicPin {
  const irr = m.field('IOAPIC pin', { notable: true, values: ['low', 'high'] });
  const remoteIrr = m.field('remote-IRR', { notable: true, values: ['clear', 'set'] });
  const masked = isEverMasked
    ? m.field('IOAPIC redirection entry', { notable: true, values: ['unmasked', 'masked'] })
    : null;
  const irqStates = hasTwoSources
    ? ([0, 1] as const).map((id) => m.field(`line of irq source ${String(id)}`, { values: ['low', 'high'] }))
    : [];
  const isHeldByOther = (s: State, source: IrqSourceId): boolean => {
    const other = irqStates[1 - source];
    return other !== undefined && s[other] === 1;
  };
  const setLine = (s: State, source: IrqSourceId, level: 0 | 1): void => {
    const own = irqStates[source];
    if (own !== undefined) s[own] = level;
  };
  /** At the end of an interrupt: held back although it could be sent. */
  const isPaused = (s: State): boolean => s[irr] === 1 && s[remoteIrr] === 0 && !isMasked(s);
  const isMasked = (s: State): boolean => masked !== null && s[masked] === 1;
  const printed = (s: State): string =>
    `kvm:kvm_ioapic_set_irq pin ${String(pin)} dst ${String(destination === undefined ? 0 : s[destination])} ` +
    `vec ${String(lapic.vector)} (Fixed|physical|level${isMasked(s) ? '|masked' : ''})`;
  const entered = ['function:kvm_set_ioapic_irq', 'function:kvm_ioapic_set_irq', 'function:ioapic_set_irq'];
  return {
    pin,
    irr,
    remoteIrr,
    masked,
    service: procedure(IOAPIC, 'ioapic_service', {
      'service-pin': {
        at: `${FILE} ioapic_service`,
        emits: ['function:ioapic_service'],
        marks: ['held-assertion-sent'],
        do: (s) => {
          s[remoteIrr] = 1;
        },
        call: lapic.accept,
      },
    }),
    setIrq: (level, source = 1) =>
      level === 0
        ? procedure(IOAPIC, 'ioapic_set_irq(0)', {
            'lower-pin': {
              at: `${FILE} ioapic_set_irq (level 0)`,
              cost: 'ioapicSetIrq',
              emits: [...entered, printed],
              // With another source up KVM tries to send it once more, which remote-IRR never lets it.
              do: (s) => {
                setLine(s, source, 0);
                if (!isHeldByOther(s, source)) s[irr] = 0;
              },
            },
          })
        : procedure<string>(IOAPIC, 'ioapic_set_irq(1)', {
            'raise-pin': {
              at: `${FILE} ioapic_set_irq, ioapic_service`,
              cost: 'ioapicSetIrq',
              emits: [...entered, 'function:ioapic_service'],
              do: (s) => {
                setLine(s, source, 1);
                s[irr] = 1;
                if (s[remoteIrr] === 1 || isMasked(s)) return 'pin-set';
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
          emits: [
            (s) => (s[remoteIrr] === 1 ? 'function:ioapic_service' : ''),
            (s) =>
              isPaused(s)
                ? printed(s)
                    .replace('set_irq', 'delayed_eoi_inj')
                    .replace(/pin \d+ /, '')
                : '',
          ],
          marks: [
            (s) => {
              if (isPaused(s)) return 'paused-at-eoi';
              return s[remoteIrr] === 1 ? 'sent-again-at-eoi' : 'pin-quiet-at-eoi';
            },
          ],
          do: (s) => {
            s[remoteIrr] = 0;
            if (s[irr] === 0 || isMasked(s)) {
              pause?.eois.reset(s);
              return RETURN;
            }
            if (pause?.eois.isLast(s) === true) {
              s[pause.armed] = 1;
              return RETURN;
            }
            s[remoteIrr] = 1;
            return undefined;
          },
          call: lapic.accept,
        },
      }),
    isAtRest: (s) => s[irr] === 0 && s[remoteIrr] === 0 && !isMasked(s),
  };
}
