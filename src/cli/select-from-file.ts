import { ok, type Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import type { PathSettings } from '../paths/path.ts';
import { familyOf } from '../resolve/families.ts';
import { decideMachine } from '../resolve/machine.ts';
import { settingsOfPath } from '../resolve/path-settings.ts';
import type { Arguments } from './arguments.ts';
import type { CliIo } from './io.ts';
import { readMachines, type Machines } from './read-machines.ts';
import { selectDevice, type SelectedDevice } from './select-device.ts';

/** A device of a launch file whose path is built. */
export interface DeviceOfFile {
  readonly device: SelectedDevice;
  /** What the file says of this device for a run of any path, the one it takes or another. */
  readonly settingsFor: (path: string) => PathSettings;
}

/** Reads a launch file and finds the device and the leg in it that are meant; the error is a whole message. */
export async function selectFromFile(
  name: string,
  args: Pick<Arguments, 'text'>,
  facts: Facts,
  io: CliIo,
): Promise<Result<DeviceOfFile>> {
  const machines = await readMachines(name, facts, io);
  if (!machines.ok) return machines;
  const selected = selectDevice(machines.value.resolved, args.text('device'), args.text('leg'));
  if (!selected.ok) return selected;
  const { note, leg } = selected.value;
  if (note !== null) io.err(note);
  const settings = { ...settingsInFile(machines.value, selected.value, facts), ...leg.settings };
  return ok({ device: selected.value, settingsFor: (path) => settingsOfPath(path, settings) });
}

/** The settings that the file gives the device, whichever paths they belong to. */
function settingsInFile(
  { launch, resolved }: Machines,
  { device }: SelectedDevice,
  facts: Facts,
): PathSettings {
  const index = resolved.machines.findIndex(({ devices }) => devices.includes(device));
  const vm = launch.machines[index];
  const described = vm?.devices[resolved.machines[index]?.devices.indexOf(device) ?? -1];
  const family = familyOf(device.driver);
  if (vm === undefined || described === undefined || family === undefined) return {};
  return family.settings({ device: described, machine: decideMachine(vm, facts) });
}
