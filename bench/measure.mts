/** One line of the table: a rate measured several times. */
export interface Measurement {
  readonly name: string;
  /** What is counted, e.g. `steps`. */
  readonly unit: string;
  /** Median of the runs, per second of processor time. */
  readonly perSecond: number;
  readonly slowest: number;
  readonly fastest: number;
  /** How much was done in one run. */
  readonly count: number;
  readonly note?: string;
}

/**
 * How often something is done and the processor time that it took, of all threads, garbage collection included.
 * Not the time on the wall: that says more about what else the machine does.
 */
export interface Sample {
  readonly count: number;
  readonly timeNs: number;
}

/** Runs of each measurement; one more comes first, to warm up. */
export const RUNS = 7;

/** Measures what `run` does, in this process. */
export function measure(name: string, unit: string, run: () => number, note?: string): Measurement {
  run();
  const samples = Array.from({ length: RUNS }, (): Sample => {
    const before = process.cpuUsage();
    const count = run();
    const { user, system } = process.cpuUsage(before);
    return { count, timeNs: (user + system) * 1000 };
  });
  return summarize(name, unit, samples, note);
}

/** The median of samples that were taken elsewhere. */
export function summarize(
  name: string,
  unit: string,
  samples: readonly Sample[],
  note?: string,
): Measurement {
  const rates = samples.map(({ count, timeNs }) => (count / timeNs) * 1e9).sort((a, b) => a - b);
  return {
    name,
    unit,
    perSecond: rates[rates.length >> 1] ?? NaN,
    slowest: rates[0] ?? NaN,
    fastest: rates.at(-1) ?? NaN,
    count: samples[0]?.count ?? 0,
    ...(note === undefined ? {} : { note }),
  };
}
