import type { State } from './state.ts';

/** The places where something can happen; `process`: one of the host's processes that is not QEMU. */
export type Home = 'hardware' | 'kernel' | 'qemu' | 'process' | 'guest';

/** Who performs a step: a column of the diagram. */
export interface Party {
  readonly name: string;
  readonly home: Home;
}

/** Ends the procedure; the caller goes on, or the process starts over when there is none. */
export const RETURN = Symbol('return');

/** Where a step goes: nothing for the next one, the label of a step of the same procedure, or {@link RETURN}. */
export type Go<Label extends string> = Label | typeof RETURN | undefined;

/** A text an observer gets when a step has happened; one that depends on the state sees the state after it. */
export type Observation = string | ((s: State) => string);

/** A trace point as the real system prints it; one that depends on the state sees it after and before its step. */
export type Tracepoint = string | ((after: State, before: State) => string);

/**
 * One atomic step. Its cost is paid first; then its guard is looked at again and, if it still holds, the effect
 * happens at once. A step may not read a clock, draw a random number or allocate, and uses the state by index only: what
 * it does is a function of the bytes that it touches, and an explorer learns it as that (`reactions.ts`).
 */
export interface Step<Label extends string = string> {
  /** The function that does this in reality, e.g. `Linux virt/kvm/eventfd.c irqfd_wakeup`. */
  readonly at: string;
  /** Name of the cost parameter that is paid before the effect; none means that it takes no time of its own. */
  readonly cost?: string;
  /** Trace points as the real system prints them; an empty text is none. */
  readonly emits?: readonly Tracepoint[];
  /** The only way to wait: the step cannot happen while this is false. */
  readonly when?: (s: State) => boolean;
  /** How many outcomes the step has in this state; `do` is told which one. */
  readonly choose?: (s: State) => number;
  readonly do?: (s: State, choice: number) => Go<Label>;
  /** A procedure to run after the effect, unless `do` said where to go instead. */
  readonly call?: Procedure;
  /**
   * Uses nothing that another process could use before it has happened, changes nothing that a property looks at, and
   * goes forward in its procedure. A step without effect and guard is local without saying so. See `local-steps.ts`.
   */
  readonly local?: true;
  /** The process may stay here for ever without anything being wrong. */
  readonly rest?: true;
  /** While the process waits here its CPU runs the guest: no sleep, no wake-up. */
  readonly runsGuest?: true;
  /** Cost parameter of waking the thread when it waits here, if it is not the usual one. */
  readonly wake?: string;
  /** Name of the timer process whose deadline the step sets anew. */
  readonly arms?: string;
  /** Done by the world outside: a timed run allows a number of arrivals and then the stop; an explorer, any. */
  readonly environment?: 'arrival' | 'stop';
  /** What an observer counts when the step has happened, e.g. `guest-irq`. No step can see it. */
  readonly marks?: readonly Observation[];
}

/** A named sequence of steps that a process can run or another procedure can call. */
export interface Procedure {
  readonly party: Party;
  readonly name: string;
  readonly steps: Readonly<Record<string, Step>>;
}

/**
 * Writes down a procedure. Steps run in the order in which they stand; labels that a step names to go to are
 * checked by the compiler.
 */
export function procedure<Label extends string>(
  party: Party,
  name: string,
  steps: Readonly<Record<Label, Step<NoInfer<Label>>>>,
): Procedure {
  return { party, name, steps: steps };
}
