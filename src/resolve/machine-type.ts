import { nearestName } from '../base/nearest-name.ts';
import type { SourceText, VmDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';

/**
 * The machine type without its version: `virt` for `virt-8.2`, `q35` for `pc-q35-9.1`, `pc` for `pc-i440fx-jammy`;
 * undefined if a variable holds it.
 */
export function decideMachineType(vm: VmDescription, architecture: string | undefined): Decision<string> {
  const property = lastNamed(vm.machine, ['type']);
  if (property?.value == null) return byDefault(architecture);
  const { text, known } = property.value;
  const value = known ? machineFamily(text) : undefined;
  const source = 'QEMU system/vl.c select_machine';
  const problems = value === undefined ? [] : misspelt(property.value, value);
  const because = `the machine type is ${text}${problems.length === 0 ? '' : ', which QEMU does not have'}`;
  return { ...writtenDecision(property, value, because, source, problems), option: 'machine' };
}

/** Says so where a name is none of those that matter here, but near to one. */
function misspelt({ range }: SourceText, family: string): Problem[] {
  const nearest = isModelledType(family) ? undefined : nearestName(family, FAMILIES);
  if (nearest === undefined) return [];
  const message = `QEMU has no machine '${family}'; did you mean '${nearest}'?`;
  return [{ code: 'unknown-name', severity: 'error', message, range }];
}

/** The machine type that a name with or without a version belongs to. */
export function machineFamily(name: string): string {
  const [, family] = VERSIONED.exec(name) ?? [];
  if (family !== undefined) return family === 'pc-q35' ? 'q35' : family.replace('-i440fx', '');
  return name.replace(VERSION, '');
}

/** Those whose interrupts are modelled; QEMU has many others, none of them near to these in its letters. */
const FAMILIES: readonly string[] = ['q35', 'pc', 'virt', 'microvm'];

/** Whether it is one of them, without its version. */
export function isModelledType(family: string): boolean {
  return FAMILIES.includes(family);
}

/** QEMU's own versions, and those of distributions: `rhel9.4.0`, `jammy`. */
const VERSIONED = /^(pc-q35|pc-i440fx|pc|virt)-[\w.-]+$/;
const VERSION = /-\d{1,3}\.\d{1,3}$/;

function byDefault(architecture: string | undefined): Decision<string> {
  const base = { option: 'machine', isDefault: true, range: null } as const;
  if (architecture === 'x86') {
    const source = 'QEMU hw/i386/pc_piix.c pc_i440fx_machine_options';
    return {
      ...base,
      value: 'pc',
      given: 'pc',
      because: 'no machine is named, and QEMU then takes pc',
      source,
    };
  }
  const because = 'no machine is named; virt is assumed';
  return { ...base, value: 'virt', given: 'virt', because, source: 'QEMU hw/arm/virt.c' };
}
