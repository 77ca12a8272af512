import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { REPEATED_TEXTS } from '../../support/repeated-texts.ts';
import { SAMPLE_LAUNCHES } from '../../support/sample-launches.ts';

const IS_NIGHTLY = process.env.IRQPATH_FUZZ !== undefined;
/** What twice the text may cost, in times; a little more than twice, for the memory that it needs. */
const MOST = 2.6;

/** The least processor time of some readings, in ms: others use this machine, too, but not the time of this process. */
function leastCpuMs(text: string, fileName: string, readings: number): number {
  let least = Infinity;
  for (let i = 0; i < readings; i++) {
    const start = process.cpuUsage();
    readLaunchFile(text, fileName);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** How many times as long the reading of `long` takes as that of `short`; measured again where it seems too much. */
function growth(short: string, long: string, fileName: string, most: number): number {
  let best = Infinity;
  for (const readings of [1, 4, 10]) {
    const [a, b] = [leastCpuMs(short, fileName, readings), leastCpuMs(long, fileName, readings)];
    // Below this the clock and the compiler are what is measured.
    best = Math.min(best, b < 40 ? 1 : b / a);
    if (best <= most) break;
  }
  return best;
}

describe('the time that readers take', () => {
  it('is short for a few hundred of any sign or line in a row', () => {
    // Nothing is measured: what takes exponential time does not come back before the test has to.
    for (const { fileName, withLetters } of REPEATED_TEXTS) {
      expect(readLaunchFile(withLetters(300), fileName).ok).toBe(true);
    }
  });

  it.runIf(IS_NIGHTLY)(
    'hardly more than doubles with the length of a text, up to a million letters',
    () => {
      const grown = SAMPLE_LAUNCHES.flatMap(({ fileName, text }) => {
        return [125_000, 250_000, 500_000].map((length) => {
          const half = text.repeat(Math.ceil(length / text.length));
          return { fileName, length, times: growth(half, half + half, fileName, MOST) };
        });
      });
      expect(grown.filter(({ times }) => times > MOST)).toEqual([]);
    },
    3_600_000,
  );

  it.runIf(IS_NIGHTLY)(
    'grows no more with texts that are made to hurt',
    () => {
      const grown = REPEATED_TEXTS.map(({ fileName, repeated, withLetters }) => {
        const times = growth(withLetters(30_000), withLetters(120_000), fileName, MOST * MOST);
        return { fileName, repeated, times };
      });
      expect(grown.filter(({ times }) => times > MOST * MOST)).toEqual([]);
    },
    3_600_000,
  );
});
