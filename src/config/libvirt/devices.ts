import { childOf, childrenOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { needsVirtioSerial, readChannel, readConsole, readSerial } from './characters.ts';
import { defaultScsi, defaultUsb, readController, SCSI_DRIVERS, USB_DRIVERS } from './controllers.ts';
import { readDisk } from './disks.ts';
import { isX86, type DeviceReader, type Domain } from './domain.ts';
import { readHostdev } from './hostdevs.ts';
import { isAssigned, readInterface } from './interfaces.ts';
import { OTHER_DEVICES } from './other-devices.ts';
import { defaultTransport } from './virtio.ts';

const READERS: ReadonlyMap<string, DeviceReader> = new Map([
  ...OTHER_DEVICES,
  ['disk', readDisk],
  ['interface', readInterface],
  ['controller', readController],
  ['serial', readSerial],
  ['console', readConsole],
  ['channel', readChannel],
]);

/** libvirt counts only those of them that have no alias of their own. */
const COUNTED_WITHOUT_ALIAS: ReadonlySet<string> = new Set(['filesystem', 'rng']);

/** Reads the children of `<devices>`, in their order. */
export function readDevices(domain: Domain, devices: XmlElement): void {
  const counts = new Map<string, number>();
  const next = (name: string): number => {
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    return index;
  };
  // libvirt numbers those of interfaces first.
  const assigned = childrenOf(devices, 'interface').filter((one) => isAssigned(one) && !hasAlias(one));
  counts.set('hostdev', assigned.length);
  for (const element of devices.children) {
    const { name } = element;
    if (name === 'interface' && isAssigned(element)) {
      next('interface');
      readHostdev(domain, element, hasAlias(element) ? 0 : next('assigned'));
    } else if (name === 'hostdev') {
      readHostdev(domain, element, hasAlias(element) ? 0 : next('hostdev'));
    } else {
      const isCounted = !COUNTED_WITHOUT_ALIAS.has(name) || !hasAlias(element);
      READERS.get(name)?.(domain, element, isCounted ? next(name) : 0);
    }
  }
}

function hasAlias(element: XmlElement): boolean {
  return childOf(element, 'alias') !== undefined;
}

/**
 * The devices that libvirt adds to a domain that does not mention them; they are in the XML that it prints, so this is
 * for XML that a person wrote (libvirt qemuDomainDefAddDefaultDevices, virDomainDefAddImplicitControllers).
 */
export function addImplied(domain: Domain, devices: XmlElement): void {
  const { out } = domain;
  const at = devices.startTag;
  const controllers = childrenOf(devices, 'controller').map((one) => rawValue(one, 'type'));
  const usb = USB_DRIVERS[defaultUsb(domain)];
  if (!controllers.includes('usb') && usb !== undefined) out.impliedDevice(at, usb, 'usb');
  if (!controllers.includes('scsi') && devices.children.some(needsScsi)) {
    const model = defaultScsi(domain);
    out.impliedDevice(at, SCSI_DRIVERS[model] ?? `virtio-scsi${defaultTransport(domain)}`, 'scsi0');
  }
  if (!controllers.includes('virtio-serial') && devices.children.some(needsVirtioSerial)) {
    out.impliedDevice(at, `virtio-serial${defaultTransport(domain)}`, 'virtio-serial0');
  }
  const hasBalloon = childOf(devices, 'memballoon') !== undefined;
  if (!hasBalloon && domain.machine !== 'isapc' && (isX86(domain) || domain.architecture === 's390x')) {
    out.impliedDevice(at, `virtio-balloon${defaultTransport(domain)}`, 'balloon0');
  }
}

function needsScsi(element: XmlElement): boolean {
  if (element.name === 'hostdev') return rawValue(element, 'type') === 'scsi';
  return element.name === 'disk' && rawValue(childOf(element, 'target'), 'bus') === 'scsi';
}
