import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

const ENABLED = 0;
const MASKED = 1;
const MASKED_PENDING = 2;
const DISABLED = 3;
const DISABLED_PENDING = 4;

/** An entry of the function's own MSI-X table, which belongs to the host. */
export interface MsixEntry {
  /** The function wants to send: whether it may; a masked entry keeps it pending, disabled MSI-X forgets it. */
  readonly mayRaise: (s: State) => boolean;
  readonly mask: (s: State) => void;
  /** Sends what was pending. */
  readonly unmask: (s: State) => void;
  /** The enable bit of the capability. */
  readonly disable: (s: State) => void;
  readonly enable: (s: State) => void;
}

/**
 * Adds the entry. An event while MSI-X is disabled would assert INTx, which nobody listens to then: it is forgotten.
 * That a pending bit outlives a while of being disabled is an assumption, in favour of those who disable it.
 * Source: PCI Local Bus 3.0, 6.8.2 MSI-X capability, per-vector masking and PBA.
 */
export function msixEntry(m: ModelBuilder, message: Field): MsixEntry {
  const state = m.field('MSI-X entry', {
    values: ['enabled', 'masked', 'masked, pending', 'MSI-X off', 'MSI-X off, pending'],
    notable: true,
  });
  const release = (s: State, isPending: boolean): void => {
    s[state] = ENABLED;
    if (isPending) s[message] = 1;
  };
  return {
    mayRaise: (s) => {
      if (s[state] === MASKED) s[state] = MASKED_PENDING;
      return s[state] === ENABLED;
    },
    mask: (s) => {
      if (s[state] === ENABLED) s[state] = MASKED;
    },
    unmask: (s) => {
      release(s, s[state] === MASKED_PENDING);
    },
    disable: (s) => {
      s[state] = s[state] === MASKED_PENDING ? DISABLED_PENDING : DISABLED;
    },
    enable: (s) => {
      release(s, s[state] === DISABLED_PENDING);
    },
  };
}
