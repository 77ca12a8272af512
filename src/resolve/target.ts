import type { VmDescription } from '../config/launch-file.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';

const ARM_TARGETS: readonly string[] = ['aarch64', 'arm'];

/** Whether the program emulates Arm, or does not say what it emulates. */
export function isArm(vm: VmDescription): boolean {
  return vm.target === null || ARM_TARGETS.includes(vm.target);
}

/** The machine type without its version (`virt` for `virt-8.2`); undefined if a variable holds it. */
export function decideMachineType(vm: VmDescription): Decision<string> {
  const property = lastNamed(vm.machine, ['type']);
  const source = 'QEMU hw/arm/virt.c';
  if (property?.value == null) {
    const because = 'no machine is named; virt is assumed';
    return { value: 'virt', because, option: 'machine', given: 'virt', isDefault: true, source, range: null };
  }
  const { text, known } = property.value;
  const value = known ? text.replace(VERSION, '') : undefined;
  return { ...writtenDecision(property, value, `the machine type is ${text}`, source), option: 'machine' };
}

const VERSION = /-\d{1,3}\.\d{1,3}$/;
