import type { ShownStep } from '../analysis/simulation.ts';

/** What leads to a row: from which party, and as a call, a return, a signal to another context, or the next step. */
export interface Arrow {
  readonly from: string;
  readonly kind: 'call' | 'return' | 'signal' | 'next';
}

/** The arrow that leads to a row; `previous` is the row before it in its process, `waker` the one that woke that. */
export function arrowTo(
  row: ShownStep,
  previous: ShownStep | undefined,
  waker: ShownStep | undefined,
): Arrow {
  if (waker) return { from: waker.party, kind: crossesGuest(row, waker) ? 'call' : 'signal' };
  if (!previous || previous.party === row.party) return { from: row.party, kind: 'next' };
  return { from: previous.party, kind: row.entered === 'call' ? 'call' : 'return' };
}

/** Entering or leaving the guest hands over the CPU; it is no signal between two contexts. */
function crossesGuest(row: ShownStep, waker: ShownStep): boolean {
  return (
    (row.context === 'guest' && waker.context === 'thread') ||
    (row.context === 'thread' && waker.context === 'guest')
  );
}
