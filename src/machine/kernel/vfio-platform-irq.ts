import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VFIO_PLATFORM } from '../parties.ts';
import type { SignalledEventfd } from './eventfd.ts';
import type { IrqDescriptor } from './genirq.ts';

/** The kernel's VFIO platform driver as one interrupt sees it. */
export interface VfioPlatformIrq {
  readonly handler: Procedure;
  /** How a masked line is unmasked; an edge interrupt is never masked. */
  readonly automask: { readonly masked: Field; readonly unmask: Procedure } | null;
}

/** What the driver is wired to. */
export interface VfioPlatformIrqWiring {
  readonly suffix: string;
  readonly descriptor: IrqDescriptor;
  readonly trigger: SignalledEventfd;
}

const FILE = 'Linux drivers/vfio/platform/vfio_platform_irq.c';

/**
 * Adds the handler of a level interrupt, which masks its line, and the unmask operation (VFIO_IRQ_INFO_AUTOMASKED).
 * Source: `vfio_automasked_irq_handler`, `vfio_platform_unmask`.
 */
export function automaskedIrq(
  m: ModelBuilder,
  wiring: VfioPlatformIrqWiring,
): VfioPlatformIrq & { readonly automask: object } {
  const { descriptor, trigger, suffix } = wiring;
  const masked = m.field(`VFIO line${suffix}`, { notable: true, values: ['unmasked', 'masked'] });
  return {
    handler: procedure<string>(VFIO_PLATFORM, `vfio_automasked_irq_handler${suffix}`, {
      [`automask${suffix}`]: {
        at: `${FILE} vfio_automasked_irq_handler (disable_irq_nosync)`,
        cost: 'irqHandler',
        emits: [
          'function:vfio_automasked_irq_handler',
          'function:disable_irq_nosync',
          'function:irq_disable',
        ],
        do: (s) => {
          if (s[masked] === 1) return RETURN;
          descriptor.disableNosync(s);
          s[masked] = 1;
          return undefined;
        },
        call: trigger.signal,
      },
    }),
    automask: {
      masked,
      unmask: procedure<string>(VFIO_PLATFORM, `vfio_platform_unmask${suffix}`, {
        [`unmask-line${suffix}`]: {
          at: `${FILE} vfio_platform_unmask (enable_irq)`,
          cost: 'irqUnmask',
          emits: ['function:vfio_platform_unmask', ...descriptor.enableTracepoints],
          do: (s) => {
            if (s[masked] === 0) return;
            s[masked] = 0;
            descriptor.enable(s);
          },
        },
      }),
    },
  };
}

/** The handler of an edge interrupt, which only signals. Source: `vfio_irq_handler`. */
export function plainIrq({ suffix, trigger }: Omit<VfioPlatformIrqWiring, 'descriptor'>): VfioPlatformIrq {
  return {
    handler: procedure<string>(VFIO_PLATFORM, `vfio_irq_handler${suffix}`, {
      [`signal-only${suffix}`]: {
        at: `${FILE} vfio_irq_handler`,
        cost: 'irqHandler',
        emits: ['function:vfio_irq_handler'],
        call: trigger.signal,
      },
    }),
    automask: null,
  };
}
