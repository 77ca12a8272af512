import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { withCpuFlags } from './cpu-flags.ts';
import type { PathSetting, PathSettings } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { kickOf } from './virtio-settings.ts';
import type { CallWay } from './virtio-settings.ts';
import { wireVirtio } from './wire-virtio.ts';
import type { VirtioParts } from './wire-virtio.ts';
import type { Wiring } from './wiring.ts';

/** The machine of a path of the call, with the kick that goes with it; the error is a sentence about settings or facts. */
export function wireVirtioCall(
  call: CallWay,
  declared: readonly PathSetting[],
  given: PathSettings,
  facts: Facts,
  partsFor: (settings: CompleteSettings) => VirtioParts,
): Result<Wiring> {
  const read = readSettings(declared, given);
  if (!read.ok) return read;
  const settings = read.value;
  const ways = kickOf(call, settings.choice('kick'), facts.host.qemu, settings.choice('device'));
  if (!ways.ok) return ways;
  return wireVirtio('call', ways.value, settings, withCpuFlags(settings, facts), partsFor(settings));
}
