import { contains } from '../../base/text-range.ts';
import type { Position, TextRange } from '../../base/text-range.ts';
import { optionOfBackend, optionOfDriver, optionOfMachine, spellingOf } from '../../catalog/options.ts';
import type { OptionDoc, Spelling } from '../../catalog/option-doc.ts';
import { findDevice } from '../../catalog/devices.ts';
import type { DeviceDoc } from '../../catalog/device-doc.ts';
import type { LaunchFile, Property } from '../../config/launch-file.ts';

/** An option where it stands in a launch file. */
export interface OptionAt {
  readonly option: OptionDoc;
  /** The other spelling that the file uses; undefined for the proper name. */
  readonly spelling: Spelling | undefined;
  readonly property: Property;
  readonly range: TextRange;
}

/** What has options of its own beside devices, and the key of its type. */
const BACKENDS: ReadonlyMap<string, { readonly owner: 'netdev' | 'object'; readonly type: string }> = new Map(
  [
    ['netdev', { owner: 'netdev', type: 'type' }],
    ['nic', { owner: 'netdev', type: 'type' }],
    ['object', { owner: 'object', type: 'qom-type' }],
  ],
);

/**
 * The documented option of a QEMU command line at a position, be it in the command or in a variable that holds it; a text
 * that is no such option has none.
 */
export function optionAt(file: LaunchFile, position: Position): OptionAt | undefined {
  for (const machine of file.machines) {
    for (const { driver, properties } of machine.devices) {
      const found = among(properties, position, (name) => optionOfDriver(driver.text, name));
      if (found) return found;
    }
    for (const { driver, property } of machine.globals) {
      const found = among([property], position, (name) => optionOfDriver(driver, name));
      if (found) return found;
    }
    for (const { name, properties } of machine.options) {
      const owner = BACKENDS.get(name.text);
      const type = owner && properties.find(({ key }) => key.text === owner.type)?.value?.text;
      if (!owner || type === undefined) continue;
      const found = among(properties, position, (key) => optionOfBackend(owner.owner, type, key));
      if (found) return found;
    }
    for (const properties of [machine.machine, machine.cpu, ...machine.accelerators]) {
      const found = among(properties, position, (name) => optionOfMachine(name.replace(/^[+-]/, '')));
      if (found) return found;
    }
  }
  return undefined;
}

/** The documented device whose driver's name stands at a position. */
export function driverAt(
  file: LaunchFile,
  position: Position,
): { readonly device: DeviceDoc; readonly range: TextRange } | undefined {
  for (const { devices } of file.machines) {
    for (const { driver } of devices) {
      const device = contains(driver.range, position) ? findDevice(driver.text) : undefined;
      if (device) return { device, range: driver.range };
    }
  }
  return undefined;
}

function among(
  properties: readonly Property[],
  position: Position,
  find: (name: string) => OptionDoc | undefined,
): OptionAt | undefined {
  const property = properties.find(({ range }) => contains(range, position));
  const option = property && find(property.key.text);
  if (!option) return undefined;
  return { option, spelling: spellingOf(option, property.key.text), property, range: property.range };
}
