/** Spread of values, e.g. of a time in nanoseconds over the interrupts of a run. */
export interface Distribution {
  readonly min: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Smallest, middle, 99th percentile and largest of `values` (nearest rank); zeros if there are none. */
export function distribution(values: Iterable<number>): Distribution {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return { min: 0, p50: 0, p99: 0, max: 0 };
  const rank = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number;
  return {
    min: sorted[0] as number,
    p50: rank(0.5),
    p99: rank(0.99),
    max: sorted[sorted.length - 1] as number,
  };
}
