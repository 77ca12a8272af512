import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { GENIRQ, VFIO_PCI } from '../parties.ts';
import type { SignalledEventfd } from './eventfd.ts';

/** What the host's entry for a message is wired to. */
export interface MsiInterruptWiring {
  /** A message that the CPU has not taken yet. */
  readonly message: Field;
  /** Whether the CPU takes interrupts now: in guest mode it has to leave first. */
  readonly irqsOn: (s: State) => boolean;
  readonly handler: Procedure;
  /** IRQD_IRQ_INPROGRESS, for who waits for the handler to be done. */
  readonly inProgress?: Field;
  /** The interrupt as /proc/interrupts shows it. */
  readonly irq: number;
  readonly name: string;
}

/**
 * The hard-IRQ context of a message on an x86 host: an edge, acknowledged at the local APIC before the handler runs,
 * and never masked. Source: Linux arch/x86/kernel/irq.c, kernel/irq/chip.c `handle_edge_irq` (6.12); traces X4e, X4f.
 */
export function msiInterrupt(wiring: MsiInterruptWiring): Procedure {
  const { inProgress } = wiring;
  return procedure(GENIRQ, 'common_interrupt', {
    'host-interrupt': {
      at: 'Linux arch/x86/kernel/irq.c common_interrupt',
      cost: 'hardirqEntry',
      rest: true,
      marks: ['physical-irq'],
      when: (s) => s[wiring.message] === 1 && wiring.irqsOn(s),
      do: (s) => {
        s[wiring.message] = 0;
        if (inProgress !== undefined) s[inProgress] = 1;
      },
    },
    'handle-edge': {
      at: 'Linux kernel/irq/chip.c handle_edge_irq (irq_ack: apic_ack_edge)',
      cost: 'hostEoi',
      emits: ['function:handle_edge_irq'],
    },
    'handler-entry': {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      cost: 'irqFlow',
      emits: [`irq:irq_handler_entry irq=${String(wiring.irq)} name=${wiring.name}`],
      marks: ['handler-call'],
      call: wiring.handler,
    },
    'handler-exit': {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      emits: [`irq:irq_handler_exit irq=${String(wiring.irq)} ret=handled`],
      ...(inProgress === undefined
        ? {}
        : {
            do: (s) => {
              s[inProgress] = 0;
            },
          }),
    },
  });
}

/**
 * VFIO's handler of a message: it signals, and that is all. Nothing is masked, so nothing has to be unmasked.
 * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c `vfio_msihandler` (6.12); traces X4e, X4f, X4g.
 */
export function vfioMsiHandler(trigger: SignalledEventfd): Procedure {
  return procedure(VFIO_PCI, 'vfio_msihandler', {
    'signal-message': {
      at: 'Linux drivers/vfio/pci/vfio_pci_intrs.c vfio_msihandler',
      cost: 'irqHandler',
      emits: ['function:vfio_msihandler'],
      call: trigger.signal,
    },
  });
}
