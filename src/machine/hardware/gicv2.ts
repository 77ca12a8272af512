import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import type { GicVersion } from './gic-version.ts';

/** How an interrupt is signalled: by a wire that stays up, or by its rising. */
export type Trigger = 'level' | 'edge';

/** The physical CPU interface of the CPU that takes the device's interrupts. */
export interface GicCpuInterface {
  readonly version: GicVersion;
  /** Whether it holds the priority of an acknowledged interrupt, so that no other is signalled. */
  readonly running: Field;
  /** Whether the CPU is in a hard-IRQ handler, with interrupts off. */
  readonly inHandler: Field;
}

/** The distributor's view of one shared peripheral interrupt. */
export interface GicLine {
  readonly trigger: Trigger;
  /** GICD_ISENABLER bit. */
  readonly enabled: Field;
  /** GICD_ISACTIVER bit: acknowledged and not yet deactivated. */
  readonly active: Field;
  /** The device has pulsed its wire: what an edge interrupt remembers. */
  readonly raise: (s: State) => void;
  /** GICD_ISPENDR bit, which a level interrupt has exactly while its wire is high, active or not. */
  readonly isPending: (s: State) => boolean;
  /** Whether an edge is remembered that the CPU has not acknowledged. */
  readonly hasEdge: (s: State) => boolean;
  /** Whether the GIC signals the CPU now. */
  readonly signals: (s: State) => boolean;
  /** The CPU acknowledges: the interrupt becomes active and an edge is taken. */
  readonly acknowledge: (s: State) => void;
  readonly isAtRest: (s: State) => boolean;
}

/** Adds the CPU interface. Source: Arm GICv2 and GICv3 architecture specifications. */
export function gicCpuInterface(m: ModelBuilder, version: GicVersion): GicCpuInterface {
  return {
    version,
    running: m.field(version.runningPriority, { values: ['idle', 'raised'] }),
    inHandler: m.field('host CPU', { values: ['interruptible', 'in hard IRQ'] }),
  };
}

/** What an SPI is wired to. */
export interface GicLineWiring {
  readonly suffix: string;
  readonly trigger: Trigger;
  /** Whether the wire is high. */
  readonly wire: (s: State) => boolean;
  readonly cpu: GicCpuInterface;
  /** Whether a diagram notes the active state: where it outlasts the host's handler. */
  readonly showsActive: boolean;
}

/** Adds one SPI. Source: Arm GICv2 and GICv3 architecture specifications, interrupt handling state machine. */
export function gicLine(
  m: ModelBuilder,
  { suffix, trigger, wire, cpu: { running, inHandler }, showsActive }: GicLineWiring,
): GicLine {
  const enabled = m.field(`GICD SPI${suffix}`, {
    initial: 1,
    notable: true,
    values: ['disabled', 'enabled'],
  });
  const active = m.field(`GICD active${suffix}`, {
    ...(showsActive ? { notable: true } : {}),
    values: ['inactive', 'active'],
  });
  const latch = trigger === 'edge' ? m.field(`GICD pending${suffix}`, { values: ['no', 'yes'] }) : undefined;
  const pending = (s: State): boolean => (latch === undefined ? wire(s) : s[latch] === 1);
  return {
    trigger,
    enabled,
    active,
    raise: (s) => {
      if (latch !== undefined) s[latch] = 1;
    },
    isPending: pending,
    hasEdge: (s) => latch !== undefined && s[latch] === 1,
    signals: (s) =>
      pending(s) && s[enabled] === 1 && s[active] === 0 && s[running] === 0 && s[inHandler] === 0,
    acknowledge: (s) => {
      s[active] = 1;
      s[running] = 1;
      s[inHandler] = 1;
      if (latch !== undefined) s[latch] = 0;
    },
    isAtRest: (s) => s[enabled] === 1 && s[active] === 0 && (latch === undefined || s[latch] === 0),
  };
}
