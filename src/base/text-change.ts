/** The one stretch in which two versions of a text differ, by its offsets in both. */
export interface TextChange {
  readonly start: number;
  readonly endBefore: number;
  readonly endAfter: number;
}

/** What stands in front of the change and behind it is the same in both; equal texts differ in an empty stretch at the end. */
export function changeBetween(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before, start, after, start, CHUNK)) start += CHUNK;
  start = Math.min(start, shorter);
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  const [a, b, most] = [before.length, after.length, shorter - start];
  let rest = 0;
  while (rest + CHUNK <= most && isSame(before, a - rest - CHUNK, after, b - rest - CHUNK, CHUNK))
    rest += CHUNK;
  while (rest < most && before.charCodeAt(a - rest - 1) === after.charCodeAt(b - rest - 1)) rest += 1;
  return { start, endBefore: a - rest, endAfter: b - rest };
}

/** Engines compare stretches much faster than letters. */
const CHUNK = 4_096;

function isSame(a: string, atA: number, b: string, atB: number, length: number): boolean {
  return a.slice(atA, atA + length) === b.slice(atB, atB + length);
}
