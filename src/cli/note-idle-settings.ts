import { findPath } from '../paths/all-paths.ts';
import { conditionOf, hasMeaning } from '../paths/idle-settings.ts';
import type { PathSettings } from '../paths/path.ts';
import type { CliIo } from './io.ts';

/** A run that was made: its path, and the settings that were used. */
interface Used {
  readonly path: string;
  readonly settings: PathSettings;
}

/** Says which of the given settings (`--set`) none of the runs looks at, and what they would need for it. */
export function noteIdleSettings(io: CliIo, given: PathSettings, runs: readonly Used[]): void {
  for (const [name, value] of Object.entries(given)) {
    const meanings = runs.flatMap(({ path, settings }) => {
      const all = findPath(path)?.settings ?? [];
      const setting = all.find((one) => one.name === name);
      return setting ? [{ setting, isUsed: hasMeaning(setting, all, settings) }] : [];
    });
    const [first] = meanings;
    if (first === undefined || meanings.some(({ isUsed }) => isUsed)) continue;
    io.err(
      `--set ${name}=${value} has no effect here: it means something only with ${conditionOf(first.setting)}\n`,
    );
  }
}
