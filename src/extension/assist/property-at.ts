import { compare } from '../../base/text-range.ts';
import type { TextRange } from '../../base/text-range.ts';
import type {
  CommandOption,
  GlobalProperty,
  LaunchFile,
  Property,
  VmDescription,
} from '../../config/launch-file.ts';

import { optionsIn } from './options-in.ts';

/** A property of a command line, and the option of it that it stands behind. */
export interface PropertyAt {
  readonly vm: VmDescription;
  readonly option: CommandOption;
  readonly property: Property;
}

/** The property that a problem is about: its key, its value or the whole has that range. */
export function propertyWith(file: LaunchFile, range: TextRange): PropertyAt | undefined {
  for (const vm of file.machines) {
    for (const option of [...optionsIn(vm), ...vm.globals.map(asDevice)]) {
      const property = option.properties.find(({ key, value, range: whole }) =>
        [key.range, value?.range, whole].some((one) => one !== undefined && isSame(one, range)),
      );
      if (property) return { vm, option, property };
    }
  }
  return undefined;
}

/** What `-global` says of a driver, as a device of it would. */
function asDevice({ driver, property }: GlobalProperty): CommandOption {
  const { start } = property.range;
  const text = (words: string) => ({ text: words, range: { start, end: start }, known: true });
  const name: Property = { ...property, key: text('driver'), value: text(driver), range: text('').range };
  return { name: text('device'), value: null, properties: [name, property], range: property.range };
}

export function isSame(a: TextRange, b: TextRange): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}
