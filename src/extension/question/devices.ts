import { contains } from '../../base/text-range.ts';
import type { Position } from '../../base/text-range.ts';
import type { ResolvedDevice, ResolvedFile, ResolvedMachine } from '../../resolve/resolved-file.ts';

/** A device with the machine that it belongs to. */
export interface FoundDevice {
  readonly machine: ResolvedMachine;
  readonly device: ResolvedDevice;
  /** Numbers of the machine in its file and of the device in its machine, from 0. */
  readonly place: { readonly machine: number; readonly device: number };
}

/** All devices that a file asks for, in its order. */
export function devicesOf(file: ResolvedFile): FoundDevice[] {
  return file.machines.flatMap((machine, i) =>
    machine.devices.map((device, j) => ({ machine, device, place: { machine: i, device: j } })),
  );
}

/** Those that its machines have by default, numbered behind the others of their machine. */
export function defaultDevicesOf(file: ResolvedFile): FoundDevice[] {
  return file.machines.flatMap((machine, i) =>
    machine.defaultDevices.map((device, j) => {
      return { machine, device, place: { machine: i, device: machine.devices.length + j } };
    }),
  );
}

/** The device that the cursor is on. */
export function deviceAt(file: ResolvedFile, position: Position): FoundDevice | undefined {
  return devicesOf(file).find(({ device }) => contains(device.range, position));
}

/** Devices by their places: what a variable holds is one place for all machines that use it. */
export function devicesByPlace(all: readonly FoundDevice[]): FoundDevice[][] {
  const places = new Map<string, FoundDevice[]>();
  const counts = new Map<string, number>();
  for (const found of all) {
    const { start, end } = found.device.range;
    const range = [start.line, start.character, end.line, end.character].join(' ');
    // One place may give a machine several devices.
    const own = `${range} of ${String(found.place.machine)}`;
    const count = counts.get(own) ?? 0;
    counts.set(own, count + 1);
    const key = `${range} ${String(count)}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, [found]);
    else place.push(found);
  }
  return [...places.values()];
}

/** The device that the cursor is on, in every machine that has it from there. */
export function devicesAt(file: ResolvedFile, position: Position): FoundDevice[] {
  const around = devicesOf(file).filter(({ device }) => contains(device.range, position));
  return devicesByPlace(around)[0] ?? [];
}

/** Where a device was last seen: its line, and that of its machine, if somebody knows it. */
export interface LastSeen {
  readonly line: number;
  readonly machineLine?: number | undefined;
}

/** The device of that name; of several with one name, the one nearest to where it was last seen. */
export function deviceNamed(
  file: ResolvedFile,
  id: string,
  { line, machineLine }: LastSeen,
): FoundDevice | undefined {
  const distance = ({ device }: FoundDevice): number => Math.abs(device.range.start.line - line);
  const machineDistance = ({ machine }: FoundDevice): number =>
    machineLine === undefined ? 0 : Math.abs(machine.range.start.line - machineLine);
  return [...devicesOf(file), ...defaultDevicesOf(file)]
    .filter(({ device }) => device.id === id)
    .sort((a, b) => distance(a) - distance(b) || machineDistance(a) - machineDistance(b))[0];
}

/** The device at a place of a file, if the file still has one there. */
export function deviceInPlace(file: ResolvedFile, place: FoundDevice['place']): FoundDevice | undefined {
  const machine = file.machines[place.machine];
  const device = machine && [...machine.devices, ...machine.defaultDevices][place.device];
  return machine && device && { machine, device, place };
}

/**
 * Devices that can be asked about: those with a path that can be run, or that depends. Without any, all of them; and
 * what a machine has by default where nothing is asked for.
 */
export function askableDevices(file: ResolvedFile): FoundDevice[] {
  const written = devicesOf(file);
  const all = written.length > 0 ? written : defaultDevicesOf(file);
  const modelled = all.filter(({ device }) =>
    device.legs.some(({ path, canRun }) => path === null || canRun),
  );
  return modelled.length > 0 ? modelled : all;
}
