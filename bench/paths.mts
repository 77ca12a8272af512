import { findProfile } from '../src/costs/all-profiles.ts';
import { profileCosts } from '../src/costs/profile.ts';
import type { Costs } from '../src/engine/run-options.ts';
import { DEFAULT_FACTS } from '../src/facts/read-facts.ts';
import { findPath } from '../src/paths/all-paths.ts';
import { activeBugs } from '../src/paths/bugs.ts';
import type { PathSettings } from '../src/paths/path.ts';
import type { Wiring } from '../src/paths/wiring.ts';

/** A path with all defaults but for `settings`, and what its steps cost. Throws if there is no such path. */
export function wirePath(
  id: string,
  settings: PathSettings = {},
): { readonly wiring: Wiring; readonly costs: Costs } {
  const module = findPath(id);
  const profile = findProfile('cortex-a15');
  if (!module || !profile) throw new Error(`no path ${id}`);
  const facts = { ...DEFAULT_FACTS, host: { ...DEFAULT_FACTS.host, cpus: 4 } };
  const bugs = activeBugs(module.info.bugs, facts, {});
  if (!bugs.ok) throw new Error(bugs.error);
  const wiring = module.wire(settings, facts, bugs.value);
  if (!wiring.ok) throw new Error(wiring.error);
  return { wiring: wiring.value, costs: { ...profileCosts(profile), ...wiring.value.costs } };
}
