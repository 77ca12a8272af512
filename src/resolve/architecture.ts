import { VFIO_PLATFORM_DEVICES } from '../catalog/vfio-platform-devices.ts';
import type { Property, VmDescription } from '../config/launch-file.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';
import { machineFamily } from './machine-type.ts';

/** `x86`, `arm`, or QEMU's own name for another one. */
export type Architecture = string;

const SOURCE = 'QEMU configure (a program for each target)';

const TARGETS: ReadonlyMap<string, Architecture> = new Map([
  ['aarch64', 'arm'],
  ['arm', 'arm'],
  ['x86_64', 'x86'],
  ['i386', 'x86'],
]);
const MACHINES: ReadonlyMap<string, Architecture> = new Map([
  ['virt', 'arm'],
  ['q35', 'x86'],
  ['pc', 'x86'],
  ['isapc', 'x86'],
  ['microvm', 'x86'],
]);
const DRIVERS: ReadonlyMap<string, Architecture> = new Map([
  ...VFIO_PLATFORM_DEVICES.map(({ driver }) => [driver, 'arm'] as const),
  ['intel-iommu', 'x86'],
  ['amd-iommu', 'x86'],
]);

/**
 * What the guest is: said by the name of the program (`qemu-system-aarch64`); `kvm` and `qemu-kvm` do not say it, but
 * the machine, its options or a device may. Without any of these, x86 is assumed.
 */
export function decideArchitecture(vm: VmDescription): Decision<Architecture> {
  if (vm.target !== null) {
    const value = TARGETS.get(vm.target) ?? vm.target;
    return found(value, `the program emulates ${vm.target}`, vm.binary?.range ?? null);
  }
  const type = lastNamed(vm.machine, ['type']);
  const ofMachine = type?.value?.known === true ? MACHINES.get(machineFamily(type.value.text)) : undefined;
  if (type !== undefined && ofMachine !== undefined) {
    return written(type, ofMachine, `the machine ${type.value?.text ?? ''} is one of ${ofMachine}`);
  }
  const gic = lastNamed(vm.machine, ['gic-version']);
  if (gic !== undefined) return written(gic, 'arm', 'only machines of Arm have a gic-version');
  for (const { driver } of vm.devices) {
    const ofDevice = driver.known ? DRIVERS.get(driver.text) : undefined;
    if (ofDevice !== undefined) {
      return found(ofDevice, `only machines of ${ofDevice} have a ${driver.text}`, driver.range);
    }
  }
  const because = 'the file does not say which processor the guest has; x86 is assumed';
  const base = { option: null, given: null, isDefault: true, range: null };
  return { ...base, value: 'x86', because, source: 'assumption' };
}

function found(
  value: Architecture,
  because: string,
  range: Decision<Architecture>['range'],
): Decision<Architecture> {
  return { value, because, option: null, given: null, isDefault: false, source: SOURCE, range };
}

function written(property: Property, value: Architecture, because: string): Decision<Architecture> {
  return writtenDecision(property, value, because, SOURCE);
}
