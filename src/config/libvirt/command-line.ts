import type { DeviceDescription, Property, VmDescription } from '../launch-file.ts';
import type { Problem } from '../problem.ts';
import { readArguments } from '../read-vm.ts';
import { withSets, type SetProperty } from '../set-properties.ts';
import { attributeOf, childOf, childrenOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { xmlWord } from '../xml/xml-word.ts';
import type { DomainTexts } from './domain-texts.ts';

/** The machine with the arguments of `<qemu:commandline>` behind those that libvirt makes. */
export function withCommandLine(vm: VmDescription, domain: XmlElement, texts: DomainTexts): VmDescription {
  const words = childrenOf(childOf(domain, 'qemu:commandline'), 'qemu:arg').flatMap((argument) => {
    const value = attributeOf(argument, 'value');
    return value === undefined ? [] : [xmlWord(texts.source, value.valueAt)];
  });
  if (words.length === 0) return vm;
  const problems: Problem[] = [];
  const read = readArguments(words, texts.lines, problems);
  return {
    ...vm,
    machine: [...vm.machine, ...read.machine],
    accelerators: [...vm.accelerators, ...read.accelerators],
    cpu: read.cpu.length > 0 ? read.cpu : vm.cpu,
    smp: [...vm.smp, ...read.smp],
    devices: withSets([...vm.devices, ...read.devices], read.sets),
    globals: [...vm.globals, ...read.globals],
    options: [...vm.options, ...read.options],
    problems: [...vm.problems, ...problems, ...read.sets.flatMap((set) => lostSet(set, vm))],
  };
}

/** `-set` does not find the devices that QEMU gets as JSON, and refuses to start. */
function lostSet({ id, property }: SetProperty, vm: VmDescription): Problem[] {
  if (!vm.devices.some((device) => device.id?.text === id)) return [];
  const message =
    `libvirt gives QEMU 6.2 and later its devices as JSON, where -set finds no device '${id}' and QEMU does not ` +
    `start; expected <qemu:override> with <qemu:property name='${property.key.text}' …/>`;
  return [{ code: 'set-of-json-device', severity: 'warning', message, range: property.range }];
}

/** The devices with what `<qemu:override>` says of them (libvirt qemuBuildDeviceCommandlineFromJSON). */
export function withOverrides(
  devices: readonly DeviceDescription[],
  domain: XmlElement,
  texts: DomainTexts,
): DeviceDescription[] {
  const byAlias = new Map<string, XmlElement[]>();
  for (const device of childrenOf(childOf(domain, 'qemu:override'), 'qemu:device')) {
    byAlias.set(
      rawValue(device, 'alias') ?? '',
      childrenOf(childOf(device, 'qemu:frontend'), 'qemu:property'),
    );
  }
  return devices.map((device) => {
    const overrides = byAlias.get(device.id?.text ?? '');
    return overrides === undefined ? device : overridden(device, overrides, texts);
  });
}

function overridden(
  device: DeviceDescription,
  overrides: readonly XmlElement[],
  texts: DomainTexts,
): DeviceDescription {
  const byKey = new Map<string, Property | null>();
  for (const override of overrides) {
    const name = attributeOf(override, 'name');
    if (name === undefined) continue;
    const key = texts.value(name);
    const value = attributeOf(override, 'value');
    const isRemoved = rawValue(override, 'type') === 'remove';
    const property: Property = {
      key,
      value: value === undefined ? null : texts.value(value),
      valueType: 'text',
      from: 'device',
      range: texts.range(override.whole),
    };
    byKey.set(key.text, isRemoved ? null : property);
  }
  const kept = device.properties.filter(({ key }) => !byKey.has(key.text));
  return { ...device, properties: [...kept, ...[...byKey.values()].filter((one) => one !== null)] };
}
