import type { TextRange } from '../base/text-range.ts';
import type { OptionDoc } from '../catalog/option-doc.ts';
import { optionOfDriver } from '../catalog/options.ts';
import type { DeviceDescription, Property } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import type { ResolvedLeg } from './resolved-file.ts';

/**
 * Options of a device that do nothing on any of the paths that it can take; none where the paths are not known, and none
 * of those that something else is said about (`wrong`).
 */
export function checkEffect(
  { driver, properties }: DeviceDescription,
  legs: readonly ResolvedLeg[],
  wrong: readonly Problem[],
): Problem[] {
  if (legs.some(({ path, alternatives }) => path === null && alternatives.length === 0)) return [];
  const paths = legs.flatMap(({ path, alternatives }) => [path, ...alternatives.map((one) => one.path)]);
  const refused = new Set(wrong.map(({ range }) => placeOf(range)));
  return properties.flatMap((property) => {
    const { mattersOn } = documentationOf(driver.text, property) ?? {};
    if (mattersOn === undefined || paths.some((path) => path !== null && mattersOn.includes(path))) return [];
    const { key, value, range } = property;
    if ([key.range, value?.range ?? range].some((one) => refused.has(placeOf(one)))) return [];
    const message = `${property.key.text} has no effect here: it matters only on ${mattersOn.join(', ')}`;
    return [{ code: 'option-without-effect', severity: 'information', message, range }];
  });
}

function documentationOf(driver: string, { key, value }: Property): OptionDoc | undefined {
  const negated = value === null ? key.text.replace(/^no/, '') : key.text;
  return optionOfDriver(driver, key.text) ?? optionOfDriver(driver, negated);
}

function placeOf({ start }: TextRange): string {
  return `${String(start.line)}:${String(start.character)}`;
}
