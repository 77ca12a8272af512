/** Three digits: the model knows no more. */
export function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A time in nanoseconds, as microseconds. */
export function microseconds(timeNs: number): string {
  return `${threeDigits(timeNs / 1000)} µs`;
}
