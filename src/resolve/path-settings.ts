import { findPath } from '../paths/all-paths.ts';
import type { PathSettings } from '../paths/path.ts';

/**
 * Those of the settings that the path has: what a file says about a device may mean nothing on the path that the
 * device takes. All of them for a path that is not built.
 */
export function settingsOfPath(path: string, settings: PathSettings): PathSettings {
  const declared = findPath(path)?.settings.map(({ name }) => name);
  if (declared === undefined) return settings;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => declared.includes(name)));
}

/** Why a path cannot be run at all, or not with these settings; null if it can. */
export function buildLimits(
  path: string,
  settings: PathSettings,
): { readonly note: string; readonly canRun: false } | null {
  const module = findPath(path);
  if (module === undefined)
    return { note: 'this path is not built yet: it can be named, not run', canRun: false };
  for (const setting of module.settings) {
    const value = settings[setting.name];
    if (setting.kind !== 'choice' || value === undefined || setting.choices.includes(String(value))) continue;
    const built = setting.choices.join(', ');
    return {
      note: `this path is not built yet for ${setting.name}=${value}, only for ${built}`,
      canRun: false,
    };
  }
  return null;
}
