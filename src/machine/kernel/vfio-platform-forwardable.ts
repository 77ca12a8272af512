import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VFIO_PLATFORM } from '../parties.ts';
import { automaskedIrq } from './vfio-platform-irq.ts';
import type { VfioPlatformIrq, VfioPlatformIrqWiring } from './vfio-platform-irq.ts';

const FILE = 'Linux drivers/vfio/platform/vfio_platform_irq.c';

/** A line that may be forwarded, and that userspace can mask. */
export interface ForwardableIrq extends VfioPlatformIrq {
  readonly automask: NonNullable<VfioPlatformIrq['automask']>;
  /** `vfio_platform_mask`, by VFIO_DEVICE_SET_IRQS. */
  readonly mask: Procedure;
}

/**
 * Adds the handler of a level interrupt that may be forwarded: while it is, it only signals. Nothing has to be masked,
 * as the interrupt stays active until the guest has ended it.
 * Source: document 001, "VFIO: platform: handler tests whether the IRQ is forwarded"; `vfio_platform_set_deoi` of 2017,
 * which was not merged either.
 */
export function forwardableIrq(
  m: ModelBuilder,
  wiring: VfioPlatformIrqWiring,
  forwarded: Field,
): ForwardableIrq {
  const { suffix, descriptor, trigger } = wiring;
  const { automask } = automaskedIrq(m, wiring);
  const disable = (s: State): void => {
    descriptor.disableNosync(s);
    s[automask.masked] = 1;
  };
  return {
    automask,
    mask: procedure<string>(VFIO_PLATFORM, `vfio_platform_mask${suffix}`, {
      [`mask-line${suffix}`]: {
        at: `${FILE} vfio_platform_mask (disable_irq_nosync)`,
        cost: 'irqUnmask',
        emits: ['function:vfio_platform_mask', 'function:disable_irq_nosync', 'function:irq_disable'],
        do: (s) => {
          if (s[automask.masked] === 0) disable(s);
        },
      },
    }),
    handler: procedure<string>(VFIO_PLATFORM, `vfio_irq_handler${suffix}`, {
      [`test-forwarded${suffix}`]: {
        at: `${FILE} vfio_irq_handler (tests whether the interrupt is forwarded)`,
        cost: 'irqHandler',
        emits: ['function:vfio_irq_handler'],
        do: (s) => (s[forwarded] === 1 ? `signal-only${suffix}` : undefined),
      },
      [`automask${suffix}`]: {
        at: `${FILE} vfio_irq_handler (automasked: disable_irq_nosync)`,
        emits: ['function:disable_irq_nosync', 'function:irq_disable'],
        do: (s) => {
          if (s[automask.masked] === 1) return RETURN;
          disable(s);
          return undefined;
        },
      },
      [`signal-only${suffix}`]: { at: `${FILE} vfio_irq_handler (eventfd_signal)`, call: trigger.signal },
    }),
  };
}
