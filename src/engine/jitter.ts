/**
 * A number from 0 (inclusive) to 1 (exclusive) that depends on its arguments alone.
 * Keyed, not drawn from a stream, so that two paths compared under one seed meet the same luck
 * (finaliser of MurmurHash3, public domain).
 */
export function keyedUniform(seed: number, process: number, count: number): number {
  let h = (seed ^ Math.imul(process + 1, 0x9e3779b1) ^ Math.imul(count + 1, 0x85ebca77)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** `base` changed by at most the share `jitter`, up or down, evenly spread. Whole nanoseconds. */
export function jittered(base: number, jitter: number, seed: number, process: number, count: number): number {
  if (jitter === 0 || base === 0) return base;
  return Math.round(base * (1 + jitter * (2 * keyedUniform(seed, process, count) - 1)));
}
