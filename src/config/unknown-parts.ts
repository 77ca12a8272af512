import { compare, type TextRange } from '../base/text-range.ts';
import type { DeviceDescription, Property, SourceText, VmDescription } from './launch-file.ts';

/** A part of a file that stands for what nobody knows. */
export interface UnknownPart {
  readonly range: TextRange;
  /** As it is written. */
  readonly written: string;
  /** What the reader saw instead. */
  readonly shown: string;
}

/** A machine out of a text with such parts, in order: what depends on one of them is marked so. */
export function withUnknownParts(vm: VmDescription, unknown: readonly UnknownPart[]): VmDescription {
  if (unknown.length === 0) return vm;
  const text = (one: SourceText): SourceText => {
    const part = one.text.includes('$') ? partIn(one.range, unknown) : undefined;
    return part === undefined
      ? one
      : { ...one, known: false, text: one.text.replace(part.shown, () => part.written) };
  };
  // Several attributes may make one value, such as an address.
  const value = (one: SourceText): SourceText => {
    const part = one.text.includes('$') ? undefined : partIn(one.range, unknown);
    return part === undefined ? text(one) : { ...one, known: false, text: part.written };
  };
  const property = (one: Property): Property => ({
    ...one,
    key: text(one.key),
    value: one.value && value(one.value),
  });
  const properties = (list: readonly Property[]): Property[] => list.map(property);
  const device = (one: DeviceDescription): DeviceDescription => ({
    ...one,
    driver: text(one.driver),
    id: one.id && text(one.id),
    properties: properties(one.properties),
  });
  return {
    ...vm,
    binary: vm.binary && text(vm.binary),
    machine: properties(vm.machine),
    accelerators: vm.accelerators.map(properties),
    cpu: properties(vm.cpu),
    smp: properties(vm.smp),
    devices: vm.devices.map(device),
    globals: vm.globals.map((one) => ({ ...one, property: property(one.property) })),
    options: vm.options.map((one) => ({
      ...one,
      name: text(one.name),
      value: one.value && text(one.value),
      properties: properties(one.properties),
    })),
    unknownArguments: vm.unknownArguments.map(text),
  };
}

/** The first of the parts that shares a letter with a range. */
export function partIn({ start, end }: TextRange, parts: readonly UnknownPart[]): UnknownPart | undefined {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(parts[middle]!.range.end, start) <= 0) low = middle + 1;
    else high = middle;
  }
  const first = parts[low];
  return first !== undefined && compare(first.range.start, end) < 0 ? first : undefined;
}
