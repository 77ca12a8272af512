import { attributeOf, childOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { defaultScsi } from './controllers.ts';
import type { Domain } from './domain.ts';
import { OF_DISK } from './driver-attributes.ts';
import { driverProperties, threadProperties, virtioDriver } from './virtio.ts';

/** `<disk>`: the device on the bus that its target names (libvirt qemuBuildDiskDeviceProps). */
export function readDisk(domain: Domain, disk: XmlElement): void {
  const { texts, out } = domain;
  const target = childOf(disk, 'target');
  const bus = attributeOf(target, 'bus');
  const dev = rawValue(target, 'dev') ?? '';
  const busName = bus?.raw ?? busOfName(dev);
  const at = bus?.valueAt ?? target?.startTag ?? disk.startTag;
  if (busName === 'virtio') {
    readVirtioDisk(domain, disk, dev);
    return;
  }
  const kind = rawValue(disk, 'device') ?? 'disk';
  const driver = DRIVERS[busName]?.[kind] ?? DRIVERS[busName]?.disk;
  if (driver !== undefined) out.device(disk, texts.derived(driver, at), diskId(domain, disk, busName, dev));
}

function readVirtioDisk(domain: Domain, disk: XmlElement, dev: string): void {
  const { out } = domain;
  const target = childOf(disk, 'target');
  const isOtherProcess = rawValue(disk, 'type') === 'vhostuser';
  const at = attributeOf(target, 'bus')?.valueAt ?? disk.startTag;
  const name = isOtherProcess ? 'vhost-user-blk' : 'virtio-blk';
  const driver = virtioDriver(domain, disk, name, at, rawValue(disk, 'model'));
  out.device(disk, driver, `virtio-disk${String(indexOfName(dev))}`, [
    ...threadProperties(domain, disk),
    ...driverProperties(domain, disk, OF_DISK),
  ]);
}

/** The drivers by bus and kind of medium. */
const DRIVERS: Readonly<Record<string, { readonly disk: string; readonly [kind: string]: string }>> = {
  ide: { disk: 'ide-hd', cdrom: 'ide-cd' },
  sata: { disk: 'ide-hd', cdrom: 'ide-cd' },
  scsi: { disk: 'scsi-hd', cdrom: 'scsi-cd', lun: 'scsi-block' },
  usb: { disk: 'usb-storage' },
  fdc: { disk: 'floppy' },
  nvme: { disk: 'nvme-ns' },
};

/** What the first letters of a target say about its bus (libvirt virDomainDiskDefPostParse). */
function busOfName(dev: string): string {
  const buses: Readonly<Record<string, string>> = {
    fd: 'fdc',
    hd: 'ide',
    sd: 'scsi',
    vd: 'virtio',
    ub: 'uml',
  };
  return buses[dev.slice(0, 2)] ?? 'ide';
}

/** `vda` is 0, `vdb` 1, `vdaa` 26. */
function indexOfName(dev: string): number {
  const letters = /^[a-z]{2}([a-z]{1,4})/.exec(dev)?.[1] ?? '';
  let index = -1;
  for (const letter of letters) index = (index + 1) * 26 + letter.charCodeAt(0) - 97;
  return Math.max(0, index);
}

/** How libvirt calls a disk on a bus with controllers: by its address (libvirt qemuAssignDeviceDiskAlias). */
function diskId(domain: Domain, disk: XmlElement, bus: string, dev: string): string {
  const index = indexOfName(dev);
  if (bus === 'usb') return `usb-disk${String(index)}`;
  const address = childOf(disk, 'address');
  const part = (name: string): string => rawValue(address, name) ?? '0';
  const given = rawValue(address, 'type') === 'drive';
  const [controller, busNumber, target, unit] = given
    ? [part('controller'), part('bus'), part('target'), part('unit')]
    : derivedAddress(bus, index);
  const hasTargets = bus === 'scsi' && !isLsi(domain, controller);
  return [`${bus}${controller}`, busNumber, ...(hasTargets ? [target] : []), unit].join('-');
}

/** The address that libvirt gives a disk by its name (libvirt virDomainDiskDefAssignAddress). */
function derivedAddress(bus: string, index: number): [string, string, string, string] {
  const text = (controller: number, busNumber: number, unit: number): [string, string, string, string] => {
    return [String(controller), String(busNumber), '0', String(unit)];
  };
  if (bus === 'ide') return text(Math.floor(index / 4), Math.floor((index % 4) / 2), index % 2);
  if (bus === 'sata') return text(Math.floor(index / 6), 0, index % 6);
  if (bus === 'fdc') return text(Math.floor(index / 2), 0, index % 2);
  // Number 7 is the host adapter's own.
  const unit = index % 15;
  return text(Math.floor(index / 15), 0, unit >= 7 ? unit + 1 : unit);
}

function isLsi(domain: Domain, index: string): boolean {
  return (domain.around.scsiModels.get(index) ?? defaultScsi(domain)) === 'lsilogic';
}
