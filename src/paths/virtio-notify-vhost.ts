import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { CALL_SETTING, callOf, settingsWithDevices } from './virtio-settings.ts';
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
    evidence: 'source',
    bugs: [],
  },
  settings: [CALL_SETTING, ...settingsWithDevices(['vhost-scsi'])],
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const ways = callOf('vhost', settings.value.choice('call'), facts.host.qemu);
    if (!ways.ok) return ways;
    return wireVirtio('kick', ways.value, settings.value, withCpuFlags(settings.value, facts));
  },
};
