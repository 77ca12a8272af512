import type { Property, VmDescription } from '../config/launch-file.ts';
import { baseName } from '../config/qemu-program.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';

const SOURCE = 'QEMU system/vl.c configure_accelerators';

/** What runs the guest: `kvm`, `tcg`, …; QEMU takes the first of several that works. */
export function decideAccelerator(vm: VmDescription): Decision<string> {
  const property = lastNamed(vm.accelerators[0] ?? [], ['accel']) ?? lastNamed(vm.machine, ['accel']);
  if (property !== undefined) return written(property);
  const base = { option: 'accel', isDefault: true, source: SOURCE, range: null };
  if (vm.binary === null) {
    const because = 'the fragment names no accelerator; KVM is assumed';
    return { ...base, value: 'kvm', given: 'kvm', because, source: 'assumption' };
  }
  const name = baseName(vm.binary.text);
  if (vm.binary.known && name.endsWith('kvm')) {
    return { ...base, value: 'kvm', given: 'kvm', because: `the program ${name} prefers KVM` };
  }
  const because = 'no accelerator is named, and QEMU then takes TCG';
  return { ...base, value: 'tcg', given: 'tcg', because };
}

function written(property: Property): Decision<string> {
  const value = property.value;
  if (value?.known !== true) {
    const because = `the accelerator is ${value?.text ?? 'not named'}, which this file does not say`;
    return writtenDecision<string>(property, undefined, because, SOURCE);
  }
  const first = value.text.split(':', 1)[0] ?? '';
  const isList = first.length < value.text.length;
  const because = isList ? `${first} is the first accelerator to be tried` : `the accelerator is ${first}`;
  return writtenDecision(property, first, because, SOURCE);
}
