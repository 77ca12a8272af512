/** A stretch of a list that stands there `times` times in a row. */
export interface Repeat<T> {
  readonly items: readonly T[];
  readonly times: number;
}

/** Longer stretches are not looked for: the time to find them grows with their length. */
const LONGEST = 48;

/**
 * Folds what comes several times in a row, from left to right, the longest run of repeats first at each place; what comes
 * once is given back in stretches with `times` 1. Unfolded it is the list again.
 */
export function foldRepeats<T>(list: readonly T[]): Repeat<T>[] {
  const folded: Repeat<T>[] = [];
  let single: T[] = [];
  const flush = (): void => {
    if (single.length > 0) folded.push({ items: single, times: 1 });
    single = [];
  };
  for (let at = 0; at < list.length;) {
    const { length, times } = longestRepeat(list, at);
    if (times === 1) {
      single.push(list[at] as T);
      at += 1;
      continue;
    }
    flush();
    folded.push({ items: list.slice(at, at + length), times });
    at += length * times;
  }
  flush();
  return folded;
}

function longestRepeat(list: readonly unknown[], at: number): { length: number; times: number } {
  let best = { length: 1, times: 1 };
  const longest = Math.min(LONGEST, Math.floor((list.length - at) / 2));
  for (let length = 1; length <= longest; length++) {
    let end = at + length;
    while (end < list.length && list[end] === list[end - length]) end += 1;
    const times = Math.floor((end - at) / length);
    if (times > 1 && times * length > best.times * best.length) best = { length, times };
  }
  return best;
}
