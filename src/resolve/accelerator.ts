import { nearestOrAll } from '../base/nearest-name.ts';
import type { Property, SourceText, VmDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import { baseName } from '../config/qemu-program.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';

const SOURCE = 'QEMU system/vl.c configure_accelerators';

/** QEMU accel/. */
const ACCELERATORS: readonly string[] = [
  'kvm',
  'tcg',
  'hvf',
  'xen',
  'whpx',
  'nvmm',
  'mshv',
  'nitro',
  'qtest',
  'hax',
];

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
  const problems = ACCELERATORS.includes(first) ? [] : [unknownAccelerator(value, first)];
  return writtenDecision(property, first, because, SOURCE, problems);
}

function unknownAccelerator({ range }: SourceText, name: string): Problem {
  const message = `QEMU has no accelerator '${name}'; ${nearestOrAll(name, ACCELERATORS, 'expected one of')}`;
  return { code: 'unknown-name', severity: 'error', message, range };
}
