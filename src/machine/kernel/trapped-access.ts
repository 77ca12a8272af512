import type { State } from '../../engine/state.ts';
import type { Procedure } from '../../engine/step.ts';

/** What KVM has to know of the access that the guest has trapped on. */
export interface TrappedAccess {
  /** Guest physical address, for trace points. */
  readonly address: (s: State) => number;
  readonly isRead: (s: State) => boolean;
  /** What the end of a read prints, where it is not that of a register of four bytes in memory. */
  readonly readDone?: (s: State) => string;
}

/** Accesses to the virtual distributor, which KVM performs itself. */
export interface DistributorAccess {
  readonly isAddressed: (s: State) => boolean;
  readonly perform: (s: State) => void;
  /** What KVM does when the guest has unmasked an interrupt whose end nobody was told of yet. */
  readonly resample: { readonly isDue: (s: State) => boolean; readonly procedure: Procedure } | null;
}
