import { fail, ok, type Result } from '../base/result.ts';
import { findPath } from '../paths/all-paths.ts';
import type { ResolvedDevice, ResolvedFile, ResolvedLeg } from '../resolve/resolved-file.ts';
import { locatedMessage } from './messages.ts';

/** A device of a file with a leg that can be run. */
export interface SelectedDevice {
  readonly device: ResolvedDevice;
  readonly leg: ResolvedLeg & { readonly path: string };
  /** `file:line:column`. */
  readonly place: string;
  /** What the user should know about the choice, as a whole message; null if nothing. */
  readonly note: string | null;
}

/**
 * The device called `wanted` (its id, or its line counted from 1), or without a name the first one that can be
 * run, of those that are written if there are any; and of its legs the one called `leg`, or the first that can be run. The error is a whole message that says what there is.
 */
export function selectDevice(
  file: ResolvedFile,
  wanted: string | undefined,
  leg?: string,
): Result<SelectedDevice> {
  const written = file.machines.flatMap((machine) => machine.devices);
  const byDefault = file.machines.flatMap((machine) => machine.defaultDevices);
  const devices = [...written, ...byDefault];
  const message = (device: ResolvedDevice | undefined, text: string): string =>
    locatedMessage(file.file, device?.range.start ?? { line: 0, character: 0 }, text);
  if (devices.length === 0)
    return fail(message(undefined, 'the file asks for no device, so there is nothing to run'));
  if (wanted === undefined) return first(file, written.length > 0 ? written : byDefault, leg, message);
  const called = written.filter((device) => isCalled(device, wanted));
  const found = called.length > 0 ? called : byDefault.filter(({ id }) => id === wanted);
  const [device] = found;
  if (device === undefined) {
    const names = devices.map(({ id }) => id).slice(0, MOST_NAMES);
    return fail(message(undefined, `no device '${wanted}'; there are ${names.join(', ')}`));
  }
  if (found.length > 1 && device.byDefault !== undefined) {
    return fail(message(device, `several machines of the file have '${wanted}' by default`));
  }
  if (found.length > 1) {
    const lines = found.map(({ range }) => range.start.line + 1).slice(0, MOST_NAMES);
    return fail(
      message(
        device,
        `'${wanted}' is the name of several devices; choose one by its line: ${lines.join(', ')}`,
      ),
    );
  }
  const selected = runnable(file, device, leg);
  return selected === undefined ? fail(message(device, whyNot(device, leg))) : ok(selected);
}

const MOST_NAMES = 20;

type Message = (device: ResolvedDevice | undefined, text: string) => string;

function first(
  file: ResolvedFile,
  devices: readonly ResolvedDevice[],
  leg: string | undefined,
  message: Message,
): Result<SelectedDevice> {
  const runnables = devices.flatMap((device) => runnable(file, device, leg) ?? []);
  const [selected] = runnables;
  if (selected === undefined) {
    const modelled = devices.find(({ legs }) => legs.length > 0) ?? devices[0];
    return fail(message(modelled, modelled === undefined ? '' : whyNot(modelled, leg)));
  }
  if (runnables.length === 1) return ok(selected);
  const others = runnables.slice(1, MOST_NAMES).map(({ device }) => device.id);
  const note = message(
    selected.device,
    `running ${selected.device.id}; --device chooses another: ${others.join(', ')}`,
  );
  return ok({ ...selected, note: `${note}${selected.note ?? ''}` });
}

function isCalled(device: ResolvedDevice, wanted: string): boolean {
  return device.id === wanted || String(device.range.start.line + 1) === wanted;
}

function runnable(
  file: ResolvedFile,
  device: ResolvedDevice,
  wanted: string | undefined,
): SelectedDevice | undefined {
  const legs = device.legs.filter(({ path, canRun }) => path !== null && canRun);
  const leg = wanted === undefined ? legs[0] : legs.find((known) => known.leg === wanted);
  if (leg?.path == null) return undefined;
  const { line, character } = device.range.start;
  const place = `${file.file === '-' ? '<stdin>' : file.file}:${line + 1}:${character + 1}`;
  const [other] = wanted === undefined ? legs.slice(1) : [];
  const note =
    other === undefined
      ? null
      : `running the ${leg.leg} of ${device.id}; --leg ${other.leg} runs the other way`;
  return {
    device,
    leg: { ...leg, path: leg.path },
    place,
    note: note && locatedMessage(file.file, device.range.start, note),
  };
}

function whyNot(device: ResolvedDevice, wanted: string | undefined): string {
  const leg = wanted === undefined ? device.legs[0] : device.legs.find((known) => known.leg === wanted);
  if (leg === undefined && device.legs.length > 0)
    return `${device.id} has no leg '${wanted ?? ''}'; it has ${device.legs.map((known) => known.leg).join(', ')}`;
  if (leg === undefined) return `${device.id} cannot be run: ${device.note ?? 'it has no path'}`;
  const cases = leg.alternatives.map(({ path, when }) => `${path ?? 'no path'} when ${when}`);
  const isBuilt = leg.alternatives.some(({ path }) => path !== null && findPath(path) !== undefined);
  const hint = isBuilt ? ' (--path runs one of them)' : '';
  const choose = cases.length === 0 ? '' : `; ${cases.join('; ')}${hint}`;
  const takes = leg.path === null ? `${device.id} cannot be run` : `${device.id} takes ${leg.path}`;
  return `${takes}: ${leg.note ?? 'it has no path'}${choose}`;
}
