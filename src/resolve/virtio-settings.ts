import type { PathSettings } from '../paths/path.ts';
import { compareReleases } from '../facts/releases.ts';
import { callOf, kickOf } from '../paths/virtio-settings.ts';
import type { CallWay, KickWay } from '../paths/virtio-settings.ts';
import { lastNamed } from './decision.ts';
import { evaluate } from './evaluate.ts';
import type { DeviceInMachine, LegRules } from './family.ts';
import { follow } from './links.ts';
import { machineRelease } from './machine-release.ts';
import { machineSettings, onOff } from './machine-settings.ts';
import { booleanOf, optionValue, readUnsigned } from './option-value.ts';
import { inIothread, iothreadProperty } from './rules/virtio-iothread.ts';
import type { VirtioDriver } from './virtio-driver.ts';
import { queueSettings } from './virtio-queues.ts';
import { netSettings } from './virtio-net-settings.ts';

/** How the rules decide a leg of the device: the kick and the call. */
export interface VirtioLegs {
  readonly kick: LegRules;
  readonly call: LegRules;
}

/** What a file says of a virtio device for a run: the device, its doorbell, its ring, and how its other leg goes. */
export function virtioSettings(
  driver: VirtioDriver,
  subject: DeviceInMachine,
  legs: VirtioLegs,
): PathSettings {
  const transport = transportOf(driver, subject);
  const eventIdx = optionValue(subject, driver, 'event_idx');
  const wantsEventIdx = booleanOf(eventIdx);
  // A legacy driver cannot use a packed ring.
  const isPacked = transport !== 'legacy' && booleanOf(optionValue(subject, driver, 'packed')) === true;
  const pollMaxNs = pollTime(driver, subject);
  return {
    ...machineSettings(subject.machine),
    device: driver.kind.name,
    ...(transport === undefined ? {} : { transport }),
    ...(isPacked ? { ring: 'packed' } : {}),
    ...(eventIdx.property !== null && wantsEventIdx !== undefined ? { eventIdx: onOff(wantsEventIdx) } : {}),
    ...(pollMaxNs === undefined ? {} : { pollMaxNs }),
    ...netSettings(driver, subject),
    ...waysOf(driver, subject, legs),
  };
}

/**
 * Where a Linux guest notifies: in memory, unless the device has nothing but the port of before virtio 1.0, or a port
 * for modern drivers too, whose capability QEMU puts before the other. Undefined if the file does not say it.
 * Source: QEMU hw/virtio/virtio-pci.c virtio_pci_device_plugged, hw/core/machine.c hw_compat_2_6; Linux
 * drivers/virtio/virtio_pci_modern_dev.c vp_modern_probe.
 */
function transportOf(driver: VirtioDriver, subject: DeviceInMachine): string | undefined {
  if (driver.transport === 'mmio') return 'mmio';
  const isNamedForIt = subject.device.driver.text.endsWith('transitional');
  const disabled = optionValue(subject, driver, 'disable-modern');
  const isLegacy =
    disabled.property === null
      ? compareReleases(machineRelease(subject.machine), MODERN_SINCE) < 0
      : booleanOf(disabled);
  if (isLegacy === undefined && !isNamedForIt) return undefined;
  if (isLegacy === true && !isNamedForIt) return 'legacy';
  return booleanOf(optionValue(subject, driver, 'modern-pio-notify')) === true ? 'modern-pio' : 'modern';
}

/** The first release, and machine type, whose devices are modern without being told so. */
const MODERN_SINCE = '2.7';

/** How long the device's IOThread polls, where that is not what QEMU of today does by itself. */
function pollTime(driver: VirtioDriver, subject: DeviceInMachine): number | undefined {
  if (inIothread(driver).check(subject).outcome !== 'holds') return undefined;
  const { vm, facts } = subject.machine;
  const thread = iothreadProperty(driver, subject);
  const link = thread?.key.text === 'iothread' ? follow(vm, thread, ['object']) : null;
  const written = link?.kind === 'found' ? lastNamed(link.option.properties, ['poll-max-ns']) : undefined;
  if (written?.value?.known === true) return readUnsigned(written.value.text, Number.MAX_SAFE_INTEGER);
  return written === undefined && compareReleases(facts.host.qemu, POLLS_SINCE) < 0 ? 0 : undefined;
}

/** QEMU commit cdd7abfdba. */
const POLLS_SINCE = '2.9';

/**
 * How kick and call go where that is not what QEMU does by itself with the other of the two: a path that is run in the
 * place of the device's own then has the other leg that belongs to it.
 */
function waysOf(driver: VirtioDriver, subject: DeviceInMachine, legs: VirtioLegs): PathSettings {
  const device = driver.kind.name;
  const { qemu } = subject.machine.facts.host;
  const kick = wayOf(evaluate(legs.kick, subject, undefined).path);
  const call = wayOf(evaluate(legs.call, subject, undefined).path);
  const usualCall = isKick(kick) ? callOf(kick, 'auto', qemu, device) : undefined;
  const usualKick = isCall(call) ? kickOf(call, 'auto', qemu, device) : undefined;
  return {
    ...queueSettings(driver, subject, kick, call),
    ...(kick === null || (usualKick?.ok === true && usualKick.value.kick === kick) ? {} : { kick }),
    ...(call === null || (usualCall?.ok === true && usualCall.value.call === call) ? {} : { call }),
  };
}

/** `ioeventfd` of `virtio/notify-ioeventfd`. */
function wayOf(path: string | null): string | null {
  return path?.replace(/^virtio\/(?:notify|call)-/, '') ?? null;
}

function isKick(way: string | null): way is KickWay {
  return (
    way === 'sync' || way === 'ioeventfd' || way === 'iothread' || way === 'vhost' || way === 'vhost-user'
  );
}

function isCall(way: string | null): way is CallWay {
  return way === 'irqfd' || way === 'userspace' || way === 'intx';
}
