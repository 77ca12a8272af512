import { HARD_IRQ } from '../paths/alphabet.ts';
import type { Alphabet, Binding, Claim } from '../paths/alphabet.ts';
import { inHardIrq } from './trace-event.ts';
import type { TraceEvent } from './trace-event.ts';

/** An event that a path claims to know, and where it happened. */
export interface ClaimedEvent {
  readonly line: number;
  readonly event: string;
  /** `hard IRQ`, or the role of a thread. */
  readonly context: string;
}

/**
 * Reduces a trace to an alphabet, one event after the other in the order of the trace. It remembers the last line of
 * every context, since some functions can only be told by what was printed before them.
 */
export class Reducer {
  readonly #alphabet: Alphabet;
  readonly #binding: Binding;
  readonly #claims: ReadonlyMap<string, Claim>;
  readonly #transparent: ReadonlySet<string>;
  readonly #before: Map<number, string>;
  readonly #contexts = new Map<string, string | null>();

  /** `like` stands where the new one goes on from; from the beginning of a trace if it is left out. */
  constructor(alphabet: Alphabet, binding: Binding, like?: Reducer) {
    this.#alphabet = alphabet;
    this.#binding = binding;
    this.#claims = new Map(Object.entries(alphabet.claims));
    this.#transparent = new Set(alphabet.transparent);
    this.#before = new Map(like === undefined ? [] : like.#before);
  }

  /** What an event is called and done in; null if the path does not claim to know it. */
  reduce(event: TraceEvent): ClaimedEvent | null {
    const { name, args, task, flags, cpu } = event;
    const hardIrq = inHardIrq(flags);
    const place = hardIrq ? -1 - cpu : (task?.pid ?? 0);
    const claim = this.#claims.get(name);
    if (claim === undefined) {
      if (this.#isWitness(name, args)) this.#before.set(place, name);
      else if (!this.#transparent.has(name)) this.#before.delete(place);
      return null;
    }
    const claimed = isClaimed(claim, args, this.#before.get(place))
      ? eventOf(name, args, claim, this.#binding)
      : null;
    const context = hardIrq ? HARD_IRQ : this.#threadContext(task?.comm ?? '');
    if (claimed === null || context === null) {
      if (!this.#transparent.has(name)) this.#before.delete(place);
      return null;
    }
    this.#before.set(place, name);
    return { line: event.line, event: claimed, context };
  }

  #isWitness(name: string, args: string): boolean {
    const { witnesses } = this.#alphabet;
    return Object.hasOwn(witnesses, name) && witnesses[name]?.(args, this.#binding) === true;
  }

  #threadContext(comm: string): string | null {
    let context = this.#contexts.get(comm);
    if (context === undefined) {
      context = this.#alphabet.threadContext(comm);
      this.#contexts.set(comm, context);
    }
    return context;
  }
}

function isClaimed({ callers, follows }: Claim, args: string, before: string | undefined): boolean {
  if (callers !== undefined && !callers.includes(args.slice(2))) return false;
  if (follows === undefined) return true;
  return before !== undefined && (follows === 'any' || follows.includes(before));
}

/** A claimed event in words that the model and every trace can have. */
export function eventOf(name: string, args: string, { event }: Claim, binding: Binding): string | null {
  return event === undefined ? name : event(args, binding);
}
