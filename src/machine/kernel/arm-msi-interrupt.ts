import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { GicVersion } from '../hardware/gic-version.ts';
import { GENIRQ } from '../parties.ts';

/** What an Arm host's entry for a message is wired to. */
export interface ArmMsiInterruptWiring {
  readonly gic: GicVersion;
  /** 1: priority drop and deactivation apart (host booted at EL2); 0: one write does both. */
  readonly eoiMode: 0 | 1;
  /** A message that the CPU has not taken yet: the pending bit of its SPI or LPI. */
  readonly message: Field;
  /** Whether the CPU takes interrupts now. */
  readonly irqsOn: (s: State) => boolean;
  readonly handler: Procedure;
  /** The interrupt as /proc/interrupts shows it. */
  readonly irq: number;
  readonly name: string;
}

/**
 * The hard-IRQ context of a message on an Arm host: an edge, an SPI of a GICv2m frame or an LPI of an ITS. The CPU that
 * it goes to has its interrupts off until the handler is done, so its active state, which an LPI has not, makes no
 * difference. Source: Linux drivers/irqchip/irq-gic.c, irq-gic-v3.c, kernel/irq/chip.c `handle_fasteoi_irq` (6.12);
 * trace A2-gicv3-vfio-e1000e-msix-irqfd.
 */
export function armMsiInterrupt(wiring: ArmMsiInterruptWiring): Procedure {
  const { gic, eoiMode } = wiring;
  const eoi = eoiMode === 1 ? 'gic_eoimode1_eoi_irq' : 'gic_eoi_irq';
  const isLpi = gic.vgic === 'vgic_v3';
  const register = eoiMode === 1 ? gic.deactivateRegister : gic.endRegister;
  const written = isLpi && eoiMode === 1 ? 'nothing: an LPI has no active state' : register;
  return procedure<string>(GENIRQ, 'handle_fasteoi_irq', {
    'gic-exception': {
      at: `${gic.driver} ${gic.acknowledgedBy}`,
      cost: 'hardirqEntry',
      rest: true,
      marks: ['physical-irq'],
      when: (s) => s[wiring.message] === 1 && wiring.irqsOn(s),
      do: (s) => {
        s[wiring.message] = 0;
      },
    },
    ...(eoiMode === 1
      ? { 'priority-drop': { at: `${gic.driver} ${gic.droppedBy}`, cost: 'gicAccess' } }
      : {}),
    'handle-fasteoi': {
      at: 'Linux kernel/irq/chip.c handle_fasteoi_irq',
      cost: 'irqFlow',
      emits: ['function:handle_fasteoi_irq'],
    },
    'handler-entry': {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      emits: [`irq:irq_handler_entry irq=${String(wiring.irq)} name=${wiring.name}`],
      marks: ['handler-call'],
      call: wiring.handler,
    },
    'handler-exit': {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      emits: [`irq:irq_handler_exit irq=${String(wiring.irq)} ret=handled`],
    },
    eoi: {
      at: `${gic.driver} ${eoi} (${written})`,
      ...(isLpi && eoiMode === 1 ? {} : { cost: 'gicAccess' }),
      emits: [`function:${eoi}`],
    },
  });
}
