import type { SourceText } from '../launch-file.ts';
import { attributeOf, childOf, childrenOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { isX86, type DeviceReader, type Domain } from './domain.ts';
import { driverProperties, virtioDriver } from './virtio.ts';

/** `<video>`: the first card, or the one marked so, has VGA. */
export const readVideo: DeviceReader = (domain, element, index) => {
  const { texts, out } = domain;
  const model = childOf(element, 'model');
  const type = attributeOf(model, 'type');
  const at = type?.valueAt ?? element.startTag;
  const id = `video${String(index)}`;
  const isPrimary = element === domain.around.primaryVideo;
  if (type?.raw === 'virtio') {
    const properties = driverProperties(domain, element);
    out.device(element, virtioGpu(domain, element, isPrimary), id, properties);
    return;
  }
  const drivers = isPrimary ? { ...DISPLAYS, ...PRIMARY_DISPLAYS } : DISPLAYS;
  const driver = drivers[type?.raw ?? ''];
  if (driver !== undefined) out.device(element, texts.derived(driver, at), id);
};

/** The first card of most guests is one with VGA, on Arm it is not (libvirt qemuDeviceVideoGetModel). */
function virtioGpu(domain: Domain, element: XmlElement, isPrimary: boolean): SourceText {
  const model = childOf(element, 'model');
  const at = attributeOf(model, 'type')?.valueAt ?? element.startTag;
  const isOtherProcess = rawValue(childOf(element, 'driver'), 'name') === 'vhostuser';
  const prefix = isOtherProcess ? 'vhost-user' : 'virtio';
  if (isPrimary && (isX86(domain) || VGA_MACHINES.has(domain.architecture ?? ''))) {
    const isGl = !isOtherProcess && rawValue(childOf(model, 'acceleration'), 'accel3d') === 'yes';
    return domain.texts.derived(`${prefix}-vga${isGl ? '-gl' : ''}`, at);
  }
  return virtioDriver(domain, element, `${prefix}-gpu`, at);
}

/** Other architectures whose first card libvirt gives VGA. */
const VGA_MACHINES: ReadonlySet<string> = new Set(['riscv64', 'ppc64', 'loongarch64']);

const DISPLAYS: Readonly<Record<string, string>> = {
  qxl: 'qxl',
  vga: 'VGA',
  cirrus: 'cirrus-vga',
  vmvga: 'vmware-svga',
  bochs: 'bochs-display',
  ramfb: 'ramfb',
};
const PRIMARY_DISPLAYS: Readonly<Record<string, string>> = { qxl: 'qxl-vga' };

/** `<sound>`, with its codecs. */
export const readSound: DeviceReader = ({ texts, out }, element, index) => {
  const model = attributeOf(element, 'model');
  const driver = SOUNDS[model?.raw ?? ''];
  if (driver === undefined) return;
  const id = `sound${String(index)}`;
  const at = model?.valueAt ?? element.startTag;
  out.device(element, texts.derived(driver, at), id);
  if (!driver.endsWith('hda')) return;
  const codecs = childrenOf(element, 'codec');
  const types = codecs.length === 0 ? ['duplex'] : codecs.map((codec) => rawValue(codec, 'type') ?? 'duplex');
  types.forEach((type, i) => {
    const place = codecs[i]?.startTag ?? element.startTag;
    out.impliedDevice(place, `hda-${type}`, `${id}-codec${String(i)}`);
  });
};

const SOUNDS: Readonly<Record<string, string>> = {
  ich6: 'intel-hda',
  ich9: 'ich9-intel-hda',
  ac97: 'AC97',
  es1370: 'ES1370',
  sb16: 'sb16',
  usb: 'usb-audio',
  virtio: 'virtio-sound-pci',
};
