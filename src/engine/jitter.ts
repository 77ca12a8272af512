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

/** By how much a cost varies: from 1 - `jitter` to 1 + `jitter`, evenly spread. */
export function jitterFactor(jitter: number, seed: number, process: number, count: number): number {
  return jitter === 0 ? 1 : 1 + jitter * (2 * keyedUniform(seed, process, count) - 1);
}

/** A cost times a factor, in whole nanoseconds if the factor changes it. */
export function scaled(base: number, factor: number): number {
  return factor === 1 ? base : Math.round(base * factor);
}

/** `base` changed by at most the share `jitter`, up or down, evenly spread. Whole nanoseconds. */
export function jittered(base: number, jitter: number, seed: number, process: number, count: number): number {
  return scaled(base, jitterFactor(jitter, seed, process, count));
}
