import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { PciFunction } from '../hardware/pci-function.ts';
import { VFIO_PCI } from '../parties.ts';
import type { SignalledEventfd } from './eventfd.ts';
import type { IrqDescriptor } from './genirq.ts';

const FILE = 'Linux drivers/vfio/pci/vfio_pci_intrs.c';

/** What the driver is wired to. */
export interface VfioPciIntxWiring {
  readonly device: PciFunction;
  /** For a function that cannot be masked by itself (not `pci_2_3`); null otherwise. */
  readonly descriptor: IrqDescriptor | null;
  readonly trigger: SignalledEventfd;
  /** The host's number of the interrupt, for what the handler returns. */
  readonly irq: number;
  /** Whether it is told of ends of interrupts that are not its own, as on a line that the guest shares. */
  readonly hearsOthers?: boolean;
  /** `vfio_pci_core_device.virq_disabled`: the guest has set DisINTx; absent if it never does. */
  readonly virqDisabled?: Field;
}

/** The kernel's VFIO PCI driver as its INTx sees it. */
export interface VfioPciIntx {
  /** `vfio_pci_irq_ctx.masked`. */
  readonly masked: Field;
  readonly handler: Procedure;
  /** `vfio_send_intx_eventfd` looks at it before it signals; absent if the guest never sets DisINTx. */
  readonly maySend?: (s: State) => boolean;
  /** Whether an unmask looks if the device still asserts; otherwise that shows as a new host interrupt. */
  readonly sendsAgain: boolean;
  /**
   * `vfio_pci_intx_unmask_handler`, with what is done if the device still asserts: it stays masked and the interrupt
   * is sent again without a physical one. That step comes last and may call.
   */
  readonly unmask: (name: string, sendAgain: Readonly<Record<string, Step>>) => Procedure;
}

/**
 * Adds the INTx handler of vfio-pci, which masks at the function if it can and at the interrupt controller if not, and
 * its unmask operation. Both sections under `vdev->irqlock` are one step.
 * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c (6.12), drivers/pci/pci.c; traces X4a, X4k, X4m.
 */
export function vfioPciIntx(m: ModelBuilder, wiring: VfioPciIntxWiring): VfioPciIntx {
  const { device, descriptor, trigger, irq, virqDisabled } = wiring;
  const { intxDisable } = device;
  const masked = m.field('vfio INTx', { notable: true, values: ['unmasked', 'masked'] });
  const exit = (label: string, ret: string): Record<string, Step> => ({
    [label]: {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      emits: [`irq:irq_handler_exit irq=${String(irq)} ret=${ret}`],
      ...(ret === 'unhandled' ? { marks: ['host-irq-none'] } : {}),
      do: () => RETURN,
    },
  });
  const mask = (s: State): string | undefined => {
    if (descriptor === null) {
      if (s[masked] === 1 || !device.interruptStatus(s)) return 'not-our-interrupt';
      if (intxDisable !== null) s[intxDisable] = 1;
    } else {
      descriptor.disableNosync(s);
    }
    s[masked] = 1;
    return undefined;
  };
  const isDisabled = (s: State): boolean => virqDisabled !== undefined && s[virqDisabled] === 1;
  const sendEventfd: Record<string, Step> = {
    'send-intx-eventfd': {
      at: `${FILE} vfio_send_intx_eventfd (virq_disabled?)`,
      do: (s) => (isDisabled(s) ? 'interrupt-handled' : undefined),
      call: trigger.signal,
    },
  };
  return {
    masked,
    ...(virqDisabled === undefined ? {} : { maySend: (s: State): boolean => !isDisabled(s) }),
    sendsAgain: descriptor === null,
    handler: procedure<string>(VFIO_PCI, 'vfio_intx_handler', {
      'mask-intx': {
        at: `${FILE} vfio_intx_handler (${descriptor === null ? 'pci_check_and_mask_intx' : 'disable_irq_nosync'})`,
        cost: descriptor === null ? 'maskIntx' : 'irqHandler',
        emits: [
          'function:vfio_intx_handler',
          descriptor === null ? 'function:pci_check_and_mask_intx' : 'function:disable_irq_nosync',
        ],
        do: mask,
        ...(virqDisabled === undefined ? { call: trigger.signal } : {}),
      },
      ...(virqDisabled === undefined ? {} : sendEventfd),
      ...exit('interrupt-handled', 'handled'),
      // A function older than 2.3 cannot tell whether it was it.
      ...(descriptor === null ? exit('not-our-interrupt', 'unhandled') : {}),
    }),
    unmask: (name, sendAgain) =>
      procedure<string>(VFIO_PCI, name, {
        ...(wiring.hearsOthers === true
          ? {
              'look-if-masked': {
                at: `${FILE} vfio_pci_intx_unmask_handler (ctx->masked)`,
                emits: ['function:vfio_pci_intx_unmask_handler'],
                do: (s: State) => (s[masked] === 1 ? undefined : RETURN),
              },
            }
          : {}),
        'unmask-intx': {
          at: `${FILE} vfio_pci_intx_unmask_handler (${descriptor === null ? 'pci_check_and_unmask_intx' : 'enable_irq'})`,
          cost: descriptor === null ? 'unmaskIntx' : 'irqUnmask',
          emits: [
            ...(wiring.hearsOthers === true ? [] : ['function:vfio_pci_intx_unmask_handler']),
            ...(descriptor === null ? ['function:pci_check_and_unmask_intx'] : descriptor.enableTracepoints),
          ],
          do: (s) => {
            if (s[masked] === 0 || isDisabled(s)) return RETURN;
            if (descriptor === null) {
              // It would interrupt at once: it stays masked, and the caller sends the interrupt again.
              if (device.interruptStatus(s)) return undefined;
              if (intxDisable !== null) s[intxDisable] = 0;
            } else {
              descriptor.enable(s);
            }
            s[masked] = 0;
            return RETURN;
          },
        },
        ...(descriptor === null ? sendAgain : {}),
      }),
  };
}
