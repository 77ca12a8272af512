import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Tracepoint } from '../../engine/step.ts';
import { KVM } from '../parties.ts';

/** What the resampler of a GSI is bound to. */
export interface ResamplerWiring {
  /** `kvm_set_irq` with level 0, as far as the interrupt controller goes. */
  readonly lower: Procedure;
  /** Signals the resample eventfd. */
  readonly resample: Procedure;
  readonly gsi: number;
  /** What is printed on the way from the resampler into `kvm_set_irq`. */
  readonly enters?: readonly Tracepoint[];
  readonly suffix: string;
  /** Puts the whole off while this holds, and remembers it in the field; null never does. */
  readonly defer: { readonly isDue: (s: State) => boolean; readonly deferred: Field } | null;
}

/**
 * What an irqfd with KVM_IRQFD_FLAG_RESAMPLE does at the guest's end of interrupt: the line goes down first, then
 * whoever raised it is told, so that a line that is still up is not lost.
 * Source: Linux virt/kvm/eventfd.c `irqfd_resampler_ack`; trace P1 (source id 1).
 */
export function irqfdResamplerAck(wiring: ResamplerWiring): Procedure {
  const { lower, resample, gsi, suffix, defer, enters = [] } = wiring;
  return procedure<string>(KVM, `irqfd_resampler_ack${suffix}`, {
    [`resampler-ack${suffix}`]: {
      at: 'Linux virt/kvm/eventfd.c irqfd_resampler_ack (kvm_set_irq level 0)',
      cost: 'resamplerAck',
      emits: [
        'function:irqfd_resampler_ack',
        ...enters,
        `kvm:kvm_set_irq gsi ${String(gsi)} level 0 source 1`,
      ],
      ...(defer
        ? {
            do: (s: State) => {
              s[defer.deferred] = defer.isDue(s) ? 1 : 0;
              return s[defer.deferred] === 1 ? RETURN : undefined;
            },
          }
        : {}),
      call: lower,
    },
    [`resampler-notify${suffix}`]: {
      at: 'Linux virt/kvm/eventfd.c irqfd_resampler_notify (eventfd_signal)',
      call: resample,
    },
  });
}

/**
 * What the resampler does not do: lower the line again for the next irqfd of its list, after the first has been told.
 * Source: Linux virt/kvm/eventfd.c `irqfd_resampler_ack` (its comment says why it does not).
 */
export function lowersAgain(ack: Procedure, lower: Procedure): Procedure {
  const at = 'not Linux virt/kvm/eventfd.c irqfd_resampler_ack, which de-asserts once';
  return procedure(KVM, 'irqfd_resampler_ack (one de-assert an irqfd)', {
    'ack-first-irqfd': { at, call: ack },
    'lower-again': { at, call: lower },
  });
}
