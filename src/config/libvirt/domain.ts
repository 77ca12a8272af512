import { childOf, childrenOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import type { DomainBuilder } from './domain-builder.ts';
import type { DomainTexts } from './domain-texts.ts';

/** A domain, and what of it decides how its devices are translated. */
export interface Domain {
  readonly element: XmlElement;
  readonly texts: DomainTexts;
  /** libvirt's name of it, e.g. `x86_64`; null if the XML does not say it. */
  readonly architecture: string | null;
  /** Of `<type machine=…>`; the empty string if the XML does not say it. */
  readonly machine: string;
  readonly isKvm: boolean;
  readonly around: Around;
  readonly out: DomainBuilder;
}

/** What the translation of one device must know of the others. */
export interface Around {
  readonly hasSerial: boolean;
  /** The card that shows what the firmware says; undefined without any. */
  readonly primaryVideo: XmlElement | undefined;
  /** The models of the SCSI adapters by their index; null for one that names none. */
  readonly scsiModels: ReadonlyMap<string, string | null>;
}

/** Looks through all devices once. */
export function lookAround(devices: XmlElement | undefined): Around {
  const videos = childrenOf(devices, 'video');
  const adapters = childrenOf(devices, 'controller').filter((one) => rawValue(one, 'type') === 'scsi');
  return {
    hasSerial: childOf(devices, 'serial') !== undefined,
    primaryVideo: videos.find((video) => rawValue(childOf(video, 'model'), 'primary') === 'yes') ?? videos[0],
    scsiModels: new Map(
      adapters.map((one) => [rawValue(one, 'index') ?? '0', rawValue(one, 'model') ?? null]),
    ),
  };
}

/** Reads one element of `<devices>`; `index` counts those of its name. */
export type DeviceReader = (domain: Domain, element: XmlElement, index: number) => void;

/** Whether libvirt takes the machine for one with the chipset of q35. */
export function isQ35({ machine }: Domain): boolean {
  return machine === 'q35' || machine.startsWith('pc-q35-');
}

/** Whether the guest is one of x86, which libvirt assumes on the hosts that most people have. */
export function isX86({ architecture }: Domain): boolean {
  return architecture === null || architecture === 'x86_64' || architecture === 'i686';
}

/** Whether the guest is one of Arm. */
export function isArm({ architecture }: Domain): boolean {
  return architecture === 'aarch64' || architecture === 'armv7l';
}

/** Whether an element is a domain of libvirt, and not something else of that name. */
export function isDomain(element: XmlElement): boolean {
  if (element.name !== 'domain') return false;
  const isNamed = QEMU_TYPES.has(rawValue(element, 'type') ?? '');
  return isNamed || element.children.some(({ name }) => SECTIONS.has(name));
}

/** What shows a domain; the last is a slip of the pen. */
const SECTIONS: ReadonlySet<string> = new Set(['devices', 'os', 'device']);

/** Whether `type=` names a hypervisor that is QEMU. */
export function isForQemu(element: XmlElement): boolean {
  const type = rawValue(element, 'type');
  return type === undefined || !OTHER_TYPES.has(type);
}

const QEMU_TYPES: ReadonlySet<string> = new Set(['kvm', 'qemu', 'kqemu', 'hvf']);
/** Other hypervisors of libvirt (src/conf/domain_conf.c virDomainVirt). */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  'bhyve',
  'ch',
  'hyperv',
  'lxc',
  'nvmm',
  'openvz',
  'parallels',
  'phyp',
  'test',
  'uml',
  'vbox',
  'vmware',
  'vz',
  'xen',
]);
