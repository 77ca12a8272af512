import { EMULATED_OPTIONS } from './emulated-options.ts';
import { MACHINE_OPTIONS } from './machine-options.ts';
import type { OptionDoc, Spelling } from './option-doc.ts';
import { VFIO_PCI_OPTIONS } from './vfio-pci-options.ts';
import { VFIO_PLATFORM_OPTIONS } from './vfio-platform-options.ts';
import { VIRTIO_BACKEND_OPTIONS } from './virtio-backend-options.ts';
import { VIRTIO_DISK_OPTIONS } from './virtio-disk-options.ts';
import { VIRTIO_MMIO_OPTIONS } from './virtio-mmio-options.ts';
import { VIRTIO_NET_OPTIONS } from './virtio-net-options.ts';
import { VIRTIO_PCI_OPTIONS } from './virtio-pci-options.ts';
import { VIRTIO_RING_OPTIONS } from './virtio-ring-options.ts';
import { X86_OPTIONS } from './x86-options.ts';

/** Every documented option; the order is the one in which `irqpath options` lists them. */
export const OPTIONS: readonly OptionDoc[] = [
  ...VFIO_PCI_OPTIONS,
  ...VFIO_PLATFORM_OPTIONS,
  ...MACHINE_OPTIONS,
  ...X86_OPTIONS,
  ...VIRTIO_PCI_OPTIONS,
  ...VIRTIO_MMIO_OPTIONS,
  ...VIRTIO_DISK_OPTIONS,
  ...VIRTIO_NET_OPTIONS,
  ...VIRTIO_RING_OPTIONS,
  ...VIRTIO_BACKEND_OPTIONS,
  ...EMULATED_OPTIONS,
];

/**
 * The options that `name` is or was a name of, proper names first: devices of different families may have one of the
 * same name. Also takes `DRIVER.NAME`, as `-global` does. Empty if none is documented here.
 */
export function findOptions(name: string): readonly OptionDoc[] {
  const dot = name.indexOf('.');
  if (dot > 0) {
    const option = optionOfDriver(name.slice(0, dot), name.slice(dot + 1));
    return option === undefined ? [] : [option];
  }
  return [
    ...OPTIONS.filter((option) => option.name === name),
    ...OPTIONS.filter((option) => spellingOf(option, name) !== undefined),
  ];
}

/** The option of a device driver that `name` is or was a name of; undefined if it is not documented here. */
export function optionOfDriver(driver: string, name: string): OptionDoc | undefined {
  return BY_NAME.get(driver)?.get(name);
}

/** The option of the machine, the accelerator or the processor that `name` is or was a name of. */
export function optionOfMachine(name: string): OptionDoc | undefined {
  return called(OF_MACHINE, name);
}

/** The option of a backend (`-netdev TYPE,` or `-object TYPE,`) that `name` is or was a name of. */
export function optionOfBackend(
  owner: 'netdev' | 'object',
  type: string,
  name: string,
): OptionDoc | undefined {
  return called(
    OF_BACKENDS.filter((option) => option.owner === owner && option.of.includes(type)),
    name,
  );
}

/** The options that a device driver has, has had, or was proposed with. */
export function optionsOfDriver(driver: string): readonly OptionDoc[] {
  return BY_DRIVER.get(driver) ?? [];
}

const BY_DRIVER = byDriver();
/** The options of each driver by every name that they have or had. */
const BY_NAME = new Map([...BY_DRIVER].map(([driver, options]) => [driver, byName(options)]));
const OF_MACHINE = OPTIONS.filter(({ owner }) => ['machine', 'accelerator', 'cpu'].includes(owner));
const OF_BACKENDS = OPTIONS.filter(({ owner }) => owner === 'netdev' || owner === 'object');

function byDriver(): Map<string, readonly OptionDoc[]> {
  const ofDevices = OPTIONS.filter(({ owner }) => owner === 'device');
  const drivers = new Set(ofDevices.flatMap(({ of }) => of));
  return new Map([...drivers].map((driver) => [driver, ofDevices.filter(({ of }) => of.includes(driver))]));
}

/** Of two options with one name, the one whose proper name it is. */
function byName(options: readonly OptionDoc[]): Map<string, OptionDoc> {
  const names = options.flatMap(({ name, spellings }) => [name, ...spellings.map((one) => one.name)]);
  return new Map(names.map((name) => [name, called(options, name) as OptionDoc]));
}

function called(options: readonly OptionDoc[], name: string): OptionDoc | undefined {
  return (
    options.find((option) => option.name === name) ??
    options.find((option) => spellingOf(option, name) !== undefined)
  );
}

/** The other spelling of `option` that `name` is; undefined if it is its proper name or no name of it. */
export function spellingOf(option: OptionDoc, name: string): Spelling | undefined {
  return option.name === name ? undefined : option.spellings.find((spelling) => spelling.name === name);
}

/** Every name that one of `options` can be looked up by, once. */
export function namesOf(options: readonly OptionDoc[]): readonly string[] {
  return [
    ...new Set(options.flatMap(({ name, spellings }) => [name, ...spellings.map((other) => other.name)])),
  ];
}
