import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Tracepoint } from '../../engine/step.ts';
import type { GicCpuInterface, GicLine } from '../hardware/gicv2.ts';
import { GENIRQ } from '../parties.ts';

/** Linux' interrupt descriptor for a device's line, and what drivers do with it. */
export interface IrqDescriptor {
  /**
   * How often the interrupt is disabled (`irq_desc.depth`): in software only, the GIC is not written until the next
   * interrupt (lazy disable).
   */
  readonly disabled: Field;
  readonly disableNosync: (s: State) => void;
  /** `enable_irq`: writes the GIC only if the line was masked there, which a lazy disable may not have come to. */
  readonly enable: (s: State) => void;
  readonly enableTracepoints: readonly Tracepoint[];
}

/**
 * Adds the descriptor; `users` of the interrupt can disable it, each once. Not `lazy` (IRQ_DISABLE_UNLAZY): the GIC is
 * written at once.
 * Source: Linux kernel/irq/chip.c `__irq_disable`, `irq_enable`, kernel/irq/manage.c.
 */
export function irqDescriptor(
  m: ModelBuilder,
  suffix: string,
  gic: GicLine,
  users: 1 | 2 = 1,
  lazy = true,
): IrqDescriptor {
  const values = ['enabled', 'disabled', 'disabled twice'].slice(0, users + 1);
  const disabled = m.field(`IRQD_IRQ_DISABLED${suffix}`, { values });
  return {
    disabled,
    disableNosync: (s) => {
      s[disabled] = (s[disabled] as number) + 1;
      if (!lazy) s[gic.enabled] = 0;
    },
    enable: (s) => {
      s[disabled] = (s[disabled] as number) - 1;
      if (s[disabled] === 0) s[gic.enabled] = 1;
    },
    enableTracepoints: [
      'function:enable_irq',
      (after, before) => (after[gic.enabled] === before[gic.enabled] ? '' : 'function:gic_unmask_irq'),
    ],
  };
}

/** What the host's interrupt entry needs to know. */
export interface HostIrqWiring {
  readonly suffix: string;
  readonly cpu: GicCpuInterface;
  readonly gic: GicLine;
  /** Null if the driver never disables the line. */
  readonly descriptor: IrqDescriptor | null;
  /** 1: priority drop and deactivation apart (host booted at EL2); 0: one write does both. */
  readonly eoiMode: 0 | 1;
  /** IRQD_FORWARDED_TO_VCPU: the guest deactivates the interrupt, not the host; absent if it is never forwarded. */
  readonly forwarded?: (s: State) => boolean;
  /** Whether the CPU takes interrupts now: not while KVM has them off around guest entry. */
  readonly irqsOn: (s: State) => boolean;
  /** The driver's handler. */
  readonly handler: Procedure;
  /** The handler says itself what it returned; otherwise it is always `handled`. */
  readonly handlerTellsResult?: true;
  /** The interrupt as /proc/interrupts shows it. */
  readonly irq: number;
  readonly name: string;
}

/**
 * The hard-IRQ context of a device's line: acknowledge, flow handler, driver, end of interrupt.
 * A line that was disabled in software only is masked here, when it interrupts once more: the second exception.
 * Source: Linux drivers/irqchip/irq-gic.c, irq-gic-v3.c, kernel/irq/chip.c `handle_fasteoi_irq` (6.12); traces P1
 * to P4.
 */
export function handleFasteoiIrq(wiring: HostIrqWiring): Procedure {
  const { cpu, gic, descriptor, eoiMode, suffix, forwarded } = wiring;
  const { version } = cpu;
  const handlerTellsResult = wiring.handlerTellsResult === true;
  const chip = `${version.driver} ${eoiMode === 1 ? 'gic_eoimode1' : 'gic'}`;
  const chipFunction = `function:${eoiMode === 1 ? 'gic_eoimode1' : 'gic'}`;
  return procedure<string>(GENIRQ, `handle_fasteoi_irq${suffix}`, {
    [`gic-exception${suffix}`]: {
      at: `${version.driver} ${version.acknowledgedBy}`,
      cost: 'hardirqEntry',
      rest: true,
      marks: ['physical-irq'],
      when: (s) => gic.signals(s) && wiring.irqsOn(s),
      do: (s) => {
        gic.acknowledge(s);
        return eoiMode === 1 ? undefined : `handle-fasteoi${suffix}`;
      },
    },
    [`priority-drop${suffix}`]: {
      at: `${version.driver} ${version.droppedBy}`,
      cost: 'gicAccess',
      // The CPU still has its interrupts off: nothing is signalled to it before the handler has ended.
      local: true,
      do: (s) => {
        s[cpu.running] = 0;
      },
    },
    [`handle-fasteoi${suffix}`]: {
      at: 'Linux kernel/irq/chip.c handle_fasteoi_irq',
      cost: 'irqFlow',
      emits: ['function:handle_fasteoi_irq'],
      // Looked at and masked under desc->lock: an enable_irq on another CPU comes before or after both.
      ...(descriptor
        ? {
            do: (s: State) => {
              if (s[descriptor.disabled] === 0) return undefined;
              s[gic.enabled] = 0;
              return `lazy-mask${suffix}`;
            },
          }
        : {}),
    },
    [`handler-entry${suffix}`]: {
      at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
      emits: [`irq:irq_handler_entry irq=${String(wiring.irq)} name=${wiring.name}`],
      marks: ['handler-call'],
      call: wiring.handler,
    },
    ...(handlerTellsResult && descriptor === null
      ? {}
      : {
          [`handler-exit${suffix}`]: {
            at: `Linux kernel/irq/handle.c ${handlerTellsResult ? 'handle_irq_event_percpu (note_interrupt)' : '__handle_irq_event_percpu'}`,
            ...(handlerTellsResult
              ? {}
              : { emits: [`irq:irq_handler_exit irq=${String(wiring.irq)} ret=handled`] }),
            // Nobody else sees where this goes, unless a forwarding can be set or taken back meanwhile.
            ...(forwarded ? {} : { local: true }),
            do: (s) => (forwarded?.(s) === true ? `leave-active${suffix}` : `eoi${suffix}`),
          },
        }),
    ...(descriptor
      ? {
          [`lazy-mask${suffix}`]: {
            at: `${chip}_mask_irq (GICD_ICENABLER; the disable was only a flag)`,
            cost: 'gicAccess',
            emits: [`${chipFunction}_mask_irq`, ...version.maskTracepoints],
            ...(forwarded
              ? {
                  // A forwarded interrupt that is masked is deactivated as well: nobody else might do it.
                  do: (s: State) => {
                    if (!forwarded(s)) return undefined;
                    s[gic.active] = 0;
                    return `leave-active${suffix}`;
                  },
                }
              : {}),
          },
        }
      : {}),
    [`eoi${suffix}`]: {
      at: `${chip}_eoi_irq (${eoiMode === 1 ? `${version.deactivateRegister}: deactivates` : `${version.endRegister}: drops and deactivates`})`,
      cost: 'gicAccess',
      emits: [`${chipFunction}_eoi_irq`],
      do: (s) => {
        s[gic.active] = 0;
        s[cpu.running] = 0;
        s[cpu.inHandler] = 0;
        return RETURN;
      },
    },
    ...(forwarded
      ? {
          [`leave-active${suffix}`]: {
            at: `${chip}_eoi_irq (forwarded to a vCPU: ${version.deactivateRegister} is not written)`,
            emits: [`${chipFunction}_eoi_irq`],
            do: (s: State) => {
              s[cpu.inHandler] = 0;
              return RETURN;
            },
          },
        }
      : {}),
  });
}
