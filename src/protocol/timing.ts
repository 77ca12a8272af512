import type { LatencyShare } from '../analysis/latency-split.ts';
import type { Percentiles, Spread, SpreadKind } from '../analysis/spread.ts';
import type { Bucket } from '../base/histogram.ts';
import { count, list, nullable, number, object, oneOf, text } from './guards.ts';
import type { RequestType } from './message-type.ts';

/** Where the latency of a shape goes. */
export interface LatencyOfShape {
  readonly run: number;
  readonly shape: number;
  /** Position in the rows of the step that ends the latency; null if the handler never ran. */
  readonly taken: number | null;
  /** In the order of time, without gaps; empty if the handler never ran. */
  readonly shares: readonly LatencyShare[];
}

const name = text(4_000);

/** Panel → extension: the parts of a shape's latency; an error if a newer run has replaced that one. */
export const getLatency: RequestType<{ readonly run: number; readonly shape: number }, LatencyOfShape> = {
  method: 'getLatency',
  params: object<{ run: number; shape: number }>({ run: count, shape: count }),
  reply: object<LatencyOfShape>({
    run: count,
    shape: count,
    taken: nullable(count),
    shares: list(
      object<LatencyShare>({
        kind: oneOf('runs', 'waits'),
        process: name,
        home: oneOf('hardware', 'kernel', 'qemu', 'process', 'guest'),
        position: count,
        startNs: number,
        endNs: number,
        assumedNs: number,
      }),
    ),
  }),
};

const isPercentiles = object<Percentiles>({ p50: number, p90: number, p99: number, max: number });
const isBuckets = list(object<Bucket>({ from: number, to: number, counts: list(count, 100) }), 5_000);

/**
 * Panel → extension: how the times of some thousands of interrupts are spread; takes about a second. An error if a
 * newer run has replaced that one.
 */
export const getSpread: RequestType<{ readonly run: number }, Spread> = {
  method: 'getSpread',
  params: object<{ run: number }>({ run: count }),
  reply: object<Spread>({
    interrupts: count,
    kinds: list(
      object<SpreadKind>({ title: name, count, latencyNs: isPercentiles, completionNs: isPercentiles }),
      100,
    ),
    latencyNs: isPercentiles,
    completionNs: isPercentiles,
    latencyBuckets: isBuckets,
    completionBuckets: isBuckets,
  }),
};
