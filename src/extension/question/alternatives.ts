import type { OptionDoc } from '../../catalog/option-doc.ts';
import { optionOfMachine } from '../../catalog/options.ts';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { findPath } from '../../paths/all-paths.ts';
import { familyOf } from '../../resolve/families.ts';
import { resolveDeviceOf } from '../../resolve/resolve-file.ts';
import type { ResolvedLeg } from '../../resolve/resolved-file.ts';
import { deviceOptions } from '../what-if/device-options.ts';
import { withChanges } from '../what-if/overlay.ts';
import { mainLeg } from './legs.ts';
import type { FoundDevice } from './devices.ts';
import { questionFor } from './question.ts';
import type { Question } from './question.ts';

/** Another value of an option, and what the device would then do. */
export interface Alternative {
  readonly option: OptionDoc;
  /** The value that the file gives it, or that it has by default. */
  readonly value: string;
  readonly other: string;
  /** What would be run; the error says in words why nothing would. */
  readonly question: Result<Question>;
}

/**
 * What a device would do with another value of an option of its own or of its machine. Undefined if the change
 * cannot be made at that place.
 */
export function alternative(
  file: LaunchFile,
  found: FoundDevice,
  facts: Facts,
  { option, value, other }: Pick<Alternative, 'option' | 'value' | 'other'>,
): Alternative | undefined {
  if (option.owner === 'cpu') return undefined;
  const { machine, device } = found.place;
  const vm = file.machines[machine];
  const isOwn = option.owner === 'device';
  const place = { machine, device: isOwn ? device : null };
  const changed = withChanges(file, place, [{ option, value: other }]).machines[machine];
  const description = changed?.devices[device];
  if (!vm || !changed || !description) return undefined;
  // An option of the device leaves the machine around it as it is.
  const there = { ...found, device: resolveDeviceOf(isOwn ? vm : changed, description, facts) };
  const question = questionFor(there, facts, mainLeg(found.device)?.leg);
  const plain = question.ok ? ok(question.value) : { ok: false as const, error: question.error.message };
  return { option, value, other, question: plain };
}

/** The values of an option that are worth a comparison with the one it has. */
export function otherValues({ type, defaults }: OptionDoc, value: string): string[] {
  const candidates = (): readonly string[] => {
    switch (type.kind) {
      case 'boolean':
        return ['on', 'off'];
      case 'choice':
        return type.values;
      case 'integer':
        return [...defaults.map((one) => one.value ?? ''), String(type.minimum)];
      case 'text':
        return [];
    }
  };
  return [...new Set(candidates())].filter((candidate) => candidate !== '' && candidate !== value);
}

/** The two values of the GIC whose paths differ. */
const GIC_VERSIONS = ['2', '3'];

/** What was found out about the devices of a resolved file; lens, hover and hints ask for the same. */
const deciding = new WeakMap<FoundDevice['device'], { readonly alternative: Alternative | undefined }>();

/**
 * The option whose other value would send the device's interrupt another way: the first of its own that does,
 * else the version of the GIC. Undefined if the path hangs on none of them.
 */
export function decidingAlternative(
  file: LaunchFile,
  found: FoundDevice,
  facts: Facts,
): Alternative | undefined {
  const known = deciding.get(found.device) ?? { alternative: findDeciding(file, found, facts) };
  deciding.set(found.device, known);
  return known.alternative;
}

function findDeciding(file: LaunchFile, found: FoundDevice, facts: Facts): Alternative | undefined {
  const path = mainLeg(found.device)?.path ?? null;
  if (path === null || findPath(path) === undefined) return undefined;
  const moves = (candidate: Alternative | undefined): candidate is Alternative =>
    candidate?.question.ok === true && candidate.question.value.request.path !== path;
  for (const { option, value } of deviceOptions(file, found.place, facts)) {
    if (option.type.kind !== 'boolean' || value === null) continue;
    const other = value === 'on' ? 'off' : 'on';
    const candidate = alternative(file, found, facts, { option, value, other });
    if (moves(candidate)) return candidate;
  }
  const option = optionOfMachine('gic-version');
  const value = String(found.machine.gicVersion);
  const other = GIC_VERSIONS.find((version) => version !== value);
  if (!option || other === undefined || !GIC_VERSIONS.includes(value)) return undefined;
  const candidate = alternative(file, found, facts, { option, value, other });
  return moves(candidate) ? candidate : undefined;
}

/** Whether a leg is on a path that is only taken where KVM cannot or must not handle its interrupts. */
export function isSecondChoice(driver: string, leg: ResolvedLeg): boolean {
  const candidates = familyOf(driver)?.legs.find((rules) => rules.leg === leg.leg)?.candidates ?? [];
  return candidates.some(({ path, isFallback }) => isFallback === true && path === leg.path);
}
