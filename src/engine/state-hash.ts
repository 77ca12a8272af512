import type { State } from './state.ts';

/**
 * What one byte of a state with that value adds to the hash: the finaliser of MurmurHash3, which makes numbers that
 * differ in one bit differ in half of them.
 */
export function hashOfByte(byte: number, value: number): number {
  let mixed = Math.imul((byte << 8) | value, 0x9e3779b9);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/**
 * A hash of a state: all its bytes put together by exclusive or (tabulation hashing, Zobrist 1970), so that the hash of
 * a state that differs in a few bytes is known from those alone.
 */
export function hashOf(state: State): number {
  let hash = 0;
  for (let byte = 0; byte < state.length; byte++) hash ^= hashOfByte(byte, state[byte] as number);
  return hash;
}

/** A hash whose lowest bits are as good as chance too: an exclusive or of few bytes repeats itself in them. */
export function spread(hash: number): number {
  const product = Math.imul(hash, 0x9e3779b1);
  return product ^ (product >>> 16);
}
