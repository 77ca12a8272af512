import { lineOffsets, offsetOf, positionOf } from '../../base/text-replacement.ts';
import type { TextReplacement } from '../../base/text-replacement.ts';
import type { OptionType } from '../../catalog/option-doc.ts';
import type { CommandOption, Property } from '../../config/launch-file.ts';

/** A value as the property writes it: in JSON with its type. */
export function valueText(property: Property, type: OptionType['kind'], value: string): string {
  if (property.valueType === 'text') return value;
  if (type === 'boolean') return String(value === 'on');
  // The range of a string is without its quotes.
  return type === 'integer' || property.valueType === 'string' ? value : JSON.stringify(value);
}

/** `key=value` instead of a property. */
export function rewritten(
  property: Property,
  name: string,
  type: OptionType['kind'],
  value: string,
): TextReplacement[] {
  const { key, value: old, valueType, range } = property;
  if (valueType !== 'text') {
    const [first, second] = [
      { range: key.range, text: name },
      old && { range: old.range, text: valueText(property, type, value) },
    ];
    return second === null ? [first] : [first, second];
  }
  if (old && name === key.text) return [{ range: old.range, text: value }];
  return [{ range, text: `${name}=${value}` }];
}

/** A property taken out of its list, with the comma before it, or behind it where it is the first. */
export function removed(text: string, { range, valueType }: Property): TextReplacement[] {
  const offsets = lineOffsets(text);
  const [start, end] = [offsetOf(offsets, range.start), offsetOf(offsets, range.end)];
  const isJson = valueType !== 'text';
  // A list may go on behind a backslash; in JSON there may be blanks.
  const before = (isJson ? /,\s*$/ : /,(?:\\\r?\n)?$/).exec(text.slice(0, start))?.[0].length;
  const behind = (isJson ? /^\s*,\s*/ : /^,/).exec(text.slice(end))?.[0].length ?? 0;
  const [from, to] = before === undefined ? [start, end + behind] : [start - before, end];
  return [{ range: { start: positionOf(offsets, from), end: positionOf(offsets, to) }, text: '' }];
}

/** A property more at the end of an option's list. */
export function appended(
  { value, properties }: CommandOption,
  name: string,
  words: string,
): TextReplacement[] {
  const last = properties.at(-1)?.range.end;
  if (!value || !last || value.text.startsWith('{')) return [];
  return [{ range: { start: last, end: last }, text: `,${name}=${words}` }];
}
