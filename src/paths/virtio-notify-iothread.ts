import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { IOTHREAD_NOTIFIER_BUGS } from './virtio-notifier-bugs.ts';
import { notifierOptions, IOTHREAD_NOTIFIER_SETTINGS } from './virtio-notifier-settings.ts';
import {
  CALL_SETTING,
  callOf,
  POLL_SETTING,
  QEMU_DISKS,
  settingsWithDevices,
  wantedCall,
} from './virtio-settings.ts';
import { DEVICE_LOOKS_ONCE, POLLING_LOOKS_ONCE, ringParts } from './virtio-ring-bugs.ts';
import { VIRTIO_ALPHABET } from './virtio-alphabet.ts';
import { VIRTIO_ARM_ALPHABET } from './virtio-arm-alphabet.ts';
import { QUEUE_SETTINGS } from './virtio-queues.ts';
import { wireVirtio } from './wire-virtio.ts';

/**
 * `virtio/notify-iothread`: as in `virtio/notify-ioeventfd`, but a thread of its own runs the device, without the
 * BQL. Source: trace X2-blk-iothread.
 */
export const VIRTIO_NOTIFY_IOTHREAD: PathModule = {
  info: {
    id: 'virtio/notify-iothread',
    title: 'virtio notification by ioeventfd, IOThread',
    leg: 'kick',
    documents: ['004'],
    status: 'current',
    introduced: 'QEMU 2.1',
    removed: null,
    selectedBy: ['iothread=, with ioeventfd=on'],
    evidence: 'trace',
    bugs: [...IOTHREAD_NOTIFIER_BUGS, DEVICE_LOOKS_ONCE, POLLING_LOOKS_ONCE],
  },
  settings: [
    CALL_SETTING,
    POLL_SETTING,
    ...settingsWithDevices(QEMU_DISKS),
    ...QUEUE_SETTINGS,
    ...IOTHREAD_NOTIFIER_SETTINGS,
  ],
  alphabet: VIRTIO_ALPHABET,
  alphabetOnArm: VIRTIO_ARM_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const device = settings.value.choice('device');
    const ways = callOf('iothread', wantedCall(settings.value), facts.host.qemu, device);
    if (!ways.ok) return ways;
    const notifiers = notifierOptions(settings.value, ways.value, bugs, facts.host);
    if (!notifiers.ok) return notifiers;
    const machineFacts = withCpuFlags(settings.value, facts);
    return wireVirtio('kick', ways.value, settings.value, machineFacts, ringParts(bugs), notifiers.value);
  },
};
