import type { LatencyShare } from '../analysis/latency-split.ts';
import type { Percentiles, Spread, SpreadKind } from '../analysis/spread.ts';
import type { Bucket } from '../base/histogram.ts';
import { count, list, nullable, number, object, oneOf, text } from './guards.ts';
import type { RequestType } from './message-type.ts';
import { TIMED_FIELDS } from './shown-row.ts';
import type { ShownRow } from './shown-row.ts';

/** What of a step is needed to place it in time. */
export type TimedRow = Omit<ShownRow, 'party' | 'changes'>;

/** A cycle of longer shapes is cut off here: so many rows fill most of a message, and no screen shows them. */
export const MOST_TIMED_ROWS = 2_000;

/** A shape in time: all of its steps, however they are read elsewhere, and where its latency goes. */
export interface TimedShape {
  readonly run: number;
  readonly shape: number;
  /** How many steps it has. */
  readonly steps: number;
  /** The first `MOST_TIMED_ROWS` of them. Of the trace points only KVM's. */
  readonly rows: readonly TimedRow[];
  /** Position of the step that ends the latency; null if the handler never ran. */
  readonly taken: number | null;
  /** In the order of time, without gaps; empty if the handler never ran. */
  readonly shares: readonly LatencyShare[];
}

const name = text(4_000);
const { home } = TIMED_FIELDS;

/** Panel → extension: a shape in time; an error if a newer run has replaced that one. */
export const getTiming: RequestType<{ readonly run: number; readonly shape: number }, TimedShape> = {
  method: 'getTiming',
  params: object<{ run: number; shape: number }>({ run: count, shape: count }),
  reply: object<TimedShape>({
    run: count,
    shape: count,
    steps: count,
    rows: list(object<TimedRow>(TIMED_FIELDS), MOST_TIMED_ROWS),
    taken: nullable(count),
    shares: list(
      object<LatencyShare>({
        kind: oneOf('runs', 'waits'),
        process: name,
        home,
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
