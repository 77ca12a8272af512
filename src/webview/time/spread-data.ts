import type { Percentiles, Spread } from '../../analysis/spread.ts';
import type { Bucket } from '../../base/histogram.ts';

/** Which of the two times of an interrupt. */
export type Measure = 'latency' | 'completion';

/** Lines to draw as steps: `edges` has one more than there are buckets, and so has each line. */
export interface StackedSteps {
  readonly edges: readonly number[];
  /** The height of the stack up to and with each kind; null where nothing is stacked yet. */
  readonly stacks: readonly (readonly (number | null)[])[];
}

/** Beyond this ratio of the longest to the shortest time, a linear axis shows only the longest. */
const LOGARITHMIC_FROM = 8;

/** The buckets of a time. */
export function bucketsOf(spread: Spread, measure: Measure): readonly Bucket[] {
  return measure === 'latency' ? spread.latencyBuckets : spread.completionBuckets;
}

/** The percentiles of a time, over all kinds. */
export function percentilesOf(spread: Spread, measure: Measure): Percentiles {
  return measure === 'latency' ? spread.latencyNs : spread.completionNs;
}

/** The counts of buckets, one kind on top of the other. */
export function stackedSteps(buckets: readonly Bucket[]): StackedSteps {
  const edges = [...buckets.map(({ from }) => from), ...buckets.slice(-1).map(({ to }) => to)];
  const kinds = buckets[0]?.counts.length ?? 0;
  const stacks = Array.from({ length: kinds }, (_, kind) => [
    ...buckets.map(({ counts }) => {
      const height = counts.slice(0, kind + 1).reduce((sum, count) => sum + count, 0);
      return height === 0 ? null : height;
    }),
    ...(buckets.length > 0 ? [null] : []),
  ]);
  return { edges, stacks };
}

/** Whether the buckets are spread so wide that their axis has to be logarithmic. */
export function needsLogarithm(buckets: readonly Bucket[]): boolean {
  const [first] = buckets;
  const last = buckets.at(-1);
  return first !== undefined && last !== undefined && last.to > LOGARITHMIC_FROM * Math.max(1, first.from);
}

/** Round marks of a logarithmic axis: 1, 2 and 5 of every power of ten. */
export function logarithmicMarks(from: number, to: number): number[] {
  const marks: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(Math.max(1, from))); power <= to; power *= 10) {
    for (const factor of [1, 2, 5]) {
      if (factor * power >= from && factor * power <= to) marks.push(factor * power);
    }
  }
  return marks;
}
