import { PROMISED } from '../../analysis/property-text.ts';
import { promisesOf } from '../../analysis/properties.ts';
import type { PropertyVerdict } from '../../analysis/properties.ts';
import type { Simulation } from '../../analysis/simulation.ts';
import { findPath } from '../../paths/all-paths.ts';
import type { KnownBug, PathSettings } from '../../paths/path.ts';
import type { KnownRace, PromisedProperty, Races } from '../../protocol/races-state.ts';
import { sourceLink } from './source-link.ts';

/** What of a run decides which races its path has. */
export type Explorable = Pick<Simulation, 'path' | 'settings' | 'facts' | 'bugs'>;

/** The tab as it is before anything has been explored; null for a path that nobody knows. */
export function describeRaces(run: Explorable): Races | null {
  const module = findPath(run.path);
  if (!module) return null;
  const on = new Set(Object.keys(run.bugs).filter((name) => run.bugs[name]));
  const wiring = module.wire(pathSettings(run), run.facts, on);
  return {
    path: run.path,
    promises: wiring.ok ? describePromises(promisesOf(wiring.value)) : [],
    bugs: module.info.bugs.map((bug) => describeBug(bug, run)),
    exploring: null,
    explored: null,
    problem: wiring.ok ? null : wiring.error,
    shown: null,
  };
}

/** The settings that the path itself has; a run may have others, of costs and jitter, which no race depends on. */
export function pathSettings({ path, settings }: Pick<Explorable, 'path' | 'settings'>): PathSettings {
  const known = new Set(findPath(path)?.settings.map(({ name }) => name));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => known.has(name)));
}

/** Properties with their promises in words; without a verdict, they have not been looked at. */
export function describePromises(
  properties: readonly (Omit<PropertyVerdict, 'verdict'> & Partial<PropertyVerdict>)[],
): PromisedProperty[] {
  return properties.map(({ name, source, verdict = null }) => ({
    name,
    source,
    verdict,
    words: PROMISED[name] ?? name,
  }));
}

function describeBug(bug: KnownBug, { bugs, facts }: Explorable): KnownRace {
  const { name, title, violates, source } = bug;
  const link = sourceLink(bug, facts);
  return { name, title, violates, source, link, versions: versionsText(bug), isOn: bugs[name] === true };
}

/** Which releases have a bug, in words. */
export function versionsText({ introducedIn, fixedIn, whatIf }: KnownBug): string {
  if (whatIf) return 'in no release: what the code is for';
  if (introducedIn === null) return fixedIn === null ? 'not fixed' : `before ${fixedIn}`;
  return fixedIn === null ? `since ${introducedIn}, not fixed` : `${introducedIn} to ${fixedIn}`;
}
