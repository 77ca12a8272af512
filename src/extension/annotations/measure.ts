import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { decidingAlternative } from '../question/alternatives.ts';
import type { Alternative } from '../question/alternatives.ts';
import type { FoundDevice } from '../question/devices.ts';
import { questionFor } from '../question/question.ts';
import type { Measured, Runs } from '../runs.ts';
import { alternativeText } from './verdict.ts';

/** The run of a device as its file has it; undefined if there can be none. */
export async function measureDevice(
  found: FoundDevice,
  facts: Facts,
  runs: Runs,
): Promise<Measured | undefined> {
  const question = questionFor(found, facts);
  const measured = question.ok ? await runs.measure(question.value.request) : undefined;
  return measured?.ok ? measured.value : undefined;
}

/** What another value would change, found out by two runs; undefined if one of them cannot be made. */
export async function compareAlternative(
  other: Alternative,
  now: Measured,
  runs: Runs,
): Promise<string | undefined> {
  if (!other.question.ok) return `with ${other.option.name}=${other.other}: ${other.question.error}`;
  const then = await runs.measure(other.question.value.request);
  return then.ok ? alternativeText(other, now, then.value) : undefined;
}

/** What the option that decides over a device's path would change with its other value. */
export async function compareDeciding(
  file: LaunchFile,
  found: FoundDevice,
  facts: Facts,
  now: Measured,
  runs: Runs,
): Promise<string | undefined> {
  const other = decidingAlternative(file, found, facts);
  return other && (await compareAlternative(other, now, runs));
}

/** What the numbers of a run rest on, in a line. */
export function basisText({ host, guest }: Facts, { profile, summary }: Measured): string {
  const kernels =
    host.kernel === guest.kernel ? `Linux ${host.kernel}` : `Linux ${host.kernel}, guest ${guest.kernel}`;
  const share = Math.round(summary.assumedShare * 100);
  return `QEMU ${host.qemu}, ${kernels}, costs of ${profile} without jitter, ${String(share)} % of the time on assumed ones`;
}
