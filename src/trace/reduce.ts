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

/** What one event of a trace is called and done in; null if the path does not claim to know it. */
export type Reducer = (event: TraceEvent) => ClaimedEvent | null;

/**
 * Reduces a trace to an alphabet, one event after the other in the order of the trace. It remembers the last line of
 * every context, since some functions can only be told by what was printed before them.
 */
export function reducer(alphabet: Alphabet, binding: Binding): Reducer {
  const claims = new Map(Object.entries(alphabet.claims));
  const witnesses = new Map(Object.entries(alphabet.witnesses));
  const transparent = new Set(alphabet.transparent);
  const before = new Map<number, string>();
  const contexts = new Map<string, string | null>();
  return (event) => {
    const { name, args, task, flags, cpu } = event;
    const hardIrq = inHardIrq(flags);
    const place = hardIrq ? -1 - cpu : (task?.pid ?? 0);
    const claim = claims.get(name);
    if (claim === undefined) {
      if (witnesses.get(name)?.(args, binding) === true) before.set(place, name);
      else if (!transparent.has(name)) before.delete(place);
      return null;
    }
    const claimed = isClaimed(claim, args, before.get(place)) ? eventOf(name, args, claim, binding) : null;
    const context = hardIrq ? HARD_IRQ : threadContext(task?.comm ?? '');
    if (claimed === null || context === null) {
      if (!transparent.has(name)) before.delete(place);
      return null;
    }
    before.set(place, name);
    return { line: event.line, event: claimed, context };
  };

  function threadContext(comm: string): string | null {
    let context = contexts.get(comm);
    if (context === undefined) {
      context = alphabet.threadContext(comm);
      contexts.set(comm, context);
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
