import type { Facts } from '../facts/facts.ts';
import { findPath } from '../paths/all-paths.ts';
import type { PathModule, PathSettings } from '../paths/path.ts';

const NO_BUGS: ReadonlySet<string> = new Set();

/** The whole machine is wired to know whether it can be: once for each combination, as files have many equal devices. */
const refusals = new Map<string, string | null>();
const MOST_REMEMBERED = 500;

const factsTexts = new WeakMap<Facts, string>();

/** Facts as text, written once: every leg of a file is resolved under the same. */
function factsText(facts: Facts): string {
  const known = factsTexts.get(facts) ?? JSON.stringify(facts);
  factsTexts.set(facts, known);
  return known;
}

/**
 * Those of the settings that the path has: what a file says about a device may mean nothing on the path that the
 * device takes. All of them for a path that is not built.
 */
export function settingsOfPath(path: string, settings: PathSettings): PathSettings {
  const declared = findPath(path)?.settings.map(({ name }) => name);
  if (declared === undefined) return settings;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => declared.includes(name)));
}

/** Why a path cannot be run at all, or not with these settings and facts; null if it can. */
export function buildLimits(path: string, settings: PathSettings, facts: Facts): string | null {
  const module = findPath(path);
  if (module === undefined) return 'this path is not built yet: it can be named, not run';
  return notBuiltFor(module, settings) ?? refusal(module, settingsOfPath(path, settings), facts);
}

function notBuiltFor(module: PathModule, settings: PathSettings): string | null {
  for (const setting of module.settings) {
    const value = settings[setting.name];
    if (setting.kind !== 'choice' || value === undefined || setting.choices.includes(String(value))) continue;
    const built = setting.choices.join(', ');
    return `this path is not built yet for ${setting.name}=${value}, only for ${built}`;
  }
  return null;
}

function refusal(module: PathModule, settings: PathSettings, facts: Facts): string | null {
  const key = `${module.info.id} ${JSON.stringify(settings)} ${factsText(facts)}`;
  const remembered = refusals.get(key);
  if (remembered !== undefined) return remembered;
  const wiring = module.wire(settings, facts, NO_BUGS);
  const answer = wiring.ok ? null : wiring.error;
  if (refusals.size >= MOST_REMEMBERED) refusals.clear();
  refusals.set(key, answer);
  return answer;
}
