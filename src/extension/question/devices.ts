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

/** The device of that name; of several with one name, the one nearest to the line where it was last seen. */
export function deviceNamed(file: ResolvedFile, id: string, line: number): FoundDevice | undefined {
  const distance = ({ device }: FoundDevice): number => Math.abs(device.range.start.line - line);
  return [...devicesOf(file), ...defaultDevicesOf(file)]
    .filter(({ device }) => device.id === id)
    .sort((a, b) => distance(a) - distance(b))[0];
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
