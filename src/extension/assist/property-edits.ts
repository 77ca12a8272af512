import { lineOffsets, offsetOf, positionOf } from '../../base/text-replacement.ts';
import type { TextReplacement } from '../../base/text-replacement.ts';
import type { OptionType } from '../../catalog/option-doc.ts';
import type { CommandOption, Property, VmLanguage } from '../../config/launch-file.ts';

/** A file that is to be edited, where a machine is described. */
export interface Source {
  readonly text: string;
  readonly language: VmLanguage;
}

/** A value as the property writes it: in JSON with its type. */
export function valueText(property: Property, type: OptionType['kind'], value: string): string {
  if (property.valueType === 'text') return value;
  if (type === 'boolean') return String(value === 'on');
  // The range of a string is without its quotes.
  return type === 'integer' || property.valueType === 'string' ? value : JSON.stringify(value);
}

/** `key=value` instead of a property; where something else stands between the two (JSON, XML), each by itself. */
export function rewritten(
  source: Source,
  property: Property,
  name: string,
  type: OptionType['kind'],
  value: string,
): TextReplacement[] {
  const { key, value: old, range } = property;
  if (!isPair(source, property)) {
    const words = isOverride(source, property) && type === 'boolean' ? String(value === 'on') : value;
    const [first, second] = [
      { range: key.range, text: name },
      old && { range: old.range, text: valueText(property, type, words) },
    ];
    return second === null ? [first] : name === key.text ? [second] : [first, second];
  }
  if (old && name === key.text) return [{ range: old.range, text: value }];
  return [{ range, text: `${name}=${value}` }];
}

/** A property taken out of its list, with the comma before it, or behind it where it is the first. */
export function removed(source: Source, property: Property): TextReplacement[] {
  const { text } = source;
  const { range, valueType } = property;
  const offsets = lineOffsets(text);
  const [start, end] = [offsetOf(offsets, range.start), offsetOf(offsets, range.end)];
  const isJson = valueType !== 'text';
  // Attributes and elements of XML have blanks between them, or lines.
  const isApart = !isJson && !isPair(source, property);
  // A list may go on behind a backslash; in JSON there may be blanks.
  const separator = isApart ? /\s*$/ : isJson ? /,\s*$/ : /,(?:\\\r?\n)?$/;
  const before = separator.exec(text.slice(0, start))?.[0].length;
  const behind = (isJson ? /^\s*,\s*/ : /^,/).exec(text.slice(end))?.[0].length ?? 0;
  const [from, to] = before === undefined ? [start, end + behind] : [start - before, end];
  return [{ range: { start: positionOf(offsets, from), end: positionOf(offsets, to) }, text: '' }];
}

/** Whether a property is written as `key=value` or as a key alone, and not as JSON or as an attribute or element. */
function isPair({ text, language }: Source, { valueType, range }: Property): boolean {
  // A file for -readconfig has a property in a line, with its value in quotes.
  if (valueType !== 'text' || language === 'qemu-config') return false;
  if (language !== 'libvirt-xml') return true;
  const offsets = lineOffsets(text);
  const written = text.slice(offsetOf(offsets, range.start), offsetOf(offsets, range.end));
  return !/^(?:<|[\w-]+\s*=\s*['"])/.test(written);
}

/** Whether libvirt hands a property on as it is, with a type of its own. */
function isOverride({ text, language }: Source, { range }: Property): boolean {
  const start = offsetOf(lineOffsets(text), range.start);
  return language === 'libvirt-xml' && text.startsWith('<qemu:property', start);
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
