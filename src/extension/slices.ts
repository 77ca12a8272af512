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
    const step = nextSlice(job);
    if (step.done === true) return step.value;
    await pause();
    if (isCancelled()) return undefined;
  }
}

/**
 * Does jobs in slices, one after the other: were they done side by side, the host would have its turn only after a slice
 * of each.
 */
export function jobsInTurn(pause: () => Promise<void> = nextTurn): <T>(job: Steps<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const mine = afterAll(last, job, pause);
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function afterAll<T>(before: Promise<unknown>, job: Steps<T>, pause: () => Promise<void>): Promise<T> {
  await before;
  for (;;) {
    await pause();
    const step = nextSlice(job);
    if (step.done === true) return step.value;
  }
}

function nextSlice<T>(job: Steps<T>): IteratorResult<undefined, T> {
  const end = performance.now() + LONGEST_SLICE_MS;
  for (;;) {
    const step = job.next();
    if (step.done === true || performance.now() >= end) return step;
  }
}

/** Until all that waits has had its turn. */
async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
