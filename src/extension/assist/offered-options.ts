import { DEVICES, findDevice } from '../../catalog/devices.ts';
import { MACHINE_TYPES } from '../../catalog/machine-types.ts';
import type { OptionDoc } from '../../catalog/option-doc.ts';
import { OPTIONS, optionsOfDriver } from '../../catalog/options.ts';
import type { CommandOption, VmDescription } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { isBetween } from '../../facts/releases.ts';
import { decideMachine } from '../../resolve/machine.ts';
import { valueOfKey } from './place.ts';

/** Something that can be written for the first key, which says of what kind the whole is. */
export interface OfferedKind {
  readonly name: string;
  readonly title: string;
}

/** The key of the first item of an option's list, and what it may be in a release, for the machine's architecture. */
export function offeredKinds(
  { name }: CommandOption,
  key: string,
  vm: VmDescription,
  facts: Facts,
): readonly OfferedKind[] {
  const { qemu } = facts.host;
  const architecture = decideMachine(vm, facts).architecture.value;
  const fits = (of: string | undefined): boolean =>
    of === undefined || architecture === undefined || of === architecture;
  switch (`${name.text} ${key}`) {
    case 'device driver':
      return DEVICES.filter(
        (device) => isBetween(qemu, device.introduced, device.removed) && fits(device.architecture),
      ).map(({ driver, title }) => ({ name: driver, title }));
    case 'machine type':
    case 'M type':
      return MACHINE_TYPES.filter(
        (machine) => isBetween(qemu, machine.introduced, null) && fits(machine.architecture),
      );
    case 'accel accel':
      return [
        { name: 'kvm', title: 'KVM' },
        { name: 'tcg', title: 'Emulation in software: no path of interrupts is modelled for it' },
      ];
    case 'netdev type':
    case 'object qom-type':
      return typesOf(name.text === 'netdev' ? 'netdev' : 'object');
    default:
      return [];
  }
}

function typesOf(owner: 'netdev' | 'object'): OfferedKind[] {
  const options = OPTIONS.filter((option) => option.owner === owner);
  return [...new Set(options.flatMap(({ of }) => of))].map((name) => ({ name, title: '' }));
}

/** The documented options that stand behind an option of the command line and that a release has. */
export function offeredOptions(option: CommandOption, vm: VmDescription, facts: Facts): OptionDoc[] {
  return documentedOptions(option, vm, facts).filter(
    ({ introduced, removed }) => introduced !== null && isBetween(facts.host.qemu, introduced, removed),
  );
}

function documentedOptions(option: CommandOption, vm: VmDescription, facts: Facts): readonly OptionDoc[] {
  const owned = (owner: OptionDoc['owner'], of: string | undefined): OptionDoc[] =>
    OPTIONS.filter((one) => one.owner === owner && (one.of.includes(of ?? '') || one.of.includes('all')));
  switch (option.name.text) {
    case 'device': {
      const driver = valueOfKey(option, 'driver');
      return driver === undefined || !findDevice(driver) ? [] : optionsOfDriver(driver);
    }
    case 'machine':
    case 'M':
      return [
        ...owned('machine', decideMachine(vm, facts).type.value),
        // The older way to say -accel kvm,…, which QEMU still takes.
        ...owned('accelerator', 'kvm'),
      ];
    case 'accel':
      return owned('accelerator', valueOfKey(option, 'accel'));
    case 'cpu':
      return decideMachine(vm, facts).architecture.value === 'x86' ? owned('cpu', 'x86 CPU models') : [];
    case 'netdev':
    case 'nic':
      return owned('netdev', valueOfKey(option, 'type'));
    case 'object':
      return owned('object', valueOfKey(option, 'qom-type'));
    default:
      return [];
  }
}
