/** How many values lie from `from` up to, but not including, `to`, by kind of value. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  /** One count a kind, in the order in which the kinds were given. */
  readonly counts: readonly number[];
}

/** Buckets for each doubling: none is wider than a 64th of the values in it. */
const BUCKETS_PER_DOUBLING = 64;
const FIRST_EXPONENT = Math.log2(BUCKETS_PER_DOUBLING);

/**
 * Log-linear histogram, as HdrHistogram keeps it: buckets of width 1 up to 128, from there on wider by a
 * factor of two with every doubling. Whatever the spread of the values, there are few buckets and every one is as exact as the
 * next. `kinds` are the values of each kind, not negative; empty buckets between others are part of the answer.
 */
export function histogram(kinds: readonly (readonly number[])[]): Bucket[] {
  const counts = new Map<number, number[]>();
  kinds.forEach((values, kind) => {
    for (const value of values) {
      const index = bucketOf(value);
      let bucket = counts.get(index);
      if (bucket === undefined) counts.set(index, (bucket = kinds.map(() => 0)));
      bucket[kind] = (bucket[kind] as number) + 1;
    }
  });
  const indices = [...counts.keys()];
  const first = Math.min(...indices);
  const last = Math.max(...indices);
  const buckets: Bucket[] = [];
  for (let index = first; index <= last; index++) {
    buckets.push({
      from: startOf(index),
      to: startOf(index + 1),
      counts: counts.get(index) ?? kinds.map(() => 0),
    });
  }
  return buckets;
}

/** Number of the bucket that a value belongs to. */
function bucketOf(value: number): number {
  const doublings = value < 1 ? 0 : Math.max(0, Math.floor(Math.log2(value)) - FIRST_EXPONENT);
  return doublings * BUCKETS_PER_DOUBLING + Math.floor(value / 2 ** doublings);
}

/** The smallest value in a bucket. */
function startOf(index: number): number {
  const doublings = Math.max(0, Math.floor(index / BUCKETS_PER_DOUBLING) - 1);
  return (index - doublings * BUCKETS_PER_DOUBLING) * 2 ** doublings;
}
