import { nearestName } from '../base/nearest-name.ts';
import { deviceNames, isDeviceName } from '../catalog/devices.ts';
import type { DeviceDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import { checkDeviceOptions } from './check-device-options.ts';
import { checkEffect } from './check-effect.ts';
import { decideLeg } from './decide-leg.ts';
import { familyOf } from './families.ts';
import type { Machine } from './machine.ts';
import type { ResolvedDevice } from './resolved-file.ts';
import { withoutInterrupts } from './without-interrupts.ts';

/** What is said of a device. */
export interface DeviceAnswer {
  readonly asked: DeviceDescription;
  readonly resolved: ResolvedDevice;
  readonly problems: readonly Problem[];
}

/** Looking for the nearest name is slow; a file full of nonsense gets no more hints after these. */
export const MOST_HINTS = 50;

/** What is said of a device that is to be called `id`. */
export function resolveDevice(
  device: DeviceDescription,
  machine: Machine,
  id: string,
  hints: { left: number },
): DeviceAnswer {
  const base = { id, driver: device.driver.text, range: device.range };
  const problems: Problem[] = [];
  const family = device.driver.known ? familyOf(device.driver.text) : undefined;
  if (family === undefined) {
    const unknown = device.driver.known ? unknownDevice(device, machine, hints) : undefined;
    if (unknown !== undefined) problems.push(unknown);
    const note = device.driver.known
      ? (withoutInterrupts(device, machine) ?? `${device.driver.text} is not modelled yet`)
      : `the device is ${device.driver.text}, which this file does not say`;
    return { asked: device, resolved: { ...base, note, legs: [] }, problems };
  }
  const subject = { device, machine };
  const wrong = checkDeviceOptions(subject);
  for (const problem of wrong) problems.push(problem);
  const found: Problem[] = [];
  const legs = family.legs.map((rules) => decideLeg(family, rules, subject, found));
  for (const problem of eachOnce(found)) problems.push(problem);
  for (const problem of checkEffect(device, legs, wrong)) problems.push(problem);
  for (const problem of family.remarks?.(subject) ?? []) problems.push(problem);
  const queues = family.queuesInUse?.(subject) ?? 1;
  const resolved = { ...base, note: null, legs, ...(queues > 1 ? { queuesInUse: queues } : {}) };
  return { asked: device, resolved, problems };
}

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
