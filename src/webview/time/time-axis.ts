/** A mark of the time axis. */
export interface Tick {
  readonly timeNs: number;
  readonly label: string;
}

/** Ticks are at least so far apart, in CSS pixels: enough for the longest label. */
const MIN_SPACING = 84;
const UNITS = [
  { ns: 1e9, name: 's' },
  { ns: 1e6, name: 'ms' },
  { ns: 1e3, name: 'µs' },
  { ns: 1, name: 'ns' },
] as const;

/**
 * Ticks at round times from `fromNs` to `toNs`, which are `width` pixels apart: steps of 1, 2 or 5, all in the same
 * unit and with as many decimals as they need. No step is smaller than a nanosecond.
 */
export function timeTicks(fromNs: number, toNs: number, width: number): Tick[] {
  if (!(toNs > fromNs) || !(width > 0)) return [];
  const stepNs = roundStep(((toNs - fromNs) * MIN_SPACING) / width);
  const largest = Math.max(Math.abs(fromNs), Math.abs(toNs));
  const unit = UNITS.find(({ ns }) => largest >= ns) ?? UNITS[3];
  const decimals = Math.max(0, Math.round(Math.log10(unit.ns)) - Math.floor(Math.log10(stepNs)));
  const ticks: Tick[] = [];
  for (let i = Math.ceil(fromNs / stepNs); i * stepNs <= toNs; i++) {
    const timeNs = i * stepNs;
    const label = i === 0 ? '0' : `${(timeNs / unit.ns).toFixed(decimals)} ${unit.name}`;
    ticks.push({ timeNs, label });
  }
  return ticks;
}

/** The smallest of 1, 2, 5, 10, 20, … that is not less. */
function roundStep(least: number): number {
  if (least <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return (
    [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9)) ?? 10 * power
  );
}
