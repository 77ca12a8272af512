/**
 * Release numbers of QEMU and Linux: `10.1`, `7.2.22`, `6.12.95-1+deb12`, `3.17-rc1`.
 * What follows the numbers is a vendor's and says nothing about features, except `-rc`, which comes before.
 */
const RELEASE = /^(\d{1,4}(?:\.\d{1,4}){0,3})(?:[-+~][\w.+~-]{0,60})?$/;

/** Whether `text` is a release number that can be compared. */
export function isRelease(text: string): boolean {
  return RELEASE.test(text);
}

/**
 * Negative if release `a` came before `b`, 0 if they are the same, positive if after; `9.2` comes before
 * `10.1`, and `10.1` is `10.1.0`. Text that is no release counts as 0.
 */
export function compareReleases(a: string, b: string): number {
  const left = numbers(a);
  const right = numbers(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(isCandidate(b)) - Number(isCandidate(a));
}

/** Whether `release` has what came with `since` and went with `until` (null: not yet). */
export function isBetween(release: string, since: string, until: string | null): boolean {
  return compareReleases(release, since) >= 0 && (until === null || compareReleases(release, until) < 0);
}

/** The same few releases are compared for every device of a file. */
const PARSED = new Map<string, readonly number[]>();
const MOST_PARSED = 1_000;

function numbers(release: string): readonly number[] {
  const known = PARSED.get(release);
  if (known !== undefined) return known;
  const parsed = (RELEASE.exec(release)?.[1] ?? '0').split('.').map(Number);
  if (PARSED.size >= MOST_PARSED) PARSED.clear();
  PARSED.set(release, parsed);
  return parsed;
}

function isCandidate(release: string): boolean {
  return release.includes('-rc');
}
