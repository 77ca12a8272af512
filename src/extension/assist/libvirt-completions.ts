import { contains, type Position, type TextRange } from '../../base/text-range.ts';
import { lineOffsets, offsetOf } from '../../base/text-replacement.ts';
import { libvirtAttributes } from '../../catalog/libvirt-attributes.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import { indexLines } from '../../config/line-index.ts';
import { readXml } from '../../config/xml/read-xml.ts';
import type { Stretch, XmlElement } from '../../config/xml/xml-element.ts';
import type { Completion } from './completions.ts';

/** What can be written at a position in libvirt's domain XML, be it a file of its own or in a script or document. */
export function libvirtCompletionsIn(file: LaunchFile, text: string, position: Position): Completion[] {
  const isXml = file.format === 'libvirt-xml';
  const vm = file.machines.find(
    ({ language, range }) => language === 'libvirt-xml' && (isXml || contains(range, position)),
  );
  if (vm === undefined) return [];
  const offsets = lineOffsets(text);
  const { start, end } = vm.range;
  const around = { start: offsetOf(offsets, start), end: offsetOf(offsets, end) };
  return libvirtCompletionsAt(text, offsetOf(offsets, position), isXml ? undefined : around);
}

/**
 * What can be written in a tag of libvirt's domain XML: its attributes that are not there yet, and the values of one
 * that libvirt itself translates. Empty where nothing is known about the tag. The XML is all of the text, or `around`.
 */
export function libvirtCompletionsAt(
  text: string,
  offset: number,
  around: Stretch = { start: 0, end: text.length },
): Completion[] {
  const { start, end } = around;
  const lines = indexLines(text);
  return completionsIn(text.slice(start, end), offset - start, (place) =>
    lines.range(start + place.start, start + place.end),
  );
}

function completionsIn(text: string, offset: number, rangeOf: (place: Stretch) => TextRange): Completion[] {
  const found = tagAt(readXml(text).roots, '', offset);
  if (found === undefined) return [];
  const { element, parent } = found;
  const known = libvirtAttributes(parent, element.name);
  const base = { detail: '', documentation: '', asksAgain: false } as const;
  const written = element.attributes.find(({ valueAt }) => holds(valueAt, offset));
  if (written !== undefined) {
    const range = rangeOf(written.valueAt);
    const doc = known.find(({ name }) => name === written.name);
    return (doc?.values ?? []).map((value) => {
      const documentation = doc?.meaning ?? '';
      return { ...base, kind: 'value', label: value, text: value, range, documentation };
    });
  }
  const name = nameAround(text, offset, element);
  if (name === undefined) return [];
  const range = rangeOf(name);
  const isWritten = /^\s*=/.test(text.slice(name.end, name.end + LONGEST_GAP));
  return known
    .filter(
      (doc) => !element.attributes.some((other) => other.name === doc.name && !holds(other.nameAt, offset)),
    )
    .map((doc) => ({
      ...base,
      kind: 'option',
      label: doc.name,
      text: isWritten ? doc.name : `${doc.name}=''`,
      range,
      documentation: doc.meaning,
    }));
}

const LONGEST_GAP = 20;

/** The element whose start tag holds an offset, behind its name. */
function tagAt(
  elements: readonly XmlElement[],
  parent: string,
  offset: number,
): { readonly element: XmlElement; readonly parent: string } | undefined {
  const element = elements.find(({ whole }) => whole.start <= offset && offset <= whole.end);
  if (element === undefined) return undefined;
  const { start, end } = element.startTag;
  const isInTag = offset > start + element.name.length + 1 && offset < end;
  return isInTag ? { element, parent } : tagAt(element.children, element.name, offset);
}

/** The name that is being written at an offset, or a place for one; undefined where none can stand. */
function nameAround(text: string, offset: number, element: XmlElement): Stretch | undefined {
  let start = offset;
  while (start > element.startTag.start && /[\w-]/.test(text[start - 1] ?? ' ')) start -= 1;
  let end = offset;
  while (end < element.startTag.end && /[\w-]/.test(text[end] ?? ' ')) end += 1;
  return /\s/.test(text[start - 1] ?? '') ? { start, end } : undefined;
}

function holds({ start, end }: Stretch, offset: number): boolean {
  return start <= offset && offset <= end;
}
