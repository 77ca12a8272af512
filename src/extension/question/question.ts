import type { SimulationRequest } from '../../analysis/simulate.ts';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Leg } from '../../paths/path.ts';
import type { Note, Reason, Trouble } from '../../protocol/panel-state.ts';
import { byDefaultText } from '../../resolve/by-default-text.ts';
import type { ResolvedLeg } from '../../resolve/resolved-file.ts';
import type { FoundDevice } from './devices.ts';
import { mainLeg } from './legs.ts';

/** What is to be simulated for a device, and why that. */
export interface Question {
  readonly request: SimulationRequest;
  readonly reasons: readonly Reason[];
}

/** The simulation that answers for a device, or for that leg of it, or why there can be none. */
export function questionFor({ device }: FoundDevice, facts: Facts, wanted?: Leg): Result<Question, Trouble> {
  const leg = mainLeg(device, wanted);
  if (!leg)
    return fail(trouble(`${device.driver}: ${device.note ?? 'its interrupts are not modelled yet'}.`));
  if (leg.path === null) return fail(trouble(withoutPath(device.driver, leg)));
  if (!leg.canRun)
    return fail(trouble(`${device.id} takes ${leg.path}, but ${leg.note ?? 'that cannot be run'}.`));
  const reasons = [...whyThere(device), ...reasonsOf(leg)];
  return ok({ request: { path: leg.path, settings: leg.settings, facts }, reasons });
}

/** Of a device that nobody asked for, why the machine has it. */
function whyThere({ byDefault }: FoundDevice['device']): Reason[] {
  if (byDefault === undefined) return [];
  return [{ because: byDefaultText(byDefault), source: byDefault.source, rejects: null }];
}

/** The reasons for a leg's path and against the others, as the panel lists them. */
export function reasonsOf({ why, rejected }: ResolvedLeg): Reason[] {
  return [
    ...why.map(({ because, source }) => ({ because, source, rejects: null })),
    ...rejected.map(({ because, source, path }) => ({ because, source, rejects: path })),
  ];
}

/** What the reader and the resolver have to say about the machine of a device. */
export function notesOf({ machine, device }: FoundDevice): Note[] {
  const remarks = machine.problems.map(({ severity, message, range }) => ({
    severity,
    message,
    line: range.start.line,
  }));
  const limits = device.legs.flatMap(({ note, path }) =>
    note !== null && path !== null ? [{ severity: 'information' as const, message: note, line: -1 }] : [],
  );
  return [...remarks, ...limits];
}

function withoutPath(driver: string, { note, alternatives }: ResolvedLeg): string {
  const cases = alternatives.map(({ path, when }) => `• ${path ?? 'no path'} when ${when}`);
  const head = `${driver}: ${note ?? 'no path can be given'}`;
  return cases.length === 0 ? `${head}.` : `${head}:\n${cases.join('\n')}`;
}

function trouble(message: string): Trouble {
  return { message, action: null };
}
