import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import { VFIO_PLATFORM } from '../parties.ts';
import { automaskedIrq } from './vfio-platform-irq.ts';
import type { VfioPlatformIrq, VfioPlatformIrqWiring } from './vfio-platform-irq.ts';

const FILE = 'Linux drivers/vfio/platform/vfio_platform_irq.c';

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
): VfioPlatformIrq & { readonly automask: object } {
  const { suffix, descriptor, trigger } = wiring;
  const { automask } = automaskedIrq(m, wiring);
  return {
    automask,
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
          descriptor.disableNosync(s);
          s[automask.masked] = 1;
          return undefined;
        },
      },
      [`signal-only${suffix}`]: { at: `${FILE} vfio_irq_handler (eventfd_signal)`, call: trigger.signal },
    }),
  };
}
