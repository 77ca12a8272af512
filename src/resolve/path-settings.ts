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
