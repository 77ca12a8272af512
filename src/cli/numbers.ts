/** Three digits: the model knows no more. */
export function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A time in nanoseconds, as microseconds; as milliseconds from ten on, as seconds from ten on. */
export function timeText(timeNs: number): string {
  if (timeNs < 1e7) return `${threeDigits(timeNs / 1e3)} µs`;
  return timeNs < 1e10 ? `${threeDigits(timeNs / 1e6)} ms` : `${threeDigits(timeNs / 1e9)} s`;
}

/** The same of what takes time if it happens: a distribution of nothing is all zeros. */
export function timeOrNever(timeNs: number): string {
  return timeNs === 0 ? 'never' : timeText(timeNs);
}
