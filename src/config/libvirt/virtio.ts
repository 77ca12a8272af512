import type { Property, SourceText } from '../launch-file.ts';
import { attributeOf, childOf, rawValue } from '../xml/xml-element.ts';
import type { Stretch, XmlElement } from '../xml/xml-element.ts';
import type { Domain } from './domain.ts';
import { OF_ANY } from './driver-attributes.ts';

/**
 * The name of a virtio device's driver: its transport is that of its address, its generation that of `model`
 * (libvirt src/qemu/qemu_command.c qemuBuildVirtioDevGetConfigDev).
 */
export function virtioDriver(
  domain: Domain,
  element: XmlElement,
  name: string,
  at: Stretch,
  model?: string,
): SourceText {
  return domain.texts.derived(`${name}${transport(domain, element)}${generation(model)}`, at);
}

function transport(domain: Domain, element: XmlElement): string {
  switch (rawValue(childOf(element, 'address'), 'type')) {
    case 'virtio-mmio':
      return '-device';
    case 'ccw':
      return '-ccw';
    case 'pci':
    case 'unassigned':
      return '-pci';
    default:
      return defaultTransport(domain);
  }
}

/** Where libvirt would put a device whose address nobody wrote. */
export function defaultTransport({ architecture, machine }: Domain): string {
  if (architecture === 's390x') return '-ccw';
  return machine.startsWith('vexpress-') ? '-device' : '-pci';
}

function generation(model: string | undefined): string {
  if (model === 'virtio-transitional') return '-transitional';
  return model === 'virtio-non-transitional' ? '-non-transitional' : '';
}

/** The properties that `<driver>` sets; `more` are attributes that only this kind of device has. */
export function driverProperties(
  { texts }: Domain,
  element: XmlElement,
  more: Readonly<Record<string, string>> = {},
): Property[] {
  const driver = childOf(element, 'driver');
  if (driver === undefined) return [];
  return [OF_ANY, more].flatMap((keys) =>
    Object.keys(keys).flatMap((name) => texts.optional(keys[name] ?? name, driver, name)),
  );
}

/** `iothread=` of `<driver>`, or the list of threads in it, as a property of QEMU. */
export function threadProperties({ texts }: Domain, element: XmlElement): Property[] {
  const driver = childOf(element, 'driver');
  const thread = attributeOf(driver, 'iothread');
  if (thread !== undefined) return [texts.fromAttribute('iothread', thread, `iothread${thread.raw}`)];
  const list = childOf(driver, 'iothreads');
  if (list === undefined) return [];
  const threads = list.children.map((one) => ({ iothread: `iothread${rawValue(one, 'id') ?? ''}` }));
  const property = texts.implied('iothread-vq-mapping', JSON.stringify(threads), list.whole);
  return [{ ...property, valueType: 'other' }];
}
