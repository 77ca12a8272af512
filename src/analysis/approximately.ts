/** A number with two significant digits, as the answer gives it: `0.1`, `5.1`, `14`, `310`. */
export function twoDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(2));
  return Math.abs(rounded) >= 100 ? String(Math.round(rounded)) : String(rounded);
}

/** A time with two significant digits in the unit that suits it: `≈ 42 µs`. */
export function approximateTime(timeNs: number): string {
  const rounded = Number(timeNs.toPrecision(2));
  if (rounded < 1_000) return `≈ ${twoDigits(rounded)} ns`;
  if (rounded < 1e6) return `≈ ${twoDigits(rounded / 1e3)} µs`;
  return rounded < 1e9 ? `≈ ${twoDigits(rounded / 1e6)} ms` : `≈ ${twoDigits(rounded / 1e9)} s`;
}
