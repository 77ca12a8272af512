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
  return {
    min: sorted[0] ?? 0,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: sorted[sorted.length - 1] ?? 0,
  };
}

/** The value that a share (0 to 1) of `sorted` does not exceed (nearest rank); zero if there are none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
