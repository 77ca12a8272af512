import { compare, contains } from '../../base/text-range.ts';
import type { Position, TextRange } from '../../base/text-range.ts';
import type {
  CommandOption,
  LaunchFile,
  Property,
  SourceText,
  VmDescription,
} from '../../config/launch-file.ts';

import { optionsIn } from './options-in.ts';

/** Where in a launch file something is being written: behind which option, as a key or as the value of one. */
export type Place =
  | {
      readonly kind: 'key';
      readonly vm: VmDescription;
      readonly option: CommandOption;
      /** What is written so far, to be replaced. */
      readonly range: TextRange;
    }
  | {
      readonly kind: 'value';
      readonly vm: VmDescription;
      readonly option: CommandOption;
      readonly key: string;
      /** The value that stands there. */
      readonly written: string;
      readonly valueType: Property['valueType'];
      readonly range: TextRange;
    };

/** What is being written at a position; undefined outside of the lists of options. */
export function placeAt(file: LaunchFile, position: Position): Place | undefined {
  for (const vm of file.machines) {
    const options = optionsIn(vm);
    // What a variable holds stands in its assignment, and not where the option names it; in XML an element makes several
    // options, and an attribute one property of one of them.
    const option =
      options.find(({ properties }) => properties.some((one) => isValueAt(one, position))) ??
      options.find(({ value }) => value !== null && contains(value.range, position)) ??
      options.find(({ properties }) => properties.some(({ range }) => contains(range, position)));
    if (option) return placeIn(vm, option, position);
  }
  return undefined;
}

function placeIn(vm: VmDescription, option: CommandOption, position: Position): Place | undefined {
  const property =
    option.properties.find((one) => isValueAt(one, position)) ??
    option.properties.find(({ range }) => contains(range, position));
  if (!property) {
    const isJson = option.value?.text.startsWith('{') === true;
    return isJson ? undefined : { kind: 'key', vm, option, range: { start: position, end: position } };
  }
  const { key, value, valueType } = property;
  if (value && compare(value.range.start, position) <= 0 && contains(value.range, position)) {
    if (!isWritten(value)) return undefined;
    return { kind: 'value', vm, option, key: key.text, written: value.text, valueType, range: value.range };
  }
  if (!contains(key.range, position) || !isWritten(key)) return undefined;
  return { kind: 'key', vm, option, range: key.range };
}

function isValueAt({ value }: Property, position: Position): boolean {
  return value !== null && contains(value.range, position) && isWritten(value);
}

/** Whether a text stands there as it is: not a variable that holds it, and without quotes and escapes. */
function isWritten({ text, range: { start, end } }: SourceText): boolean {
  return start.line === end.line && end.character - start.character === text.length;
}

/** The value of a property of an option, if the file says it. */
export function valueOfKey({ properties }: CommandOption, key: string): string | undefined {
  const value = properties.findLast((property) => property.key.text === key)?.value;
  return value?.known === true ? value.text : undefined;
}
