import type { OptionType } from '../../catalog/option-doc.ts';
import { attributeOf, childOf, childrenOf, rawValue } from '../../config/xml/xml-element.ts';
import type { XmlElement } from '../../config/xml/xml-element.ts';
import type { Change } from './overlay.ts';
import { asChild } from './xml-child.ts';
import type { Insertion } from './xml-child.ts';

/** Of libvirt's elements that hand something on to QEMU. */
const NAMESPACE = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";

/**
 * `<qemu:override>` with properties for the device of that alias, and the namespace where the domain does not declare it
 * (libvirt docs/drvqemu.rst, "Overriding properties of QEMU devices"; libvirt 8.2). Nothing can be inserted without a
 * domain or an alias.
 */
export function overrideInsertion(
  text: string,
  domain: XmlElement | undefined,
  alias: string | undefined,
  changes: readonly Change[],
): (Insertion | undefined)[] {
  if (!domain || alias === undefined) return [undefined];
  const properties = changes.map(
    ({ option: { name, type }, value }) =>
      `<qemu:property name='${name}' type='${typeOf(type)}' value='${valueOf(type, value)}'/>`,
  );
  const override = childOf(domain, 'qemu:override');
  const device = childrenOf(override, 'qemu:device').find((one) => rawValue(one, 'alias') === alias);
  const frontend = childOf(device, 'qemu:frontend');
  const inFrontend = properties.join('\n');
  const inDevice = nested('qemu:frontend', '', inFrontend);
  const inOverride = nested('qemu:device', ` alias='${alias}'`, inDevice);
  const [parent, written] = frontend
    ? [frontend, inFrontend]
    : device
      ? [device, inDevice]
      : override
        ? [override, inOverride]
        : [domain, nested('qemu:override', '', inOverride)];
  const insertion = asChild(text, parent, written);
  if (attributeOf(domain, 'xmlns:qemu')) return [insertion];
  const at = domain.startTag.start + '<domain'.length;
  const end = domain.attributes.at(-1)?.valueAt.end;
  const place = end === undefined ? at : end + 1;
  return [{ start: place, end: place, text: NAMESPACE }, insertion];
}

function nested(name: string, attributes: string, inside: string): string {
  return `<${name}${attributes}>\n  ${inside.replaceAll('\n', '\n  ')}\n</${name}>`;
}

/** libvirt's name for a type (qemuDomainXmlNsOverrideProperty). */
function typeOf({ kind }: OptionType): string {
  return kind === 'boolean' ? 'bool' : kind === 'integer' ? 'unsigned' : 'string';
}

function valueOf({ kind }: OptionType, value: string): string {
  return kind === 'boolean' ? String(value === 'on') : value;
}
