import type { Steps } from '../base/steps.ts';

/** What the user does is not held up longer than this by a job, in ms, but for a step of it that takes longer. */
const LONGEST_SLICE_MS = 4;

/** Does a job in slices, between which the host does what else is waiting; undefined if it was cancelled meanwhile. */
export async function inSlices<T>(
  job: Steps<T>,
  isCancelled: () => boolean,
  pause: () => Promise<void> = nextTurn,
): Promise<T | undefined> {
  for (;;) {
    const end = performance.now() + LONGEST_SLICE_MS;
    do {
      const step = job.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
    await pause();
    if (isCancelled()) return undefined;
  }
}

/** Until all that waits has had its turn. */
async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
