import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

/**
 * The host's IO-APIC pin of a device's INTx and the local APIC behind it, as one level line to one vector. While the
 * vector is in service neither delivers it again; as its handler runs with interrupts off anyway, nobody can see that.
 */
export interface HostIoapicPin {
  /** The mask bit of the redirection entry; null if nobody ever sets it. */
  readonly masked: Field | null;
  /** Whether the CPU is interrupted as soon as it takes interrupts. */
  readonly signals: (s: State) => boolean;
  readonly isAtRest: (s: State) => boolean;
}

/** Adds a pin whose wire is high while `wire(s)`. Source: Intel 82093AA IO-APIC, redirection table entry. */
export function hostIoapicPin(
  m: ModelBuilder,
  wire: (s: State) => boolean,
  isEverMasked: boolean,
): HostIoapicPin {
  const masked = isEverMasked
    ? m.field('host IO-APIC pin', { notable: true, values: ['unmasked', 'masked'] })
    : null;
  return {
    masked,
    signals: (s) => wire(s) && (masked === null || s[masked] === 0),
    isAtRest: (s) => masked === null || s[masked] === 0,
  };
}
