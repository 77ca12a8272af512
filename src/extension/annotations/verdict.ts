import { deltaBetween, deltaText } from '../../analysis/delta.ts';
import type { ResolvedMachine } from '../../resolve/resolved-file.ts';
import { NO_DIFFERENCE } from '../panel/delta-phrases.ts';
import { isSecondChoice } from '../question/alternatives.ts';
import type { Alternative } from '../question/alternatives.ts';
import type { Measured } from '../runs.ts';

/** How many devices of a machine are modelled, and how many of those are on a path that QEMU likes less. */
export function triage({ devices }: ResolvedMachine): { readonly devices: number; readonly slow: number } {
  const modelled = devices.filter(({ legs }) => legs.length > 0);
  const slow = modelled.filter(({ driver, legs }) => legs.some((leg) => isSecondChoice(driver, leg)));
  return { devices: modelled.length, slow: slow.length };
}

/** The words of a triage, e.g. `2 devices · 1 on a slow path`. */
export function triageText(machine: ResolvedMachine): string {
  const { devices, slow } = triage(machine);
  const count = `${String(devices)} ${devices === 1 ? 'device' : 'devices'}`;
  return slow === 0 ? `${count} · none on a slow path` : `${count} · ${String(slow)} on a slow path`;
}

/** The verdicts on a device of several machines that stands in one place. */
export function sharedVerdict(verdicts: readonly string[]): string {
  const [first = '', ...others] = new Set(verdicts);
  if (verdicts.length < 2) return first;
  const machines = `${String(verdicts.length)} machines`;
  return others.length === 0 ? `${first} · ${machines}` : `${machines}: ${[first, ...others].join(' | ')}`;
}

/** What another value of an option would change, from the run as it is to the run as it would be. */
export function alternativeText({ option, other }: Alternative, now: Measured, then: Measured): string {
  const claim = deltaText(deltaBetween(now, then), [now.path, then.path]) ?? NO_DIFFERENCE;
  const path = now.path === then.path ? 'the same path' : then.path;
  return `with ${option.name}=${other}: ${path}, ${claim}`;
}
