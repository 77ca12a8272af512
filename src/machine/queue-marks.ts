import type { Observation } from '../engine/step.ts';
import type { State } from '../engine/state.ts';

const BEHIND_QUEUE = ' of ';

/** The same mark for one queue of several, counted beside that for all of them. Without a queue there is no other. */
export function withQueue(mark: string, queue: string | undefined): readonly Observation[] {
  return queue === undefined ? [mark] : [mark, mark + BEHIND_QUEUE + queue];
}

/** The same for a mark that is one of two. */
export function eitherWithQueue(
  isFirst: (s: State) => boolean,
  first: string,
  second: string,
  queue: string | undefined,
): readonly Observation[] {
  const either =
    (behind: string): Observation =>
    (s) =>
      (isFirst(s) ? first : second) + behind;
  return queue === undefined ? [either('')] : [either(''), either(BEHIND_QUEUE + queue)];
}

/** The queue that a mark is for, and what it counts; null if it is for all of them. */
export function readQueueMark(mark: string): { readonly queue: string; readonly counts: string } | null {
  const at = mark.indexOf(BEHIND_QUEUE);
  return at < 0 ? null : { counts: mark.slice(0, at), queue: mark.slice(at + BEHIND_QUEUE.length) };
}
