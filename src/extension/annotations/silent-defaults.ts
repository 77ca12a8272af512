import type { Position } from '../../base/text-range.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ResolvedFile } from '../../resolve/resolved-file.ts';
import { decidingAlternative } from '../question/alternatives.ts';
import { devicesOf } from '../question/devices.ts';
import { mainLeg } from '../question/legs.ts';

/** A default that decides over a device's path, and where it would have been written. */
export interface SilentDefault {
  readonly position: Position;
  readonly option: string;
  readonly value: string;
  /** What it decides, in a sentence. */
  readonly because: string;
}

const cache = new WeakMap<ResolvedFile, SilentDefault[]>();

/** The options that nobody wrote and that decide over the path of a device; found out once for a resolved file. */
export function silentDefaults(file: LaunchFile, resolved: ResolvedFile, facts: Facts): SilentDefault[] {
  const known = cache.get(resolved) ?? findDefaults(file, resolved, facts);
  cache.set(resolved, known);
  return known;
}

function findDefaults(file: LaunchFile, resolved: ResolvedFile, facts: Facts): SilentDefault[] {
  const defaults = devicesOf(resolved).flatMap((found): SilentDefault[] => {
    const vm = file.machines[found.place.machine];
    const device = vm?.devices[found.place.device];
    const deciding = decidingAlternative(file, found, facts);
    if (!vm || !device || !deciding?.question.ok) return [];
    const { option, value, other } = deciding;
    const reason = mainLeg(found.device)?.why.find((one) => one.option === option.name);
    if (reason?.isDefault !== true) return [];
    const position = option.owner === 'device' ? device.valueRange.end : vm.machine.at(-1)?.range.end;
    if (!position) return [];
    const { path } = deciding.question.value.request;
    return [
      {
        position,
        option: option.name,
        value,
        because: `${reason.because}; with ${other} it would be ${path}`,
      },
    ];
  });
  const key = ({ position, option }: SilentDefault): string =>
    `${String(position.line)}:${String(position.character)} ${option}`;
  return [...new Map(defaults.map((one) => [key(one), one])).values()];
}
