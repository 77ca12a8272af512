import { fail, ok, type Result } from '../base/result.ts';
import { ALL_PATHS } from '../paths/all-paths.ts';
import type { BugOverrides } from '../paths/bugs.ts';
import type { PathSettings } from '../paths/path.ts';

/** What `--set NAME=VALUE` says, all of them together; the last of two for the same name wins. */
export function readSettings(texts: readonly string[]): Result<PathSettings> {
  const settings: [string, string | number][] = [];
  for (const text of texts) {
    const pair = cutAtEquals(text);
    if (pair === undefined) return fail(`--set: '${text}' is no setting; expected NAME=VALUE`);
    const [name, value] = pair;
    settings.push([name, /^\d{1,15}$/.test(value) && !isChoice(name) ? Number(value) : value]);
  }
  return ok(Object.fromEntries(settings));
}

/** Whether the setting has words to choose from, some of which may be digits, as in `gic=3`. */
function isChoice(name: string): boolean {
  return ALL_PATHS.some(({ settings }) =>
    settings.some((setting) => setting.name === name && setting.kind === 'choice'),
  );
}

/** What `--bug NAME=on|off` says, all of them together; the last of two for the same name wins. */
export function readBugs(texts: readonly string[]): Result<BugOverrides> {
  const bugs: [string, boolean][] = [];
  for (const text of texts) {
    const [name, value] = cutAtEquals(text) ?? [];
    if (name === undefined || (value !== 'on' && value !== 'off')) {
      return fail(`--bug: '${text}' is no switch; expected NAME=on or NAME=off, or all=off`);
    }
    bugs.push([name, value === 'on']);
  }
  return ok(Object.fromEntries(bugs));
}

function cutAtEquals(text: string): [name: string, value: string] | undefined {
  const equals = text.indexOf('=');
  return equals < 1 ? undefined : [text.slice(0, equals), text.slice(equals + 1)];
}
