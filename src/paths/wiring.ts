import type { Architecture } from '../costs/profile.ts';
import type { Model } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';

/** One interrupt source of a wiring, in the terms in which runs are counted and properties are checked. */
export interface InterruptSource {
  readonly name: string;
  /** Whether the device wants service: its interrupt is up. */
  readonly asserted: (s: State) => boolean;
  /** Whether its line is masked at the host. */
  readonly masked: (s: State) => boolean;
  /** Whether an edge of it is remembered somewhere on its way and not delivered; absent unless both sides see edges. */
  readonly edgeUnderWay?: (s: State) => boolean;
  /** Whether it has been taken from the guest, which nobody has to serve or unmask it for any more; absent if it never is. */
  readonly takenBack?: (s: State) => boolean;
  /** Whether something is held for it that nobody will use or give back; absent unless that can happen. */
  readonly leaked?: (s: State) => boolean;
  /** Label of the step at which the guest's handler of this source is entered. */
  readonly handlerLabel: string;
  /** Label of the step that ends a pause in which the guest can do other things: no storm has one in it. Absent if there is none. */
  readonly pauseEnds?: string;
}

/** A machine wired for one path, ready to be run, explored and drawn. */
export interface Wiring {
  /** Of the host: which cost profiles fit. */
  readonly architecture: Architecture;
  readonly model: Model;
  /** Times that belong to the path or its workload rather than to a platform, in nanoseconds, e.g. `period`. */
  readonly costs: Readonly<Record<string, number>>;
  readonly sources: readonly InterruptSource[];
  /** Safety properties that this machine promises, and for each the mark that must never be seen. */
  readonly safety: Readonly<Record<string, string>>;
  /** The mark of the step that ends the latency; `guest-irq`, the guest's handler, if left out. */
  readonly takenMark?: string;
  /** What happens between the cycles belongs to the other leg of the device and is not counted; absent if there is none. */
  readonly countsCyclesOnly?: true;
  /** Whether the path is ready for the next interrupt: nothing masked, in flight or in service. */
  readonly isAtRest: (s: State) => boolean;
}
