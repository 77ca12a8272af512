import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { HostIoapicPin } from '../hardware/host-ioapic.ts';
import { GENIRQ } from '../parties.ts';
import type { IrqDescriptor } from './genirq.ts';

/**
 * Adds the descriptor of a line that its driver disables. `lazy`: a flag first, the pin's mask bit only at the next
 * interrupt; otherwise (IRQ_DISABLE_UNLAZY) both at once.
 * Source: Linux kernel/irq/chip.c `irq_disable`, `irq_enable`, kernel/irq/manage.c.
 */
export function ioapicIrqDescriptor(
  m: ModelBuilder,
  { masked }: HostIoapicPin,
  lazy: boolean,
): IrqDescriptor {
  const disabled = m.field('IRQD_IRQ_DISABLED', { values: ['enabled', 'disabled'] });
  return {
    disabled,
    disableNosync: (s) => {
      s[disabled] = 1;
      if (!lazy && masked !== null) s[masked] = 1;
    },
    enable: (s) => {
      s[disabled] = 0;
      if (masked !== null) s[masked] = 0;
    },
    enableTracepoints: [
      'function:enable_irq',
      (after, before) =>
        masked === null || after[masked] === before[masked] ? '' : 'function:unmask_ioapic_irq',
    ],
  };
}

/** What the host's interrupt entry needs to know. */
export interface CommonInterruptWiring {
  readonly pin: HostIoapicPin;
  /** Null if the driver never disables the line: a PCI 2.3 function is masked at the function. */
  readonly descriptor: IrqDescriptor | null;
  /** Whether the CPU takes interrupts now: in guest mode it has to leave first. */
  readonly irqsOn: (s: State) => boolean;
  /** The driver's handler; it says itself what it returned. */
  readonly handler: Procedure;
  /** The interrupt as /proc/interrupts shows it. */
  readonly irq: number;
  readonly name: string;
}

/**
 * The hard-IRQ context of a device's level line on an x86 host: flow handler, driver, end of interrupt.
 * A line that was disabled in software only is masked here, when it interrupts once more.
 * Source: Linux arch/x86/kernel/irq.c, arch/x86/kernel/apic/io_apic.c, kernel/irq/chip.c `handle_fasteoi_irq` (6.12);
 * traces X4a, X4k.
 */
export function commonInterrupt(wiring: CommonInterruptWiring): Procedure {
  const { pin, descriptor } = wiring;
  const lazyMask: Record<string, Step> = {
    'lazy-mask': {
      at: 'Linux arch/x86/kernel/apic/io_apic.c mask_ioapic_irq (the disable was only a flag)',
      cost: 'ioapicAccess',
      emits: ['function:mask_ioapic_irq'],
      do: () => 'host-eoi',
    },
  };
  return procedure<string>(GENIRQ, 'common_interrupt', {
    'host-interrupt': {
      at: 'Linux arch/x86/kernel/irq.c common_interrupt',
      cost: 'hardirqEntry',
      rest: true,
      marks: ['physical-irq'],
      when: (s) => pin.signals(s) && wiring.irqsOn(s),
    },
    'handle-fasteoi': {
      at: 'Linux kernel/irq/chip.c handle_fasteoi_irq',
      cost: 'irqFlow',
      emits: ['function:handle_fasteoi_irq'],
      // Looked at and masked under desc->lock: an enable_irq on another CPU comes before or after both.
      ...(descriptor
        ? {
            do: (s: State) => {
              if (s[descriptor.disabled] === 0) return undefined;
              if (pin.masked !== null) s[pin.masked] = 1;
              return 'lazy-mask';
            },
          }
        : {}),
    },
    'handler-entry': {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      emits: [`irq:irq_handler_entry irq=${String(wiring.irq)} name=${wiring.name}`],
      marks: ['handler-call'],
      call: wiring.handler,
    },
    'host-eoi': {
      at: 'Linux arch/x86/kernel/apic/io_apic.c ioapic_ack_level',
      cost: 'hostEoi',
      do: () => RETURN,
    },
    ...(descriptor ? lazyMask : {}),
  });
}
