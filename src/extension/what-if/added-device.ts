import type { LaunchFile } from '../../config/launch-file.ts';
import { readLaunchFile } from '../../config/read-launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { resolveFile } from '../../resolve/resolve-file.ts';
import type { ResolvedFile } from '../../resolve/resolved-file.ts';
import { VFIO_PLATFORM_FAMILY } from '../../resolve/vfio-platform.ts';
import { CHANGEABLE_FACTS, factsWith } from '../fact-settings.ts';
import type { AddedDevice } from './device-store.ts';
import { PRESETS } from './presets.ts';
import type { Nature, Preset } from './presets.ts';

/** The machines around devices that were added by hand: what the paths of their families take for granted. */
const ARM = 'qemu-system-aarch64 -machine virt,accel=kvm -cpu host';
const X86 = 'qemu-system-x86_64 -machine q35,accel=kvm -cpu host -m 1G';

/** A launch file with that one device in it, and what its nature says; undefined if there can be none. */
export function launchFileFor(added: AddedDevice): LaunchFile | undefined {
  const { id, driver, options, backends = [], settings } = added;
  const properties = Object.entries({ id, ...options }).map(([name, value]) => `${name}=${quoted(value)}`);
  const machine = VFIO_PLATFORM_FAMILY.drivers.includes(driver) ? ARM : X86;
  const thread = options.iothread === undefined ? [] : [`-object iothread,id=${quoted(options.iothread)}`];
  const words = [machine, ...backends, ...thread, `-device ${[driver, ...properties].join(',')}`];
  const file = readLaunchFile(`${words.join(' ')}\n`, id);
  if (!file.ok) return undefined;
  const machines = file.value.machines.map((vm) => ({
    ...vm,
    devices: vm.devices.map((device) => (settings === undefined ? device : { ...device, nature: settings })),
  }));
  return { ...file.value, machines };
}

/** A comma ends an option for QEMU, a blank or a sign of the shell a word for the reader. */
function quoted(value: string): string {
  const escaped = value.replaceAll(',', ',,');
  return /^[\w.,:/@%+-]*$/.test(escaped) ? escaped : `'${escaped.replaceAll("'", "'\\''")}'`;
}

/** What is assumed about host and guest for a device whose nature says more than the settings do. */
export function factsOf({ facts: own = {} }: Nature, facts: Facts): Facts {
  return CHANGEABLE_FACTS.reduce((sum, fact) => {
    const value = own[fact.fact];
    return value === undefined ? sum : factsWith(sum, fact, value);
  }, facts);
}

/** An added device in its machine, under the assumptions that hold for it; undefined if there can be none. */
export function resolveAdded(
  added: AddedDevice,
  assumed: Facts,
): { readonly file: LaunchFile; readonly resolved: ResolvedFile; readonly facts: Facts } | undefined {
  const facts = factsOf(added, assumed);
  const file = launchFileFor(added);
  return file && { file, resolved: resolveFile(file, facts), facts };
}

/** What *Add Device…* offers under these assumptions. */
export interface OfferedPreset {
  readonly preset: Preset;
  /** Why it can be looked at and not run; null if it can be run. */
  readonly limit: string | null;
}

/** The presets that have a path under these assumptions, in their order. */
export function offeredPresets(facts: Facts): OfferedPreset[] {
  return PRESETS.flatMap((preset) => {
    const [device] = resolveAdded(addedFrom(preset), facts)?.resolved.machines[0]?.devices ?? [];
    const legs = device?.legs.filter(({ path }) => path !== null) ?? [];
    if (legs.length === 0) return [];
    const limit = legs.some(({ canRun }) => canRun) ? null : (legs[0]?.note ?? null);
    return [{ preset, limit }];
  });
}

/** The device that a preset makes. */
export function addedFrom({ id, driver, options, backends, facts, settings }: Preset): AddedDevice {
  return {
    id,
    driver,
    options,
    ...(backends && { backends }),
    ...(facts && { facts }),
    ...(settings && { settings }),
  };
}
