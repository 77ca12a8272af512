import type { Property } from '../launch-file.ts';
import { attributeOf, childOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import type { Domain } from './domain.ts';
import { virtioDriver } from './virtio.ts';

/** `<hostdev>`, or an `<interface>` that is one: what of the host is given to the guest. */
export function readHostdev(domain: Domain, hostdev: XmlElement, index: number): void {
  const { texts, out } = domain;
  if (rawValue(childOf(hostdev, 'address'), 'type') === 'unassigned') return;
  const id = `hostdev${String(index)}`;
  const type = hostdev.name === 'interface' ? 'pci' : (rawValue(hostdev, 'type') ?? '');
  const at = attributeOf(hostdev, 'type')?.valueAt ?? hostdev.startTag;
  switch (type) {
    case 'pci':
      out.device(hostdev, texts.derived('vfio-pci', at), id, hostProperty(domain, hostdev));
      return;
    case 'mdev':
      readMdev(domain, hostdev, id);
      return;
    case 'usb':
      out.device(hostdev, texts.derived('usb-host', at), id);
      return;
    case 'scsi':
      out.device(hostdev, texts.derived('scsi-generic', at), id);
      return;
    case 'scsi_host': {
      const model = rawValue(hostdev, 'model');
      out.device(hostdev, virtioDriver(domain, hostdev, 'vhost-scsi', at, model), id);
    }
  }
}

/** `host=DDDD:BB:SS.F`, from the four attributes of the source's address. */
function hostProperty({ texts }: Domain, hostdev: XmlElement): Property[] {
  const address = childOf(childOf(hostdev, 'source'), 'address');
  if (address === undefined) return [];
  const part = (name: string, digits: number): string => {
    const number = Number.parseInt(rawValue(address, name) ?? '0', 16);
    return (Number.isNaN(number) ? 0 : number).toString(16).padStart(digits, '0');
  };
  const host = `${part('domain', 4)}:${part('bus', 2)}:${part('slot', 2)}.${part('function', 1)}`;
  return [texts.implied('host', host, address.whole)];
}

function readMdev({ texts, out }: Domain, hostdev: XmlElement, id: string): void {
  const model = attributeOf(hostdev, 'model');
  const at = model?.valueAt ?? hostdev.startTag;
  const hasRamfb = rawValue(hostdev, 'ramfb') === 'on';
  const driver = model?.raw === 'vfio-pci' && hasRamfb ? 'vfio-pci-nohotplug' : (model?.raw ?? 'vfio-pci');
  const address = childOf(childOf(hostdev, 'source'), 'address');
  const uuid = rawValue(address, 'uuid');
  const place = address?.whole ?? hostdev.startTag;
  const source =
    uuid === undefined ? [] : [texts.implied('sysfsdev', `/sys/bus/mdev/devices/${uuid}`, place)];
  out.device(hostdev, texts.derived(driver, at), id, source);
}
