import { lineOffsets, offsetOf, positionOf } from '../../base/text-replacement.ts';
import type { TextReplacement } from '../../base/text-replacement.ts';
import type { DeviceDescription, Property } from '../../config/launch-file.ts';
import { driverAttribute } from '../../config/libvirt/driver-attributes.ts';
import { readXml } from '../../config/xml/read-xml.ts';
import { attributeOf, childOf } from '../../config/xml/xml-element.ts';
import type { XmlElement } from '../../config/xml/xml-element.ts';
import { overrideInsertion } from './libvirt-override.ts';
import { sets } from './overlay.ts';
import type { Change } from './overlay.ts';
import { asChild } from './xml-child.ts';
import type { Insertion } from './xml-child.ts';

/**
 * How libvirt's XML says changes of the device that an element describes: by attributes of `<driver>`, and what libvirt
 * has no attribute for, or with `asOverride` all that is new, by `<qemu:override>`. Undefined where the XML has no place
 * for it: a fragment without its `<domain>` has none for overrides.
 */
export function libvirtEdits(
  text: string,
  device: DeviceDescription,
  changes: readonly Change[],
  asOverride: boolean,
): TextReplacement[] | undefined {
  const offsets = lineOffsets(text);
  const start = offsetOf(offsets, device.range.start);
  const chain = elementsAt(readXml(text).roots, start);
  const element = chain.at(-1);
  if (element?.whole.start !== start) return undefined;
  const edits: TextReplacement[] = [];
  const attributes: string[] = [];
  const overrides: Change[] = [];
  for (const change of changes) {
    const property = device.properties.findLast((one) => sets(one, change.option));
    const attribute = asOverride ? undefined : driverAttribute(element.name, change.option.name);
    const written = property && rewritten(text, offsets, property, change);
    if (written) edits.push(written);
    else if (attribute === undefined) overrides.push(change);
    else attributes.push(` ${attribute}='${attributeValue(attribute, change.value)}'`);
  }
  const insertions: (Insertion | undefined)[] = [
    ...(attributes.length > 0 ? [driverInsertion(text, element, attributes.join(''))] : []),
    ...(overrides.length > 0
      ? overrideInsertion(
          text,
          chain.find(({ name }) => name === 'domain'),
          device.id?.text,
          overrides,
        )
      : []),
  ];
  for (const insertion of insertions) {
    if (!insertion) return undefined;
    const [from, to] = [insertion.start, insertion.end].map((offset) => positionOf(offsets, offset));
    if (from && to) edits.push({ range: { start: from, end: to }, text: insertion.text });
  }
  return edits;
}

/** The elements around an offset, the outermost first; the last one begins there if one does. */
function elementsAt(elements: readonly XmlElement[], offset: number): XmlElement[] {
  const around = elements.find(({ whole }) => whole.start <= offset && offset < whole.end);
  return around ? [around, ...elementsAt(around.children, offset)] : [];
}

/** Another value where one is written; undefined where the property follows from something else. */
function rewritten(
  text: string,
  offsets: readonly number[],
  { key, value, range }: Property,
  { option, value: wanted }: Change,
): TextReplacement | undefined {
  if (!value || key.text !== option.name) return undefined;
  const whole = text.slice(offsetOf(offsets, range.start), offsetOf(offsets, range.end));
  const name = text.slice(offsetOf(offsets, key.range.start), offsetOf(offsets, key.range.end));
  if (whole.startsWith('<qemu:property')) {
    const isBoolean = /\stype=(?:'bool'|"bool")/.test(whole);
    return { range: value.range, text: isBoolean ? String(wanted === 'on') : wanted };
  }
  const isAttribute = /^[\w-]+\s*=\s*['"]/.test(whole) && whole.startsWith(name);
  return isAttribute ? { range: value.range, text: attributeValue(name, wanted) } : undefined;
}

/** libvirt numbers its threads; QEMU gets a name made of that. */
function attributeValue(attribute: string, value: string): string {
  return attribute === 'iothread' ? value.replace(/^iothread(?=\d+$)/, '') : value;
}

function driverInsertion(text: string, element: XmlElement, attributes: string): Insertion {
  const driver = childOf(element, 'driver');
  if (!driver) return asChild(text, element, `<driver${attributes}/>`);
  const last = driver.attributes.at(-1) ?? attributeOf(driver, 'name');
  const at = last ? last.valueAt.end + 1 : driver.startTag.start + '<driver'.length;
  return { start: at, end: at, text: attributes };
}
