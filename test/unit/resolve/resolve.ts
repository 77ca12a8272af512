import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { readFacts } from '../../../src/facts/read-facts.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import type { ResolvedDevice, ResolvedLeg, ResolvedMachine } from '../../../src/resolve/resolved-file.ts';

/** The only machine of a launch file, under the default facts or those of `--host` and `--guest`. */
export function resolveMachine(text: string, host?: string, guest?: string): ResolvedMachine {
  const facts = readFacts(host, guest);
  if (!facts.ok) throw new Error(facts.error);
  const file = readLaunchFile(text, 'vm.sh');
  if (!file.ok) throw new Error(file.error.message);
  const [machine, ...others] = resolveFile(file.value, facts.value).machines;
  if (machine === undefined || others.length > 0) throw new Error('expected one machine');
  return machine;
}

/** Its first device. */
export function resolveDevice(text: string, host?: string, guest?: string): ResolvedDevice {
  const [device] = resolveMachine(text, host, guest).devices;
  if (device === undefined) throw new Error('expected a device');
  return device;
}

/** The first leg of its first device. */
export function resolveLeg(text: string, host?: string, guest?: string): ResolvedLeg {
  const [leg] = resolveDevice(text, host, guest).legs;
  if (leg === undefined) throw new Error('expected a leg');
  return leg;
}

/** The codes of its problems, with their severities. */
export function problemsOf(text: string, host?: string, guest?: string): string[] {
  return resolveMachine(text, host, guest).problems.map(({ code, severity }) => `${severity} ${code}`);
}
