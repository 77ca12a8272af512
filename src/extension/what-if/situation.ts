import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { optionOfMachine } from '../../catalog/options.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { findPath } from '../../paths/all-paths.ts';
import type { Trouble } from '../../protocol/panel-state.ts';
import { deviceSettings } from '../../resolve/decide-leg.ts';
import { familyOf } from '../../resolve/families.ts';
import { decideMachine } from '../../resolve/machine.ts';
import { settingsOfPath } from '../../resolve/path-settings.ts';
import { resolveFile } from '../../resolve/resolve-file.ts';
import { deviceInPlace } from '../question/devices.ts';
import type { FoundDevice } from '../question/devices.ts';
import { mainLeg } from '../question/legs.ts';
import { reasonsOf } from '../question/question.ts';
import type { Question } from '../question/question.ts';
import { deviceOptions } from './device-options.ts';
import type { Overlay } from './device-store.ts';
import { withChanges } from './overlay.ts';
import type { Change } from './overlay.ts';

/** A change of a what-if, with the value that the file has. */
export interface WhatIf extends Change {
  readonly from: string;
}

/** A device with its what-if in effect. */
export interface Situation {
  /** The file with the changes in it. */
  readonly file: LaunchFile;
  readonly found: FoundDevice;
  /** The device as the file has it. */
  readonly original: FoundDevice;
  /** Only those that say something else than the file. */
  readonly changes: readonly WhatIf[];
}

/** Puts a what-if on a device of a file. Options that the device does not have are left out. */
export function deviceSituation(
  file: LaunchFile,
  original: FoundDevice,
  overlay: Overlay,
  facts: Facts,
): Situation {
  const changes = changesOf(file, original, overlay, facts);
  if (changes.length === 0) return { file, found: original, original, changes };
  const changed = withChanges(file, original.place, changes);
  const found = deviceInPlace(resolveFile(changed, facts), original.place);
  return found
    ? { file: changed, found, original, changes }
    : { file, found: original, original, changes: [] };
}

/** Puts values of options, of the device or of its machine, on a device of a file; those of neither are left out. */
export function changedSituation(
  file: LaunchFile,
  original: FoundDevice,
  overlay: Overlay,
  facts: Facts,
): Situation {
  const { place, machine } = original;
  const changes = Object.entries(overlay).flatMap(([name, value]): WhatIf[] => {
    const option = optionOfMachine(name);
    const from = option && machineValue(machine, option.name);
    return option === undefined || from === undefined || from === value ? [] : [{ option, value, from }];
  });
  const changed = withChanges(file, { machine: place.machine, device: null }, changes);
  const moved = changes.length === 0 ? original : deviceInPlace(resolveFile(changed, facts), place);
  if (!moved) return deviceSituation(file, original, overlay, facts);
  const situation = deviceSituation(changed, moved, overlay, facts);
  return { ...situation, original, changes: [...changes, ...situation.changes] };
}

/** The value that decides, of the options of a machine that what-ifs can be made of; undefined for others. */
export function machineValue(machine: FoundDevice['machine'], option: string): string | undefined {
  switch (option) {
    case 'gic-version':
      return machine.gicVersion === null ? undefined : String(machine.gicVersion);
    case 'kernel-irqchip':
      return machine.irqchip ?? undefined;
    default:
      return undefined;
  }
}

function changesOf(file: LaunchFile, { place }: FoundDevice, overlay: Overlay, facts: Facts): WhatIf[] {
  const options = deviceOptions(file, place, facts);
  return Object.entries(overlay).flatMap(([name, value]) => {
    const current = options.find(({ option }) => option.name === name);
    if (!current || current.value === value) return [];
    return [{ option: current.option, value, from: current.value ?? '?' }];
  });
}

/** The run of a path that the device does not take, with what the file says about the device. */
export function inPath({ file, found }: Situation, path: string, facts: Facts): Result<Question, Trouble> {
  const vm = file.machines[found.place.machine];
  const device = vm?.devices[found.place.device];
  const family = device && familyOf(device.driver.text);
  const leg = mainLeg(found.device);
  if (!family || !leg || !findPath(path))
    return fail({ message: `${path} cannot be run here.`, action: null });
  const settings = settingsOfPath(
    path,
    deviceSettings(family, { device, machine: decideMachine(vm, facts) }),
  );
  return ok({ request: { path, settings, facts }, reasons: reasonsOf(leg) });
}
