import type { TextRange } from '../base/text-range.ts';
import type { CommandOption, DeviceDescription, Property, SourceText, VmDescription } from './launch-file.ts';

/**
 * For each machine that stands on other lines than before the machine that it was, as long as somebody has that: else every
 * line that is typed would leave a machine behind that the next one holds.
 */
const origins = new WeakMap<VmDescription, WeakRef<VmDescription>>();

/** Whether a machine is another one of the same command, on other lines. */
export function isMovedFrom(before: VmDescription, after: VmDescription): boolean {
  return origins.get(after)?.deref() === before;
}

/** A machine whose command stands so many lines further down and else is what it was. */
export function movedMachine(vm: VmDescription, lines: number): VmDescription {
  const properties = (list: readonly Property[]): Property[] =>
    list.map((property) => movedProperty(property, lines));
  const moved: VmDescription = {
    ...vm,
    range: movedRange(vm.range, lines),
    binary: vm.binary && movedText(vm.binary, lines),
    machine: properties(vm.machine),
    accelerators: vm.accelerators.map(properties),
    cpu: properties(vm.cpu),
    smp: properties(vm.smp),
    devices: vm.devices.map((device) => movedDevice(device, lines)),
    globals: vm.globals.map((one) => ({ ...one, property: movedProperty(one.property, lines) })),
    options: vm.options.map((option) => movedOption(option, lines)),
    unknownArguments: vm.unknownArguments.map((text) => movedText(text, lines)),
    problems: vm.problems.map((problem) => ({ ...problem, range: movedRange(problem.range, lines) })),
  };
  origins.set(moved, new WeakRef(vm));
  return moved;
}

function movedDevice(device: DeviceDescription, lines: number): DeviceDescription {
  return {
    ...device,
    driver: movedText(device.driver, lines),
    id: device.id && movedText(device.id, lines),
    properties: device.properties.map((property) => movedProperty(property, lines)),
    range: movedRange(device.range, lines),
    valueRange: movedRange(device.valueRange, lines),
  };
}

function movedOption(option: CommandOption, lines: number): CommandOption {
  return {
    ...option,
    name: movedText(option.name, lines),
    value: option.value && movedText(option.value, lines),
    properties: option.properties.map((property) => movedProperty(property, lines)),
    range: movedRange(option.range, lines),
  };
}

function movedProperty(property: Property, lines: number): Property {
  return {
    ...property,
    key: movedText(property.key, lines),
    value: property.value && movedText(property.value, lines),
    range: movedRange(property.range, lines),
  };
}

function movedText(text: SourceText, lines: number): SourceText {
  return { ...text, range: movedRange(text.range, lines) };
}

function movedRange({ start, end }: TextRange, lines: number): TextRange {
  return {
    start: { line: start.line + lines, character: start.character },
    end: { line: end.line + lines, character: end.character },
  };
}
