import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

/** How often KVM and QEMU send a line that is still up at the end of its interrupt again before they pause. */
export const SUCCESSIVE_IRQ_MAX_COUNT = 10_000;

/** A count of ends of interrupt in a row at which the line was still up. */
export interface SuccessiveEois {
  /** Counts one more; whether that is the last one before a pause, after which it starts anew. */
  readonly isLast: (s: State) => boolean;
  readonly reset: (s: State) => void;
}

/**
 * Adds the count, up to `limit`. Ten thousand do not fit a byte: the hundreds are a field of their own.
 * Source: Linux arch/x86/kvm/ioapic.c `ioapic->irq_eoi`, QEMU hw/intc/ioapic.c `irq_eoi`.
 */
function successiveEois(m: ModelBuilder, limit: number): SuccessiveEois {
  const units = m.field('irq_eoi', { max: Math.min(limit, 100) - 1 });
  const hundreds = limit > 100 ? m.field('irq_eoi, hundreds', { max: Math.ceil(limit / 100) - 1 }) : null;
  const set = (s: State, count: number): void => {
    s[units] = count % 100;
    if (hundreds !== null) s[hundreds] = Math.floor(count / 100);
  };
  return {
    isLast: (s) => {
      const count = 1 + (s[units] as number) + (hundreds === null ? 0 : 100 * (s[hundreds] as number));
      set(s, count === limit ? 0 : count);
      return count === limit;
    },
    reset: (s) => {
      set(s, 0);
    },
  };
}

/** The pause in a storm of ends of interrupt with the line still up. */
export interface EoiPause {
  readonly eois: SuccessiveEois;
  /** The timer that ends it. */
  readonly armed: Field;
}

/** Adds a count up to `limit` and the timer, by the name that KVM or QEMU gives it. */
export function eoiPause(m: ModelBuilder, limit: number, timer: string): EoiPause {
  return {
    eois: successiveEois(m, limit),
    armed: m.field(timer, { notable: true, values: ['idle', 'armed'] }),
  };
}
