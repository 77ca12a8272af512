import type { Property } from '../launch-file.ts';
import { attributeOf, childOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { readSound, readVideo } from './displays.ts';
import type { DeviceReader, Domain } from './domain.ts';
import { driverProperties, virtioDriver } from './virtio.ts';

/** A device whose model of libvirt has a name of QEMU's own. */
function plain(models: Readonly<Record<string, string>>, alias: string): DeviceReader {
  return ({ texts, out }, element, index) => {
    const model = attributeOf(element, 'model');
    const driver = models[model?.raw ?? ''];
    const at = model?.valueAt ?? element.startTag;
    if (driver !== undefined) out.device(element, texts.derived(driver, at), `${alias}${String(index)}`);
  };
}

/** A device that is of virtio if its model is. */
function virtio(
  name: string,
  alias: string,
  more?: (domain: Domain, element: XmlElement) => Property[],
): DeviceReader {
  return (domain, element, index) => {
    const model = attributeOf(element, 'model');
    if (model?.raw.startsWith('virtio') === false) return;
    const at = model?.valueAt ?? element.startTag;
    const driver = virtioDriver(domain, element, name, at, model?.raw);
    domain.out.device(element, driver, `${alias}${String(index)}`, [
      ...driverProperties(domain, element),
      ...(more?.(domain, element) ?? []),
    ]);
  };
}

const readWatchdog = plain({ i6300esb: 'i6300esb', ib700: 'ib700', diag288: 'diag288' }, 'watchdog');

const readFilesystem: DeviceReader = (domain, element, index) => {
  const type = attributeOf(childOf(element, 'driver'), 'type');
  const isVirtiofs = type?.raw === 'virtiofs';
  const at = type?.valueAt ?? element.startTag;
  const name = isVirtiofs ? 'vhost-user-fs' : 'virtio-9p';
  const queue = isVirtiofs ? { queue: 'queue-size' } : {};
  const driver = virtioDriver(domain, element, name, at, rawValue(element, 'model'));
  domain.out.device(element, driver, `fs${String(index)}`, driverProperties(domain, element, queue));
};

const readInput: DeviceReader = (domain, element, index) => {
  const { texts, out } = domain;
  const type = attributeOf(element, 'type');
  const bus = rawValue(element, 'bus') ?? (type?.raw === 'tablet' ? 'usb' : 'ps2');
  const at = type?.valueAt ?? element.startTag;
  const id = `input${String(index)}`;
  if (bus === 'usb') {
    const driver = { tablet: 'usb-tablet', mouse: 'usb-mouse', keyboard: 'usb-kbd' }[type?.raw ?? ''];
    if (driver !== undefined) out.device(element, texts.derived(driver, at), id);
    return;
  }
  const isVirtio = bus === 'virtio' || type?.raw === 'passthrough';
  const name = VIRTIO_INPUTS[type?.raw ?? ''];
  if (!isVirtio || name === undefined) return;
  const driver = virtioDriver(domain, element, name, at, rawValue(element, 'model'));
  out.device(element, driver, id, driverProperties(domain, element));
};

const VIRTIO_INPUTS: Readonly<Record<string, string>> = {
  mouse: 'virtio-mouse',
  keyboard: 'virtio-keyboard',
  tablet: 'virtio-tablet',
  passthrough: 'virtio-input-host',
};

const readShmem: DeviceReader = ({ texts, out }, element, index) => {
  const model = attributeOf(childOf(element, 'model'), 'type');
  if (model === undefined) return;
  const msi = childOf(element, 'msi');
  out.device(element, texts.derived(model.raw, model.valueAt), `shmem${String(index)}`, [
    ...texts.optional('vectors', msi, 'vectors'),
    ...texts.optional('ioeventfd', msi, 'ioeventfd'),
  ]);
};

const readSmartcard: DeviceReader = ({ texts, out }, element, index) => {
  const mode = attributeOf(element, 'mode');
  const driver = mode?.raw === 'passthrough' ? 'ccid-card-passthru' : 'ccid-card-emulated';
  out.device(element, texts.derived(driver, mode?.valueAt ?? element.startTag), `smartcard${String(index)}`);
};

const readIommu: DeviceReader = (domain, element, index) => {
  const { texts, out } = domain;
  const model = attributeOf(element, 'model');
  const at = model?.valueAt ?? element.startTag;
  const driver = childOf(element, 'driver');
  // One of Arm is a part of the machine.
  if (model?.raw === 'virtio') {
    out.device(element, texts.derived(virtioIommu(domain), at), `iommu${String(index)}`);
  } else if (model?.raw === 'intel' || model?.raw === 'amd') {
    out.nameless(element, texts.derived(`${model.raw}-iommu`, at), [
      ...texts.optional('intremap', driver, 'intremap'),
      ...texts.optional('caching-mode', driver, 'caching_mode'),
      ...texts.optional('eim', driver, 'eim'),
      ...texts.optional('device-iotlb', driver, 'iotlb'),
    ]);
  }
};

/** Its driver on PCI has been an alias of that name from the start. */
function virtioIommu({ architecture }: Domain): string {
  return architecture === 's390x' ? 'virtio-iommu-ccw' : 'virtio-iommu';
}

const readTpm: DeviceReader = ({ architecture, texts, out }, element, index) => {
  const model = attributeOf(element, 'model');
  const name = model?.raw ?? 'tpm-tis';
  const driver = name === 'tpm-tis' && architecture !== 'x86_64' ? 'tpm-tis-device' : name;
  out.device(element, texts.derived(driver, model?.valueAt ?? element.startTag), `tpm${String(index)}`);
};

const readMemory: DeviceReader = ({ texts, out }, element, index) => {
  const model = attributeOf(element, 'model');
  const [driver, alias] = MEMORIES[model?.raw ?? ''] ?? [];
  if (model === undefined || driver === undefined || alias === undefined) return;
  out.device(element, texts.derived(driver, model.valueAt), `${alias}${String(index)}`);
};

const MEMORIES: Readonly<Record<string, readonly [driver: string, alias: string]>> = {
  dimm: ['pc-dimm', 'dimm'],
  nvdimm: ['nvdimm', 'nvdimm'],
  'virtio-mem': ['virtio-mem-pci', 'virtiomem'],
  'virtio-pmem': ['virtio-pmem-pci', 'virtiopmem'],
};

const readRedirection: DeviceReader = ({ texts, out }, element, index) => {
  out.device(element, texts.derived('usb-redir', element.startTag), `redir${String(index)}`);
};

const readHub: DeviceReader = ({ texts, out }, element, index) => {
  out.device(element, texts.derived('usb-hub', element.startTag), `hub${String(index)}`);
};

/** The readers of all that has no file of its own, by the name of the element. */
export const OTHER_DEVICES: ReadonlyMap<string, DeviceReader> = new Map([
  ['memballoon', virtio('virtio-balloon', 'balloon')],
  ['rng', virtio('virtio-rng', 'rng')],
  ['vsock', virtio('vhost-vsock', 'vsock')],
  ['crypto', virtio('virtio-crypto', 'crypto')],
  ['watchdog', readWatchdog],
  ['filesystem', readFilesystem],
  ['input', readInput],
  ['video', readVideo],
  ['sound', readSound],
  ['shmem', readShmem],
  ['smartcard', readSmartcard],
  ['iommu', readIommu],
  ['tpm', readTpm],
  ['memory', readMemory],
  ['redirdev', readRedirection],
  ['hub', readHub],
]);
