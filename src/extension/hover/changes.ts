import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { compareAlternative } from '../annotations/measure.ts';
import { alternative, decidingAlternative, otherValues } from '../question/alternatives.ts';
import type { FoundDevice } from '../question/devices.ts';
import { keyOf } from '../runs.ts';
import type { Measured, Runs } from '../runs.ts';
import { deviceOptions } from '../what-if/device-options.ts';
import type { OptionAt } from './option-at.ts';

/** What changes are found out from. */
interface Scene {
  readonly file: LaunchFile;
  readonly facts: Facts;
  readonly runs: Runs;
  /** Whether nobody waits for the answer any longer. */
  readonly isOver: () => boolean;
}

/**
 * What other values would change for a device, a line each: those of the option that is asked about, and the option that
 * decides over the device's path, if that is another one.
 */
export async function changesFor(
  scene: Scene,
  found: FoundDevice,
  at: Pick<OptionAt, 'option' | 'property'> | undefined,
  now: Measured,
): Promise<string[]> {
  const { file, facts, runs } = scene;
  const changes = at ? await otherValuesOf(scene, found, at, now) : [];
  // Where the option makes no difference by itself, the one that does is named too.
  const deciding = scene.isOver() ? undefined : decidingAlternative(file, found, facts);
  if (!deciding || deciding.option === at?.option || (at && at.option.type.kind !== 'boolean'))
    return changes;
  const line = await compareAlternative(deciding, now, runs);
  return line === undefined ? changes : [...changes, line];
}

async function otherValuesOf(
  { file, facts, runs, isOver }: Scene,
  found: FoundDevice,
  { option, property }: Pick<OptionAt, 'option' | 'property'>,
  now: Measured,
): Promise<string[]> {
  const own = deviceOptions(file, found.place, facts).find((one) => one.option === option);
  const value = option.owner === 'device' ? own?.value : property.value?.text;
  if (value === undefined || value === null) return [];
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const other of otherValues(option, value)) {
    const candidate = alternative(file, found, facts, { option, value, other });
    const key = candidate?.question.ok ? keyOf(candidate.question.value.request) : undefined;
    // Of several values that come to the same, or to nothing that runs, one is enough or none.
    if (!candidate || (option.type.kind === 'choice' && (key === undefined || seen.has(key)))) continue;
    seen.add(key ?? '');
    const line = await compareAlternative(candidate, now, runs);
    if (isOver()) break;
    if (line !== undefined) lines.push(line);
  }
  return lines;
}
