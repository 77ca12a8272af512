import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { VHOST_NOTIFIER_BUGS } from './vhost-notifier-bugs.ts';
import { VHOST_NOTIFIER_SETTINGS, vhostNotifierOptions } from './vhost-notifier-settings.ts';
import { VIRTIO_NET_ALPHABETS } from './virtio-net-alphabet.ts';
import { VHOST_NET_BUGS } from './virtio-net-bugs.ts';
import { vhostNetSettings } from './virtio-net-settings.ts';
import { QUEUE_SETTINGS } from './virtio-queues.ts';
import { ringParts } from './virtio-ring-bugs.ts';
import { CALL_SETTING, callOf, settingsWithDevices, wantedCall } from './virtio-settings.ts';
import { wireVirtio } from './wire-virtio.ts';

/**
 * `virtio/notify-vhost`: QEMU has given the queue and its eventfds to the kernel; inside the exit a worker of the kernel
 * is woken, which runs the device. Source: trace X3-net-vhost-on; Linux drivers/vhost/vhost.c.
 */
export const VIRTIO_NOTIFY_VHOST: PathModule = {
  info: {
    id: 'virtio/notify-vhost',
    title: 'virtio notification by ioeventfd, vhost worker of the kernel',
    leg: 'kick',
    documents: ['004'],
    status: 'current',
    introduced: 'Linux 2.6.34',
    introducedUnverified: true,
    removed: null,
    selectedBy: ['vhost=on of a tap (or vhostforce=on, vhostfd=)', 'a vhost-scsi or vhost-vsock device'],
    evidence: 'trace',
    bugs: [...VHOST_NOTIFIER_BUGS, ...VHOST_NET_BUGS],
  },
  alphabetOfNet: VIRTIO_NET_ALPHABETS,
  settings: [
    CALL_SETTING,
    ...settingsWithDevices(['vhost-scsi', 'virtio-net']),
    ...vhostNetSettings(),
    ...VHOST_NOTIFIER_SETTINGS,
    ...QUEUE_SETTINGS,
  ],
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const device = settings.value.choice('device');
    const ways = callOf('vhost', wantedCall(settings.value), facts.host.qemu, device);
    if (!ways.ok) return ways;
    const handover = vhostNotifierOptions(settings.value, ways.value, bugs);
    if (!handover.ok) return handover;
    const parts = { ...ringParts(new Set()), handover: handover.value };
    const machineFacts = withCpuFlags(settings.value, facts);
    return wireVirtio('kick', ways.value, settings.value, machineFacts, parts, null, bugs);
  },
};
