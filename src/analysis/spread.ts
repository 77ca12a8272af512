import { percentile } from '../base/distribution.ts';
import { groupBy } from '../base/group-by.ts';
import { histogram } from '../base/histogram.ts';
import type { Bucket } from '../base/histogram.ts';
import type { Cycle } from './cycles.ts';
import type { LegWords } from './leg-words.ts';
import { firstCycles, wordsOf } from './shapes.ts';
import type { StepRow } from './simulation.ts';

/** The times of all cycles of a run that amount to the same in words, whatever the order of their steps. */
export interface CycleTimes {
  /** E.g. `5 exits, 2 host interrupts, 1 spurious guest interrupt`. */
  readonly title: string;
  readonly count: number;
  /** From the assertion to the guest's handler, of those cycles in which it ran. */
  readonly latenciesNs: readonly number[];
  /** From the assertion to the path being ready again, of those in which it was. */
  readonly completionsNs: readonly number[];
}

/** How a time is spread; all zero if there is none. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** A kind of cycle, and how its times are spread. */
export interface SpreadKind {
  readonly title: string;
  readonly count: number;
  readonly latencyNs: Percentiles;
  readonly completionNs: Percentiles;
}

/** How latency and completion are spread over many interrupts, and which cycles make the difference. */
export interface Spread {
  readonly interrupts: number;
  /** The most frequent first; what is rare is put together in the last. */
  readonly kinds: readonly SpreadKind[];
  readonly latencyNs: Percentiles;
  readonly completionNs: Percentiles;
  /** In nanoseconds; the counts of a bucket are in the order of the kinds. */
  readonly latencyBuckets: readonly Bucket[];
  readonly completionBuckets: readonly Bucket[];
}

/** Kinds that are told apart; a chart has no more colours. */
const MOST_KINDS = 5;
/** Shapes whose words are looked up; the rarer ones count as other cycles. */
export const MOST_SHAPES = 100;
const OTHERS = 'other cycles';

/** Times by kind of cycle; `rows` has those of the first cycle of the `MOST_SHAPES` most frequent shapes. */
export function cycleTimes(
  cycles: readonly Cycle[],
  rows: readonly StepRow[],
  unit: LegWords['unit'],
): CycleTimes[] {
  const byInterrupt = groupBy(rows, ({ interrupt }) => interrupt);
  const words = new Map<string, string>();
  for (const { interrupt } of firstCycles(cycles).slice(0, MOST_SHAPES)) {
    const cycle = cycles[interrupt] as Cycle;
    const own = (byInterrupt.get(interrupt) ?? []).filter(({ inCycle }) => inCycle);
    words.set(cycle.shape, wordsOf(own, cycle, unit));
  }
  return [...groupBy(cycles, ({ shape }) => words.get(shape) ?? OTHERS)].map(([title, group]) => ({
    title,
    count: group.length,
    latenciesNs: group.flatMap(({ assertNs, enterNs }) => (enterNs === null ? [] : [enterNs - assertNs])),
    completionsNs: group.flatMap(({ assertNs, readyNs }) => (readyNs === null ? [] : [readyNs - assertNs])),
  }));
}

/** The spread of what one run measured, or several of the same path with seeds of their own. */
export function spreadOf(times: readonly CycleTimes[]): Spread {
  const byTitle = [...groupBy(times, ({ title }) => title)].map(([title, group]) => joined(title, group));
  const frequent = byTitle.sort((a, b) => b.count - a.count);
  const shown = frequent.length <= MOST_KINDS ? frequent : frequent.slice(0, MOST_KINDS - 1);
  const rare = frequent.slice(shown.length);
  const kinds = rare.length === 0 ? shown : [...shown, joined(OTHERS, rare)];
  const latencies = kinds.map(({ latenciesNs }) => latenciesNs);
  const completions = kinds.map(({ completionsNs }) => completionsNs);
  return {
    interrupts: kinds.reduce((sum, { count }) => sum + count, 0),
    kinds: kinds.map(({ title, count, latenciesNs, completionsNs }) => ({
      title,
      count,
      latencyNs: percentiles(latenciesNs),
      completionNs: percentiles(completionsNs),
    })),
    latencyNs: percentiles(latencies.flat()),
    completionNs: percentiles(completions.flat()),
    latencyBuckets: histogram(latencies),
    completionBuckets: histogram(completions),
  };
}

function joined(title: string, parts: readonly CycleTimes[]): CycleTimes {
  return {
    title,
    count: parts.reduce((sum, { count }) => sum + count, 0),
    latenciesNs: parts.flatMap(({ latenciesNs }) => latenciesNs),
    completionsNs: parts.flatMap(({ completionsNs }) => completionsNs),
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  return {
    p50: percentile(sorted, 0.5),
    p90: percentile(sorted, 0.9),
    p99: percentile(sorted, 0.99),
    max: sorted[sorted.length - 1] ?? 0,
  };
}
