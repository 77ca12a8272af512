import { nearestOrAll } from '../base/nearest-name.ts';
import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import type { KnownBug } from './path.ts';

/** Which bug switches are overridden, by name; `all` stands for every one that is not named. */
export type BugOverrides = Readonly<Record<string, boolean>>;

/** The release that a text like `Linux 4.16` or `QEMU 2.4` speaks of, compared with the facts: negative if it is earlier. */
function comparedWithFacts(when: string, { host, guest }: Facts): number {
  const [component = '', release = ''] = when.split(/ (?=\d)/);
  if (component === 'QEMU') return compareReleases(release, host.qemu);
  return compareReleases(release, component === 'guest Linux' ? guest.kernel : host.kernel);
}

/** Whether the versions in the facts have the bug. One that nobody has fixed is in today's code. */
function isPresent({ introducedIn, fixedIn, whatIf }: KnownBug, facts: Facts): boolean {
  if (whatIf) return false;
  const introduced = introducedIn === null || comparedWithFacts(introducedIn, facts) <= 0;
  return introduced && (fixedIn === null || comparedWithFacts(fixedIn, facts) > 0);
}

/** The names of the bugs that are switched on; an override that names no bug is an error that lists them. */
export function activeBugs(
  bugs: readonly KnownBug[],
  facts: Facts,
  overrides: BugOverrides,
): Result<ReadonlySet<string>> {
  const unknown = Object.keys(overrides).find(
    (name) => name !== 'all' && !bugs.some((bug) => bug.name === name),
  );
  if (unknown !== undefined) {
    const names = bugs.map(({ name }) => name);
    const known = names.length === 0 ? 'this path has none' : nearestOrAll(unknown, names, 'known:');
    return fail(`there is no bug "${unknown}"; ${known}`);
  }
  const on = bugs.filter((bug) => overrides[bug.name] ?? overrides.all ?? isPresent(bug, facts));
  return ok(new Set(on.map(({ name }) => name)));
}
