import { approximateTime, twoDigits } from './approximately.ts';
import type { Measurement } from './simulation.ts';

/**
 * Settings of a run whose numbers stand for a path, or are set against another's: the noise of jitter would pass for
 * a difference. The median of a hundred interrupts with jitter is some per cent off, that of one without is the middle.
 */
export const WITHOUT_JITTER = { jitterPercent: 0, wakeJitterPercent: 0 } as const;

/** What a run costs, e.g. `5 exits · ≈ 42 µs`: exits, and the median latency, of an interrupt or a request. */
export function costText({ summary, end }: Pick<Measurement, 'summary' | 'end'>): string {
  if (end === 'step-limit') return 'an interrupt storm';
  const exits = twoDigits(summary.exitsPerInterrupt);
  return `${exits} ${exits === '1' ? 'exit' : 'exits'} · ${approximateTime(summary.latencyNs.p50)}`;
}
