/**
 * The name in `known` that `name` was most likely meant to be, or undefined if none is near.
 * Near means: at most a third of the letters edited (one in short names), case, `-` and `_` ignored.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = folded(name);
  if (wanted.length === 0 || wanted.length > LONGEST_NAME) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, folded(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * What to say of a `name` that is none of `known`: which of them it was most likely meant to be, else what there is
 * after `all`, such as "known:".
 */
export function nearestOrAll(name: string, known: readonly string[], all: string): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? `${all} ${known.join(', ')}` : `did you mean '${nearest}'?`;
}

/** Longer words are no misspelt names; comparing them would only cost time. */
const LONGEST_NAME = 64;

function folded(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Letters put in, left out, replaced, or swapped with the next, from `a` to `b`; `limit` as soon as it cannot be less. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforePrevious: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? limit) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (beforePrevious[j - 2] ?? limit) + 1 : limit;
      const distance = Math.min(substitution, (previous[j] ?? limit) + 1, (row[j - 1] ?? limit) + 1, swap);
      row.push(distance);
      smallest = Math.min(smallest, distance);
    }
    if (smallest >= limit) return limit;
    beforePrevious = previous;
    previous = row;
  }
  return Math.min(previous[b.length] ?? limit, limit);
}
