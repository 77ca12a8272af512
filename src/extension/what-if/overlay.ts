import { spellingOf } from '../../catalog/options.ts';
import type { OptionDoc } from '../../catalog/option-doc.ts';
import type { LaunchFile, Property, VmDescription } from '../../config/launch-file.ts';
import type { TextRange } from '../../base/text-range.ts';

/** An option and the value that it is to have instead of the file's. */
export interface Change {
  readonly option: OptionDoc;
  readonly value: string;
}

/** Where a change belongs: a device of a machine, or with `device: null` the machine itself; counted from 0. */
export interface Place {
  readonly machine: number;
  readonly device: number | null;
}

/**
 * The launch file as if the changes stood in it. The text is not touched: what is new has the range of the
 * device or machine that it belongs to. A place that is not there leaves the file as it is.
 */
export function withChanges(file: LaunchFile, place: Place, changes: readonly Change[]): LaunchFile {
  if (changes.length === 0) return file;
  const machines = file.machines.map((vm, i) =>
    i === place.machine ? changed(vm, place.device, changes) : vm,
  );
  return { ...file, machines };
}

function changed(vm: VmDescription, device: number | null, changes: readonly Change[]): VmDescription {
  if (device === null) return { ...vm, machine: replaced(vm.machine, changes, vm.range, 'option') };
  const devices = vm.devices.map((one, i) =>
    i === device ? { ...one, properties: replaced(one.properties, changes, one.valueRange, 'device') } : one,
  );
  return { ...vm, devices };
}

function replaced(
  properties: readonly Property[],
  changes: readonly Change[],
  range: TextRange,
  from: Property['from'],
): Property[] {
  const kept = properties.filter((property) => !changes.some(({ option }) => sets(property, option)));
  const added = changes.map(({ option, value }): Property => {
    const text = (words: string) => ({ text: words, range, known: true });
    return { key: text(option.name), value: text(value), valueType: 'text', from, range };
  });
  return [...kept, ...added];
}

/** Whether a property sets an option, in whatever spelling, `noKEY` for `KEY=off` included. */
export function sets({ key, value }: Property, option: OptionDoc): boolean {
  const names = value === null && key.text.startsWith('no') ? [key.text, key.text.slice(2)] : [key.text];
  return names.some((name) => name === option.name || spellingOf(option, name) !== undefined);
}
