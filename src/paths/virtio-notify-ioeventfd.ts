import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { NOTIFIER_BUGS } from './virtio-notifier-bugs.ts';
import { notifierOptions, NOTIFIER_SETTINGS } from './virtio-notifier-settings.ts';
import { CALL_SETTING, callOf, QEMU_SERVED_SETTINGS, wantedCall } from './virtio-settings.ts';
import { CONSOLE_SETTING } from './virtio-serial-settings.ts';
import { ringParts } from './virtio-ring-bugs.ts';
import { VIRTIO_ALPHABET } from './virtio-alphabet.ts';
import { VIRTIO_ARM_ALPHABET } from './virtio-arm-alphabet.ts';
import { VIRTIO_NET_ALPHABETS } from './virtio-net-alphabet.ts';
import { NET_BUGS } from './virtio-net-bugs.ts';
import { QUEUE_SETTINGS } from './virtio-queues.ts';
import { wireVirtio } from './wire-virtio.ts';

/**
 * `virtio/notify-ioeventfd`: KVM signals an eventfd inside the exit and the guest runs on; QEMU's main loop runs the
 * device. Source: trace X1-blk-ioeventfd-on.
 */
export const VIRTIO_NOTIFY_IOEVENTFD: PathModule = {
  info: {
    id: 'virtio/notify-ioeventfd',
    title: 'virtio notification by ioeventfd, main loop',
    leg: 'kick',
    documents: ['004'],
    status: 'current',
    introduced: 'QEMU 0.14',
    removed: null,
    selectedBy: ['ioeventfd=on (default of virtio-blk-pci), no iothread='],
    evidence: 'trace',
    bugs: [...NOTIFIER_BUGS, ...NET_BUGS],
  },
  settings: [CALL_SETTING, CONSOLE_SETTING, ...QEMU_SERVED_SETTINGS, ...QUEUE_SETTINGS, ...NOTIFIER_SETTINGS],
  alphabet: VIRTIO_ALPHABET,
  alphabetOnArm: VIRTIO_ARM_ALPHABET,
  alphabetOfNet: VIRTIO_NET_ALPHABETS,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const ways = callOf(
      'ioeventfd',
      wantedCall(settings.value),
      facts.host.qemu,
      settings.value.choice('device'),
    );
    if (!ways.ok) return ways;
    const notifiers = notifierOptions(settings.value, ways.value, bugs, facts.host);
    if (!notifiers.ok) return notifiers;
    const machineFacts = withCpuFlags(settings.value, facts);
    const parts = ringParts(bugs);
    return wireVirtio('kick', ways.value, settings.value, machineFacts, parts, notifiers.value, bugs);
  },
};
