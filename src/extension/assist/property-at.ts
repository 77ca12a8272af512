import { compare } from '../../base/text-range.ts';
import type { TextRange } from '../../base/text-range.ts';
import type { LaunchFile, Property, VmDescription } from '../../config/launch-file.ts';
import type { CommandOption } from '../../config/launch-file.ts';

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
    for (const option of optionsIn(vm)) {
      const property = option.properties.find(({ key, value, range: whole }) =>
        [key.range, value?.range, whole].some((one) => one !== undefined && isSame(one, range)),
      );
      if (property) return { vm, option, property };
    }
  }
  return undefined;
}

export function isSame(a: TextRange, b: TextRange): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}
