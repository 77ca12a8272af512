import { nearestName } from '../base/nearest-name.ts';
import type { OptionDoc } from '../catalog/option-doc.ts';
import { optionOfMachine, OPTIONS } from '../catalog/options.ts';
import type { Property } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import { checkIntroduced } from './check-device-options.ts';
import type { Machine } from './machine.ts';
import { readBoolean } from './option-value.ts';

const DECIDING = namesOwnedBy('machine', 'accelerator');
const CPU_FLAGS = namesOwnedBy('cpu');

function namesOwnedBy(...owners: readonly OptionDoc['owner'][]): string[] {
  const owned = OPTIONS.filter(({ owner }) => owners.includes(owner));
  return owned.flatMap((option) => [option.name, ...option.spellings.map(({ name }) => name)]);
}

/**
 * The problems with the options of the machine, the accelerator and the processor. Machines have many options that no path
 * depends on; only a name close to one that matters is reported.
 */
export function checkMachineOptions(machine: Machine): Problem[] {
  const { vm, facts } = machine;
  const decided = [
    machine.type,
    machine.accelerator,
    machine.irqchip,
    machine.gicVersion,
    machine.interruptRemapping,
  ];
  return [
    ...decided.flatMap(({ problems }) => problems ?? []),
    ...[...vm.machine, ...vm.accelerators.flat()].flatMap((property) => checkName(property, DECIDING)),
    // Of `-accel` not: the older `-enable-kvm` is read as one.
    ...vm.machine.flatMap((property) => {
      const doc = optionOfMachine(property.key.text);
      return doc ? checkIntroduced(property, doc, facts.host.qemu) : [];
    }),
    ...vm.cpu.flatMap(checkCpuFlag),
  ];
}

/** QEMU reads the flags that matter here as booleans, and does not start with anything else. */
function checkCpuFlag({ key, value }: Property): Problem[] {
  if (value === null || !value.known || !CPU_FLAGS.includes(key.text)) return [];
  if (readBoolean(value.text) !== undefined) return [];
  const message = `'${value.text}' is no value for ${key.text}; expected on or off`;
  return [{ code: 'invalid-value', severity: 'error', message, range: value.range }];
}

/** A name that is no documented one, but close to one; those of machines and backends are not all known here. */
export function checkName({ key }: Property, documented: readonly string[]): Problem[] {
  if (!key.known || key.text.length < SHORTEST || documented.includes(key.text) || REAL_NAMES.has(key.text))
    return [];
  const nearest = nearestName(key.text, documented);
  if (nearest === undefined) return [];
  const message = `'${key.text}' is not known here; did you mean '${nearest}'?`;
  return [{ code: 'unknown-option', severity: 'warning', message, range: key.range }];
}

/** Below this length every name is close to another. */
const SHORTEST = 5;
/** Real options whose names are close to those that matter. */
const REAL_NAMES: ReadonlySet<string> = new Set(['kernel']);
