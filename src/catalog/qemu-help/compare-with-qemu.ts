import { isBetween } from '../../facts/releases.ts';
import { findDevice, isDeviceName } from '../devices.ts';
import { MACHINE_TYPES } from '../machine-types.ts';
import type { MachineTypeDoc } from '../machine-types.ts';
import type { OptionDoc } from '../option-doc.ts';
import { OPTIONS, optionsOfDriver } from '../options.ts';
import { otherOptionsOf } from '../other-options.ts';
import { TRACE_POINTS } from '../trace-points.ts';
import { valueOf } from '../command-options.ts';
import { compareProperties } from './compare-properties.ts';
import { EVER, lifetimeText } from './difference.ts';
import type { QemuDifference } from './difference.ts';
import type { QemuAnswers } from './qemu-answers.ts';
import * as about from './questions.ts';
import * as lists from './read-lists.ts';
import { readProperties } from './read-properties.ts';

/** All differences between the catalogue and what a QEMU said; nothing that it was not asked is a difference. */
export function compareWithQemu(qemu: QemuAnswers): QemuDifference[] {
  const architecture = architectureOf(qemu);
  return [
    ...commandLine(qemu),
    ...deviceNames(qemu),
    ...machines(qemu, architecture),
    ...about.CATALOGUE_DRIVERS.flatMap((driver) => device(qemu, driver, architecture)),
    ...about.CATALOGUE_OBJECTS.flatMap((type) => object(qemu, type)),
    ...netdevs(qemu),
    ...accelerator(qemu),
    ...cpuFlags(qemu, architecture),
    ...tracePoints(qemu),
  ];
}

type Architecture = MachineTypeDoc['architecture'] | undefined;

function architectureOf(qemu: QemuAnswers): Architecture {
  const printed = lists.readMachines(qemu.to(about.ABOUT_MACHINES) ?? '');
  return MACHINE_TYPES.find(({ name, architecture }) =>
    printed.some((one) => one.name === name && (architecture === 'x86' || one.title.includes(' ARM '))),
  )?.architecture;
}

function commandLine(qemu: QemuAnswers): QemuDifference[] {
  return lists
    .readCommandOptions(qemu.to(about.ABOUT_COMMAND_LINE) ?? '')
    .filter((name) => valueOf(name) === 'unknown')
    .map((name) => unknown('-help', `-${name}`));
}

function deviceNames(qemu: QemuAnswers): QemuDifference[] {
  return lists
    .readDeviceNames(qemu.to(about.ABOUT_DEVICES) ?? '')
    .filter((name) => !isDeviceName(name))
    .map((name) => unknown('-device', name));
}

function machines(qemu: QemuAnswers, architecture: Architecture): QemuDifference[] {
  const answer = qemu.to(about.ABOUT_MACHINES);
  if (answer === undefined) return [];
  const printed = lists.readMachines(answer);
  const types = MACHINE_TYPES.filter((type) => type.architecture === architecture);
  return types.flatMap((type) => {
    const isThere = printed.some(({ name }) => name === type.name);
    return [
      ...presence(
        { subject: '-machine', name: type.name, introduced: type.introduced, removed: null },
        isThere,
        qemu,
      ),
      ...newestVersion(type, printed, qemu),
      ...machineProperties(qemu, type.name),
    ];
  });
}

/** A name without a version stands for the newest one, which has the number of the release. */
function newestVersion(
  { name, versions }: MachineTypeDoc,
  printed: readonly lists.PrintedMachine[],
  { release }: QemuAnswers,
): QemuDifference[] {
  const aliasOf = printed.find((one) => one.name === name)?.aliasOf ?? null;
  const [newest = ''] = /^\d+\.\d+/.exec(release) ?? [];
  const expected = versions === null ? null : versions + newest;
  if (aliasOf === null || aliasOf === expected) return [];
  const catalogue = expected === null ? 'it has no versions' : `it is ${expected}`;
  return [{ kind: 'default', subject: '-machine', name, catalogue, qemu: `makes it ${aliasOf}` }];
}

function machineProperties(qemu: QemuAnswers, name: string): QemuDifference[] {
  const answer = qemu.to(about.aboutProperties('machine', name));
  if (answer === undefined) return [];
  const options = OPTIONS.filter(({ owner, of }) => owner === 'machine' && of.includes(name));
  return compareProperties(
    { subject: `-machine ${name}`, options, isOther: () => true },
    readProperties(answer),
    qemu.release,
  );
}

