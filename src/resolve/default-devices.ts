import { DEFAULT_DEVICES, type DefaultDeviceDoc } from '../catalog/default-devices.ts';
import { MACHINE_TYPES } from '../catalog/machine-types.ts';
import type { DeviceDescription, SourceText, VmDescription } from '../config/launch-file.ts';
import { isBetween } from '../facts/releases.ts';
import { lastNamed } from './decision.ts';
import { linkIndex } from './links.ts';
import type { Machine } from './machine.ts';
import { machineRelease } from './machine-release.ts';
import { readBoolean } from './option-value.ts';
import type { ByDefault } from './resolved-file.ts';

/** A device that nobody asked for, and why it is there. */
export interface DefaultDevice {
  readonly device: DeviceDescription;
  readonly byDefault: ByDefault;
}

/**
 * The devices that a machine has without an option for them, but for those in `others`, which an option has asked for.
 * A fragment has none, since what it is put into may leave them out, nor a machine whose architecture is assumed. They
 * have the place of the machine's type, or of the program where none is written.
 */
export function defaultDevices(machine: Machine, others: readonly DeviceDescription[]): DefaultDevice[] {
  const { vm, type, architecture } = machine;
  const range = type.range ?? vm.binary?.range;
  if (vm.binary === null || range === undefined || architecture.isDefault) return [];
  return DEFAULT_DEVICES.filter((doc) => isOfMachine(doc, machine)).flatMap((doc) => {
    const isAskedFor = others.some(({ driver }) => driver.text === doc.driver);
    if (isAskedFor || isLeftOut(doc, vm)) return [];
    const driver: SourceText = { text: doc.driver, range, known: true };
    const device = { driver, id: null, properties: [], range, valueRange: range };
    return [{ device, byDefault: whyThere(doc, vm) }];
  });
}

/** The network card of a machine whose options say nothing of its model; undefined if that is not known. */
export function defaultCard(machine: Machine): string | undefined {
  return DEFAULT_DEVICES.find((doc) => doc.options.includes('nic') && isOfMachine(doc, machine))?.driver;
}

function isOfMachine({ machine: name, since, until }: DefaultDeviceDoc, machine: Machine): boolean {
  if (machine.type.value !== name) return false;
  if (MACHINE_TYPES.find((one) => one.name === name)?.architecture !== machine.architecture.value)
    return false;
  return isBetween(machineRelease(machine), since ?? '0.0', until);
}

/** Whether the file says for certain that the machine has it not. */
function isLeftOut(doc: DefaultDeviceDoc, vm: VmDescription): boolean {
  return (
    vm.options.some(({ name }) => doc.options.includes(name.text)) ||
    vm.devices.some(({ driver }) => driver.known && doc.drivers.includes(driver.text)) ||
    vm.globals.some(({ driver }) => doc.drivers.includes(driver)) ||
    (doc.property !== null && switchOf(doc.property, vm) === false)
  );
}

/** The value of a switch of `-machine`; undefined if it is not written, or not known. */
export function switchOf(name: string, { machine }: VmDescription): boolean | undefined {
  const property = lastNamed(machine, [name]);
  if (property?.value === null) return true;
  return property?.value.known === true ? readBoolean(property.value.text) : undefined;
}

function whyThere(doc: DefaultDeviceDoc, vm: VmDescription): ByDefault {
  const { machine, because, options, drivers, property, sources } = doc;
  return {
    because: `${machine} has it ${because}`,
    leftOutBy: [
      ...options.map((name) => `-${name}`),
      ...drivers.flatMap((driver) => [`-device ${driver}`, `-global ${driver}.…`]),
      ...(property === null ? [] : [`-machine ${property}=off`]),
    ],
    unless: doubts(doc, vm),
    source: sources.map(({ where, verified }) => `${where}${verified ? '' : ' (unverified)'}`).join('; '),
  };
}

/** What of the file could leave it out, but cannot be looked into; null if nothing. */
function doubts({ options, drivers, property }: DefaultDeviceDoc, vm: VmDescription): string | null {
  const isFixed = options.length === 0 && property === null;
  const value = property === null ? undefined : lastNamed(vm.machine, [property])?.value;
  const hidden = [
    ...(isFixed ? [] : vm.unknownArguments.map(({ text }) => text)),
    ...(value?.known === false ? [value.text] : []),
    ...(property === null ? [] : vm.machine.flatMap(({ key }) => (key.known ? [] : [key.text]))),
    ...(drivers.length === 0 ? [] : vm.devices.flatMap(({ driver }) => (driver.known ? [] : [driver.text]))),
    // What such a file says of networks leaves the card where it is.
    ...(linkIndex(vm).readsMore && drivers.length + Number(property !== null) > 0 ? ['-readconfig'] : []),
  ];
  const [first] = hidden;
  return first === undefined ? null : `${[...new Set(hidden)].join(' or ')} leaves it out`;
}
