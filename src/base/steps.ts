/** A job that gives way after every step, for those who must not be held up long; it returns its result. */
export type Steps<T> = Generator<undefined, T>;

/** Does a job without a pause. */
export function runToEnd<T>(job: Steps<T>): T {
  for (;;) {
    const step = job.next();
    if (step.done === true) return step.value;
  }
}