function device(qemu: QemuAnswers, driver: string, architecture: Architecture): QemuDifference[] {
  const answer = qemu.to(about.aboutProperties('device', driver));
  const doc = findDevice(driver);
  const isElsewhere = doc?.architecture !== undefined && doc.architecture !== architecture;
  const isThere = answer !== undefined;
  const there =
    doc === undefined || isElsewhere
      ? []
      : presence({ subject: '-device', name: driver, ...doc }, isThere, qemu);
  if (!isThere || there.length > 0) return there;
  return compareProperties(
    {
      subject: `-device ${driver}`,
      options: optionsOfDriver(driver),
      isOther: (name) => doc === undefined || otherOptionsOf(driver)?.has(name) === true,
    },
    readProperties(answer),
    qemu.release,
  );
}

function object(qemu: QemuAnswers, type: string): QemuDifference[] {
  const answer = qemu.to(about.aboutProperties('object', type));
  if (answer === undefined) return [];
  return compareProperties(
    { subject: `-object ${type}`, options: ofBackend('object', type), isOther: () => true },
    readProperties(answer),
    qemu.release,
  );
}

/** Only their names stand in the help. */
function netdevs(qemu: QemuAnswers): QemuDifference[] {
  const help = qemu.to(about.ABOUT_COMMAND_LINE);
  if (help === undefined) return [];
  const types = new Set(OPTIONS.filter(({ owner }) => owner === 'netdev').flatMap(({ of }) => of));
  return [...types].flatMap((type) => {
    const printed = lists.readNetdevOptions(help, type);
    return ofBackend('netdev', type).flatMap((option) =>
      presence({ subject: `-netdev ${type}`, ...option }, printed.includes(option.name), qemu),
    );
  });
}

function accelerator(qemu: QemuAnswers): QemuDifference[] {
  const help = qemu.to(about.ABOUT_COMMAND_LINE);
  if (help === undefined) return [];
  const printed = lists.readAccelOptions(help);
  return OPTIONS.filter(({ owner }) => owner === 'accelerator').flatMap((option) =>
    presence({ subject: '-accel kvm', ...option }, printed.includes(option.name), qemu),
  );
}

function cpuFlags(qemu: QemuAnswers, architecture: Architecture): QemuDifference[] {
  const answer = qemu.to(about.ABOUT_CPUS);
  if (answer === undefined || architecture !== 'x86') return [];
  const flags = lists.readCpuFlags(answer);
  const options = OPTIONS.filter(({ owner }) => owner === 'cpu');
  return options.flatMap((option) =>
    presence({ subject: '-cpu', ...option }, flags.includes(option.name), qemu),
  );
}

function tracePoints(qemu: QemuAnswers): QemuDifference[] {
  const answer = qemu.to(about.ABOUT_TRACE_POINTS);
  if (answer === undefined) return [];
  const printed = new Set(lists.readTracePoints(answer));
  return TRACE_POINTS.flatMap((point) =>
    presence(
      { subject: '-trace', ...point, introduced: point.introduced ?? EVER },
      printed.has(point.name),
      qemu,
    ),
  );
}

interface Lifetime {
  readonly subject: string;
  readonly name: string;
  readonly introduced: string | null;
  readonly removed: string | null;
}

function presence(
  { subject, name, introduced, removed }: Lifetime,
  isThere: boolean,
  { release }: QemuAnswers,
): QemuDifference[] {
  const isExpected = introduced !== null && isBetween(release, introduced, removed);
  if (isThere === isExpected) return [];
  const catalogue = lifetimeText({ introduced, removed });
  return isThere
    ? [{ kind: 'present', subject, name, catalogue, qemu: 'has it' }]
    : [{ kind: 'missing', subject, name, catalogue, qemu: 'does not have it' }];
}

function unknown(subject: string, name: string): QemuDifference {
  return { kind: 'unknown', subject, name, catalogue: 'nothing of it', qemu: 'has it' };
}

function ofBackend(owner: 'netdev' | 'object', type: string): OptionDoc[] {
  return OPTIONS.filter((option) => option.owner === owner && option.of.includes(type));
}
