import { DEVICES } from '../devices.ts';
import { MACHINE_TYPES } from '../machine-types.ts';
import { OPTIONS } from '../options.ts';

/** Arguments that make QEMU print something and exit; the answer is known by them, joined by blanks. */
export type Question = readonly string[];

export const ABOUT_VERSION: Question = ['--version'];
export const ABOUT_COMMAND_LINE: Question = ['-help'];
export const ABOUT_DEVICES: Question = ['-device', 'help'];
export const ABOUT_MACHINES: Question = ['-machine', 'help'];
/** Which accelerators it was built with. */
export const ABOUT_ACCELERATORS: Question = ['-accel', 'help'];
export const ABOUT_CPUS: Question = ['-cpu', 'help'];
export const ABOUT_TRACE_POINTS: Question = ['-trace', 'help'];

/** The question for the properties of one device, machine or object. */
export function aboutProperties(of: 'device' | 'machine' | 'object', name: string): Question {
  return [`-${of}`, `${name},help`];
}

/** The device drivers that are documented here, or have documented options. */
export const CATALOGUE_DRIVERS: readonly string[] = [
  ...new Set([...DEVICES.map(({ driver }) => driver), ...ofOptions('device')]),
];

/** The types of objects that have documented options. */
export const CATALOGUE_OBJECTS: readonly string[] = [...new Set(ofOptions('object'))];

/** All that a QEMU is asked, the version first. */
export const QUESTIONS: readonly Question[] = [
  ABOUT_VERSION,
  ABOUT_COMMAND_LINE,
  ABOUT_DEVICES,
  ABOUT_MACHINES,
  ABOUT_ACCELERATORS,
  ABOUT_CPUS,
  ABOUT_TRACE_POINTS,
  ...MACHINE_TYPES.map(({ name }) => aboutProperties('machine', name)),
  ...CATALOGUE_OBJECTS.map((name) => aboutProperties('object', name)),
  ...CATALOGUE_DRIVERS.map((name) => aboutProperties('device', name)),
];

function ofOptions(owner: 'device' | 'object'): string[] {
  return OPTIONS.filter((option) => option.owner === owner).flatMap(({ of }) => of);
}
