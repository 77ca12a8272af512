import { nearestName } from '../base/nearest-name.ts';
import { OPTIONS } from '../catalog/options.ts';
import type { Property } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import type { Machine } from './machine.ts';

const DECIDING = OPTIONS.filter(({ owner }) => owner === 'machine' || owner === 'accelerator').flatMap(
  (option) => [option.name, ...option.spellings.map(({ name }) => name)],
);

/**
 * The problems with the options of the machine and the accelerator. Machines have many options that no path
 * depends on; only a name close to one that matters is reported.
 */
export function checkMachineOptions(machine: Machine): Problem[] {
  const { vm } = machine;
  const decided = [
    machine.type,
    machine.accelerator,
    machine.irqchip,
    machine.gicVersion,
    machine.interruptRemapping,
  ];
  return [
    ...decided.flatMap(({ problems }) => problems ?? []),
    ...[...vm.machine, ...vm.accelerators.flat()].flatMap(checkName),
  ];
}

function checkName({ key }: Property): Problem[] {
  if (!key.known || key.text.length < SHORTEST || DECIDING.includes(key.text) || REAL_NAMES.has(key.text))
    return [];
  const nearest = nearestName(key.text, DECIDING);
  if (nearest === undefined) return [];
  const message = `'${key.text}' is not known here; did you mean '${nearest}'?`;
  return [{ code: 'unknown-option', severity: 'warning', message, range: key.range }];
}

/** Below this length every name is close to another. */
const SHORTEST = 5;
/** Real options whose names are close to those that matter. */
const REAL_NAMES: ReadonlySet<string> = new Set(['kernel']);
