import type { Steps } from '../../base/steps.ts';
import { overlap } from '../../base/text-range.ts';
import type { Position, TextRange } from '../../base/text-range.ts';
import type { DeviceDescription, LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ResolvedFile } from '../../resolve/resolved-file.ts';
import { decidingAlternative } from '../question/alternatives.ts';
import { devicesOf } from '../question/devices.ts';
import type { FoundDevice } from '../question/devices.ts';
import { mainLeg } from '../question/legs.ts';

/** A default that decides over a device's path, and where it would have been written. */
export interface SilentDefault {
  readonly position: Position;
  readonly option: string;
  readonly value: string;
  /** What it decides, in a sentence. */
  readonly because: string;
}

/**
 * The options that nobody wrote and that decide over the path of a device, a device a step; of the devices and machines
 * that are in sight (`range`), which all are by default.
 */
export function* silentDefaults(
  file: LaunchFile,
  resolved: ResolvedFile,
  facts: Facts,
  range?: TextRange,
): Steps<SilentDefault[]> {
  const isSeen = (one: TextRange): boolean => !range || overlap(one, range);
  const defaults = new Map<string, SilentDefault>();
  for (const found of devicesOf(resolved)) {
    const device = file.machines[found.place.machine]?.devices[found.place.device];
    if (!device || ![device.range, device.valueRange, headOf(found, file)].some(isSeen)) continue;
    const one = defaultOf(found, device, file, facts);
    if (one)
      defaults.set(`${String(one.position.line)}:${String(one.position.character)} ${one.option}`, one);
    yield;
  }
  return [...defaults.values()];
}

/** Where an option of the machine would have been written. */
function headOf({ place, machine }: FoundDevice, file: LaunchFile): TextRange {
  const end = file.machines[place.machine]?.machine.at(-1)?.range.end ?? machine.range.start;
  return { start: end, end };
}

function defaultOf(
  found: FoundDevice,
  device: DeviceDescription,
  file: LaunchFile,
  facts: Facts,
): SilentDefault | undefined {
  const deciding = decidingAlternative(file, found, facts);
  if (!deciding?.question.ok) return undefined;
  const { option, value, other } = deciding;
  const reason = mainLeg(found.device)?.why.find((one) => one.option === option.name);
  if (reason?.isDefault !== true) return undefined;
  const machine = file.machines[found.place.machine]?.machine;
  const position = option.owner === 'device' ? device.valueRange.end : machine?.at(-1)?.range.end;
  if (!position) return undefined;
  const { path } = deciding.question.value.request;
  return {
    position,
    option: option.name,
    value,
    because: `${reason.because}; with ${other} it would be ${path}`,
  };
}
