import { compare } from '../base/text-range.ts';
import { isDeviceName, deviceNames } from '../catalog/devices.ts';
import { nearestName } from '../base/nearest-name.ts';
import { runToEnd } from '../base/steps.ts';
import type { Steps } from '../base/steps.ts';
import type { DeviceDescription, LaunchFile, VmDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import type { Facts } from '../facts/facts.ts';
import { checkBackendOptions } from './check-backend-options.ts';
import { checkDeviceOptions, checkGlobals } from './check-device-options.ts';
import { checkEffect } from './check-effect.ts';
import { checkMachineOptions } from './check-machine-options.ts';
import { decideLeg } from './decide-leg.ts';
import { DeviceIds } from './device-ids.ts';
import { familyOf } from './families.ts';
import { impliedDevices } from './implied-devices.ts';
import { decideMachine, type Machine } from './machine.ts';
import type { ResolvedDevice, ResolvedFile, ResolvedMachine } from './resolved-file.ts';
import { withoutInterrupts } from './without-interrupts.ts';

/** The path of every leg of every device in a launch file, with every reason, under the given assumptions. */
export function resolveFile(file: LaunchFile, facts: Facts): ResolvedFile {
  return runToEnd(resolveBySteps(file, facts));
}

/** The same, a device a step. */
export function* resolveBySteps(file: LaunchFile, facts: Facts): Steps<ResolvedFile> {
  const machines: ResolvedMachine[] = [];
  for (const vm of file.machines) machines.push(yield* resolveMachine(vm, facts));
  return { file: file.fileName, format: file.format, facts, machines, problems: file.problems };
}

/** What is said of one device of a machine: nothing about the others, of which there may be hundreds. */
export function resolveDeviceOf(vm: VmDescription, device: DeviceDescription, facts: Facts): ResolvedDevice {
  return resolveDevice(device, decideMachine(vm, facts), new DeviceIds(), { left: 0 }, []);
}

function* resolveMachine(vm: VmDescription, facts: Facts): Steps<ResolvedMachine> {
  const machine = decideMachine(vm, facts);
  const problems: Problem[] = vm.problems.concat(
    checkMachineOptions(machine),
    checkBackendOptions(vm, facts.host.qemu),
    checkGlobals(machine),
  );
  const ids = new DeviceIds();
  const hints = { left: MOST_HINTS };
  // Those of short forms come last: a device of the file keeps its place in the list.
  const asked = [...vm.devices, ...impliedDevices(machine)];
  const devices: ResolvedDevice[] = [];
  for (const device of asked) {
    devices.push(resolveDevice(device, machine, ids, hints, problems));
    yield;
  }
  if (devices.some(({ legs }) => legs.length > 0)) problems.push(...assumptions(machine));
  return {
    range: vm.range,
    accelerator: machine.accelerator.value ?? null,
    ...hardwareOf(machine, devices),
    devices,
    problems: ofMachineOnce(problems).sort((a, b) => compare(a.range.start, b.range.start)),
  };
}

/** What is said about processor and interrupt controller: nothing that is only assumed and that no answer rests on. */
function hardwareOf(
  { architecture, type, accelerator, irqchip, gicVersion }: Machine,
  devices: readonly ResolvedDevice[],
): Pick<ResolvedMachine, 'architecture' | 'irqchip' | 'gicVersion'> {
  const isKvm = accelerator.value === 'kvm';
  const isSaid = !architecture.isDefault || devices.some(({ legs }) => legs.length > 0);
  const isVirt = isKvm && isSaid && architecture.value === 'arm' && type.value === 'virt';
  return {
    architecture: isSaid ? (architecture.value ?? null) : null,
    irqchip: isKvm && (isSaid || !irqchip.isDefault) ? (irqchip.value ?? null) : null,
    gicVersion: isVirt ? (gicVersion.value ?? null) : null,
  };
}

/** Looking for the nearest name is slow; a file full of nonsense gets no more hints after these. */
const MOST_HINTS = 50;

function resolveDevice(
  device: DeviceDescription,
  machine: Machine,
  ids: DeviceIds,
  hints: { left: number },
  problems: Problem[],
): ResolvedDevice {
  const base = { id: ids.next(device), driver: device.driver.text, range: device.range };
  const family = device.driver.known ? familyOf(device.driver.text) : undefined;
  if (family === undefined) {
    const unknown = device.driver.known ? unknownDevice(device, machine, hints) : undefined;
    if (unknown !== undefined) problems.push(unknown);
    const note = device.driver.known
      ? (withoutInterrupts(device, machine) ?? `${device.driver.text} is not modelled yet`)
      : `the device is ${device.driver.text}, which this file does not say`;
    return { ...base, note, legs: [] };
  }
  const subject = { device, machine };
  const wrong = checkDeviceOptions(subject);
  for (const problem of wrong) problems.push(problem);
  const found: Problem[] = [];
  const legs = family.legs.map((rules) => decideLeg(family, rules, subject, found));
  for (const problem of eachOnce(found)) problems.push(problem);
  for (const problem of checkEffect(device, legs, wrong)) problems.push(problem);
  return { ...base, note: null, legs };
}

/** What is wrong for every device of a machine is said at the first of them. */
function ofMachineOnce(problems: readonly Problem[]): Problem[] {
  const said = new Set<string>();
  return problems.filter(({ code, message }) => {
    if (!OF_MACHINE.has(code)) return true;
    const isNew = !said.has(message);
    said.add(message);
    return isNew;
  });
}

const OF_MACHINE: ReadonlySet<string> = new Set(['not-kvm', 'not-modelled']);

/** The legs of a device have rules in common, and so problems. */
function eachOnce(problems: readonly Problem[]): Problem[] {
  return problems.filter(
    ({ message }, i) => problems.findIndex((problem) => problem.message === message) === i,
  );
}

/** A driver that no QEMU is known to have; for targets whose devices are not listed, nothing is said. */
function unknownDevice(
  device: DeviceDescription,
  { vm }: Machine,
  hints: { left: number },
): Problem | undefined {
  const driver = device.driver.text;
  if (isDeviceName(driver) || (vm.target !== null && !LISTED_TARGETS.has(vm.target))) return undefined;
  hints.left -= 1;
  const nearest = hints.left >= 0 ? nearestName(driver, deviceNames()) : undefined;
  const message =
    nearest === undefined
      ? `no device '${driver}' is known here (the names are those of QEMU 7.2 and some later ones)`
      : `no device '${driver}' is known here; did you mean '${nearest}'?`;
  const severity = nearest === undefined ? 'information' : 'warning';
  return { code: 'unknown-device', severity, message, range: device.driver.range };
}

const LISTED_TARGETS: ReadonlySet<string> = new Set(['aarch64', 'arm', 'x86_64', 'i386']);

/** What is taken for granted about a command line that does not say it. */
function assumptions({ vm, accelerator, architecture, gicVersion, type }: Machine): Problem[] {
  const information = (message: string): Problem[] => {
    return [{ code: 'assumed-machine', severity: 'information', message, range: vm.range }];
  };
  const isArm = architecture.value === 'arm';
  if (vm.binary === null) {
    const assumed = [
      ...(accelerator.isDefault ? ['KVM'] : []),
      ...(architecture.isDefault ? ['an x86 guest'] : []),
      ...(type.isDefault ? [`the machine ${type.given ?? '?'}`] : []),
      ...(isArm && gicVersion.isDefault ? [`GICv${gicVersion.value ?? '?'}`] : []),
    ];
    if (assumed.length === 0) return [];
    return information(`assumed, since the fragment does not say it: ${assumed.join(', ')}`);
  }
  if (architecture.isDefault) return information(architecture.because);
  if (!isArm || !type.isDefault) return [];
  return information('no -machine is given, and QEMU on Arm has no default; virt is assumed');
}
