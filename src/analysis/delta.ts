import { approximateTime, twoDigits } from './approximately.ts';
import { perUnit } from './leg-words.ts';
import type { Measurement, Summary } from './simulation.ts';

/** How one run differs from another, per interrupt; positive where the second has more. */
export interface Delta {
  readonly exits: number;
  /** Of the median time from the assertion to the guest's handler; null if the times are those of two platforms. */
  readonly latencyNs: number | null;
}

/** What a difference is taken of. */
interface Measured extends Pick<Measurement, 'profile'> {
  readonly summary: Pick<Summary, 'exitsPerInterrupt' | 'latencyNs'>;
}

/** Differences below this share of the larger value are not told from none. */
const SMALLEST_SHARE = 0.005;

/** What a change from one run to another costs, each part zero where no difference can be claimed. */
export function deltaBetween(from: Measured, to: Measured): Delta {
  return {
    exits: difference(from.summary.exitsPerInterrupt, to.summary.exitsPerInterrupt),
    latencyNs:
      from.profile === to.profile ? difference(from.summary.latencyNs.p50, to.summary.latencyNs.p50) : null,
  };
}

/**
 * In words, e.g. `+3.9 exits, ≈ +17 µs latency per interrupt`; null where there is nothing to claim. `paths` are those
 * of the runs.
 */
export function deltaText({ exits, latencyNs }: Delta, paths: readonly string[]): string | null {
  const parts: string[] = [];
  if (exits !== 0) {
    const number = twoDigits(Math.abs(exits));
    parts.push(`${sign(exits)}${number} ${number === '1' ? 'exit' : 'exits'}`);
  }
  if (latencyNs !== null && latencyNs !== 0) {
    const time = approximateTime(Math.abs(latencyNs)).replace('≈ ', `≈ ${sign(latencyNs)}`);
    parts.push(`${time} latency`);
  }
  return parts.length === 0 ? null : `${parts.join(', ')} ${perUnit(paths)}`;
}

/** How much more the second is; zero where no difference can be claimed. */
export function difference(from: number, to: number): number {
  const change = to - from;
  return Math.abs(change) <= SMALLEST_SHARE * Math.max(Math.abs(from), Math.abs(to)) ? 0 : change;
}

function sign(value: number): string {
  return value < 0 ? '−' : '+';
}
