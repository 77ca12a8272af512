import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { EoiPause } from '../kernel/successive-eois.ts';
import { QEMU_IOAPIC } from '../parties.ts';

const FILE = 'QEMU hw/intc/ioapic.c';

/** What every end of interrupt that QEMU's IOAPIC hears of begins with. */
interface Broadcast {
  readonly pin: number;
  /** What is compared with the vectors of the redirection table: with interrupt remapping that is the pin's number. */
  readonly vector: number;
  /** `kvm_resample_fd_notify` for the pin; null if no irqfd of QEMU's own resamples it. */
  readonly notify: Procedure | null;
}

function broadcastStep({ pin, vector, notify }: Broadcast): Step<never> {
  return {
    at: `${FILE} ioapic_eoi_broadcast (level, vector of pin ${String(pin)})`,
    cost: 'deviceModel',
    emits: [`qemu:ioapic_eoi_broadcast EOI broadcast for vector ${String(vector)}`],
    marks: ['eoi-seen'],
    ...(notify ? { call: notify } : {}),
  };
}

/**
 * `ioapic_eoi_broadcast` for a pin that only an irqfd raises: its interrupts pass QEMU by, so that remote-IRR is never
 * set here, and all that is left to do is to tell the resampler. No lock is held.
 * Source: QEMU hw/intc/ioapic.c, accel/kvm/kvm-all.c `kvm_resample_fd_notify` (5.1 to 10.2); trace X5-split.
 */
export function eoiBroadcastOfIrqfd(broadcast: Broadcast): Procedure {
  return procedure(QEMU_IOAPIC, 'ioapic_eoi_broadcast', { 'eoi-broadcast': broadcastStep(broadcast) });
}

/** One level-triggered pin of QEMU's IOAPIC, raised by a device model. */
export interface QemuIoapicPin {
  /** `ioapic_set_irq`, and what it ends in. */
  readonly setIrq: (level: 0 | 1) => Procedure;
  readonly eoiBroadcast: Procedure;
  /** `ioapic->irr` bit. */
  readonly irr: Field;
  /** Sent and not ended yet: no further interrupt is sent. */
  readonly remoteIrr: Field;
  readonly isAtRest: (s: State) => boolean;
}

/** What the pin is bound to. */
export interface QemuIoapicPinWiring {
  readonly pin: number;
  readonly vector: number;
  /** Sends the pin's message, from the thread of a device model or from the vCPU thread that ends the interrupt. */
  readonly service: Procedure;
  readonly serviceAtEoi: Procedure;
  /** The pause in a storm; absent if QEMU has none, or none is looked for. */
  readonly pause?: EoiPause;
}

/**
 * Adds the pin. All of it runs under the BQL, but for the broadcast that follows an exit of
 * KVM for its end of interrupt. After 10,000 ends of interrupt in a row with the line still up, QEMU waits 10 ms
 * before it sends again (`pause`).
 * Source: QEMU hw/intc/ioapic.c `ioapic_set_irq`, `ioapic_service`, `ioapic_eoi_broadcast` (7.2); trace X5-off.
 */
export function qemuIoapicPin(
  m: ModelBuilder,
  { pin, vector, service, serviceAtEoi, pause }: QemuIoapicPinWiring,
): QemuIoapicPin {
  const irr = m.field('QEMU IOAPIC pin', { notable: true, values: ['low', 'high'] });
  const remoteIrr = m.field('QEMU remote-IRR', { notable: true, values: ['clear', 'set'] });
  const isPaused = (s: State): boolean => s[irr] === 1 && s[remoteIrr] === 0;
  const printed = (level: number): string =>
    `qemu:ioapic_set_irq vector: ${String(pin)} level: ${String(level)}`;
  return {
    irr,
    remoteIrr,
    isAtRest: (s) => s[irr] === 0 && s[remoteIrr] === 0,
    setIrq: (level) =>
      level === 0
        ? procedure(QEMU_IOAPIC, 'ioapic_set_irq(0)', {
            'lower-qemu-pin': {
              at: `${FILE} ioapic_set_irq (level 0)`,
              cost: 'ioapicSetIrq',
              emits: [printed(0)],
              do: (s) => {
                s[irr] = 0;
              },
            },
          })
        : procedure(QEMU_IOAPIC, 'ioapic_set_irq(1)', {
            'raise-qemu-pin': {
              at: `${FILE} ioapic_set_irq, ioapic_service`,
              cost: 'ioapicSetIrq',
              emits: [printed(1), `qemu:ioapic_set_remote_irr set remote irr for pin ${String(pin)}`],
              do: (s) => {
                s[irr] = 1;
                if (s[remoteIrr] === 1) return RETURN;
                s[remoteIrr] = 1;
                return undefined;
              },
              call: service,
            },
          }),
    eoiBroadcast: procedure<string>(QEMU_IOAPIC, 'ioapic_eoi_broadcast', {
      'eoi-broadcast': broadcastStep({ pin, vector, notify: null }),
      'clear-qemu-remote-irr': {
        at: `${FILE} ioapic_eoi_broadcast (remote-IRR, ioapic_service if the pin is high)`,
        cost: 'ioapicEoi',
        emits: [
          (_, before) =>
            before[remoteIrr] === 1
              ? `qemu:ioapic_clear_remote_irr clear remote irr for pin ${String(pin)} vector ${String(vector)}`
              : '',
          (s, before) =>
            before[remoteIrr] === 1 && isPaused(s)
              ? `qemu:ioapic_eoi_delayed_reassert delayed reassert on EOI broadcast for vector ${String(vector)}`
              : '',
        ],
        marks: [
          (s) => {
            if (isPaused(s)) return 'paused-at-eoi';
            return s[remoteIrr] === 1 ? 'sent-again-at-eoi' : 'pin-quiet-at-eoi';
          },
        ],
        do: (s) => {
          if (s[remoteIrr] === 0) return RETURN;
          s[remoteIrr] = 0;
          if (s[irr] === 0) {
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
        call: serviceAtEoi,
      },
    }),
  };
}
