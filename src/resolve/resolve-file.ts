import type { PlaceChange } from '../base/place-change.ts';
import { runToEnd } from '../base/steps.ts';
import type { Steps } from '../base/steps.ts';
import { compare } from '../base/text-range.ts';
import type { DeviceDescription, LaunchFile, VmDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import type { Facts } from '../facts/facts.ts';
import { checkBackendOptions } from './check-backend-options.ts';
import { checkGlobals } from './check-device-options.ts';
import { checkIds } from './check-ids.ts';
import { checkMachineOptions } from './check-machine-options.ts';
import { defaultDevices } from './default-devices.ts';
import { DeviceIds } from './device-ids.ts';
import { answersThatHold, type MachineBefore } from './earlier-answers.ts';
import { impliedDevices } from './implied-devices.ts';
import { decideMachine, type Machine } from './machine.ts';
import { MOST_HINTS, resolveDevice, type DeviceAnswer } from './resolve-device.ts';
import type { ResolvedDevice, ResolvedFile, ResolvedMachine } from './resolved-file.ts';

/** The path of every leg of every device in a launch file, with every reason, under the given assumptions. */
export function resolveFile(file: LaunchFile, facts: Facts): ResolvedFile {
  return runToEnd(resolveBySteps(file, facts));
}

/** The same, a device a step. */
export function* resolveBySteps(file: LaunchFile, facts: Facts): Steps<ResolvedFile> {
  return (yield* resolveVersion(file, facts, null)).resolved;
}

/** What was found out about a machine, and what is said of it. */
interface MachineAnswer extends MachineBefore {
  readonly resolved: ResolvedMachine;
}

/** What a version of a file means, and what of that the next one can take over. */
export interface Resolution {
  readonly resolved: ResolvedFile;
  readonly machines: readonly MachineAnswer[];
}

/** What a version before meant, and how the text changed since. */
export interface ResolutionBefore {
  readonly resolution: Resolution;
  readonly change: PlaceChange;
}

/**
 * The same as `resolveBySteps`; of the version before, if it was read under the same facts, all answers are taken over
 * that the change cannot touch.
 */
export function* resolveVersion(
  file: LaunchFile,
  facts: Facts,
  before: ResolutionBefore | null,
): Steps<Resolution> {
  const machines: MachineAnswer[] = [];
  const isUsable = before && JSON.stringify(before.resolution.resolved.facts) === JSON.stringify(facts);
  const known = isUsable ? machinesBefore(before, file) : [];
  for (const [i, vm] of file.machines.entries()) {
    const earlier = known[i];
    machines.push(yield* resolveMachine(vm, facts, before && earlier ? [earlier, before.change] : null));
  }
  const resolved = machines.map((machine) => machine.resolved);
  const { fileName, format, problems } = file;
  return { resolved: { file: fileName, format, facts, machines: resolved, problems }, machines };
}

/** What is said of one device of a machine: nothing about the others, of which there may be hundreds. */
export function resolveDeviceOf(vm: VmDescription, device: DeviceDescription, facts: Facts): ResolvedDevice {
  const id = new DeviceIds().next(device);
  return resolveDevice(device, decideMachine(vm, facts), id, { left: 0 }).resolved;
}

/** For each machine of a file the one that was in its place before the change, counted from the nearer end. */
function machinesBefore({ resolution }: ResolutionBefore, file: LaunchFile): (MachineAnswer | undefined)[] {
  const { machines } = resolution;
  const added = file.machines.length - machines.length;
  const isSameStart = (i: number): boolean => {
    const [one, other] = [machines[i], file.machines[i]];
    return one !== undefined && other !== undefined && compare(one.resolved.range.end, other.range.end) === 0;
  };
  const firstOther = file.machines.findIndex((_, i) => !isSameStart(i));
  return file.machines.map(
    (_, i) => machines[added === 0 || i < firstOther || firstOther < 0 ? i : i - added],
  );
}

function* resolveMachine(
  vm: VmDescription,
  facts: Facts,
  before: readonly [MachineAnswer, PlaceChange] | null,
): Steps<MachineAnswer> {
  // The reader has left it where it was.
  if (before?.[0].machine.vm === vm) return before[0];
  const machine = decideMachine(vm, facts);
  const problems: Problem[] = vm.problems.concat(
    checkMachineOptions(machine),
    checkBackendOptions(vm, facts.host.qemu),
    checkGlobals(machine),
    checkIds(vm),
  );
  const ids = new DeviceIds();
  const hints = { left: MOST_HINTS };
  // Those of short forms come behind, and then those that nobody asked for: a device of the file keeps its place.
  const written = [...vm.devices, ...impliedDevices(machine)];
  const others = defaultDevices(machine, written.slice(vm.devices.length));
  const asked = [...written, ...others.map(({ device }) => device)];
  const known = before ? answersThatHold(...before, machine, asked) : [];
  const answers: DeviceAnswer[] = [];
  for (const [i, device] of asked.entries()) {
    const id = ids.next(device);
    const held = known[i];
    const answer = held ? called(id, held) : resolveDevice(device, machine, id, hints);
    answers.push(answer);
    // What nobody wrote is nobody's mistake.
    if (i < written.length) for (const problem of answer.problems) problems.push(problem);
    yield;
  }
  const all = answers.map(({ resolved }) => resolved);
  const devices = all.slice(0, written.length);
  const defaults = others.flatMap(({ byDefault }, i): ResolvedDevice[] => {
    const device = all[written.length + i];
    return device === undefined ? [] : [{ ...device, byDefault }];
  });
  if (devices.some(({ legs }) => legs.length > 0)) problems.push(...assumptions(machine));
  const resolved = {
    range: vm.range,
    accelerator: machine.accelerator.value ?? null,
    ...hardwareOf(machine, all),
    devices,
    defaultDevices: defaults,
    problems: ofMachineOnce(problems).sort((a, b) => compare(a.range.start, b.range.start)),
  };
  return { machine, answers, resolved };
}

/** An answer under another name: a device in front may have the one that it had. */
function called(id: string, answer: DeviceAnswer): DeviceAnswer {
  return answer.resolved.id === id ? answer : { ...answer, resolved: { ...answer.resolved, id } };
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
