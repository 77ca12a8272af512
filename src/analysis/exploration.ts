import type { Facts } from '../facts/facts.ts';
import type { PathSettings } from '../paths/path.ts';
import type { SpuriousRange } from './spurious-range.ts';
import type { PropertyVerdict } from './properties.ts';
import type { ShownStep } from './simulation.ts';

/** A moment at which a device begins to want service. */
export interface RaisedInterrupt {
  /** Position of the step in the run, prefix and cycle together. */
  readonly step: number;
  /** The interrupt source. */
  readonly source: string;
}

/** A run that shows something: a way there, and for a run without end what then repeats for ever. */
export interface ExploredRun {
  readonly prefix: readonly ShownStep[];
  readonly cycle: readonly ShownStep[];
  /** Processes that could have gone on all through the cycle and never did. */
  readonly starved: readonly string[];
  /** Where in it interrupts are raised. */
  readonly raised: readonly RaisedInterrupt[];
  /** Timers that elapse in it: an explorer may let them elapse at any moment. */
  readonly timers: readonly string[];
}

/** A property that does not hold, with a shortest run that shows it. */
export interface Violation extends ExploredRun {
  readonly property: string;
  /** The interrupt source it is about; null if it is about all. */
  readonly source: string | null;
}

/** A shortest run to an outcome that was asked for. */
export interface Witness extends ExploredRun {
  readonly outcome: string;
  /** False if no run reaches it; then the run is empty. */
  readonly reached: boolean;
}

/** The result of exploring all interleavings: the JSON of `irqpath explore`. */
export interface Exploration {
  readonly path: string;
  readonly settings: PathSettings;
  readonly facts: Facts;
  /** Every known bug of the path, and whether it was in the machine. */
  readonly bugs: Readonly<Record<string, boolean>>;
  /** Interrupts arrive without bound, until the environment stops. */
  readonly arrivals: 'unbounded';
  /**
   * Whether every reachable state was seen and every property looked at; what is not found in an incomplete search
   * may still be there.
   */
  readonly complete: boolean;
  /** Whether interleavings were left out that make no difference to any property: then fewer states were met. */
  readonly reduced: boolean;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** What was checked, and with what result. */
  readonly properties: readonly PropertyVerdict[];
  /**
   * How often the guest's handler finds nothing to do for one interrupt that it serves, whatever the path promises; empty
   * if that is not known: the search was incomplete, or there are several sources, which are not told apart.
   */
  readonly spuriousPerInterrupt: readonly SpuriousRange[];
  readonly violations: readonly Violation[];
  readonly witnesses: readonly Witness[];
}
