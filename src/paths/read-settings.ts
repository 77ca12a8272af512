import { nearestOrAll } from '../base/nearest-name.ts';
import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { PathSetting, PathSettings } from './path.ts';

/** Settings with every value present and of the declared kind. */
export interface CompleteSettings {
  readonly number: (name: string) => number;
  /** `otherwise` is for a part that several paths share and not all can set. */
  readonly choice: (name: string, otherwise?: string) => string;
}

/** A whole number inside a range, given as a number or as text; the error says what was expected. */
export function readWholeNumber(
  { name, unit, minimum, maximum }: { name: string; unit: string; minimum: number; maximum: number },
  given: number | string,
): Result<number> {
  const value = typeof given === 'number' ? given : given.trim() === '' ? NaN : Number(given);
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return ok(value);
  const range = `${String(minimum)} to ${String(maximum)}${unit === '' ? '' : ` ${unit}`}`;
  return fail(`${name}: expected a whole number from ${range}, got "${String(given)}"`);
}

function readOne(setting: PathSetting, given: number | string): Result<number | string> {
  if (setting.kind === 'number') return readWholeNumber(setting, given);
  // Some choices are written with digits, and whoever reads them elsewhere takes them for numbers.
  const value = String(given);
  if (setting.choices.includes(value)) return ok(value);
  return fail(`${setting.name}: expected ${setting.choices.join(' or ')}, got "${value}"`);
}

/** Checks `given` against what a path declares and fills in defaults; an error names the setting. */
export function readSettings(
  declared: readonly PathSetting[],
  given: PathSettings,
): Result<CompleteSettings> {
  const unknown = Object.keys(given).find((name) => !declared.some((setting) => setting.name === name));
  if (unknown !== undefined) {
    const names = declared.map(({ name }) => name);
    return fail(`there is no setting "${unknown}"; ${nearestOrAll(unknown, names, 'known:')}`);
  }
  const values = new Map<string, number | string>();
  for (const setting of declared) {
    const value = readOne(setting, given[setting.name] ?? setting.default);
    if (!value.ok) return value;
    values.set(setting.name, value.value);
  }
  return ok({
    number: (name) => values.get(name) as number,
    choice: (name, otherwise) => (values.get(name) ?? otherwise) as string,
  });
}
