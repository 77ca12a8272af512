import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { BACKEND_SETTING, CALL_SETTING, callOf, settingsWithDevices, wantedCall } from './virtio-settings.ts';
import { wireVirtio } from './wire-virtio.ts';

/**
 * `virtio/notify-vhost-user`: QEMU has given the eventfds to another process and the guest's memory with them; the process
 * is woken by the eventfd, or polls the ring and is never notified. Source: QEMU docs/interop/vhost-user.rst.
 */
export const VIRTIO_NOTIFY_VHOST_USER: PathModule = {
  info: {
    id: 'virtio/notify-vhost-user',
    title: 'virtio notification by ioeventfd, another process (vhost-user)',
    leg: 'kick',
    documents: ['004'],
    status: 'current',
    introduced: 'QEMU 2.1',
    introducedUnverified: true,
    removed: null,
    selectedBy: ['-netdev vhost-user', 'a vhost-user-blk, -scsi or -fs device'],
    evidence: 'source',
    bugs: [],
  },
  settings: [CALL_SETTING, BACKEND_SETTING, ...settingsWithDevices(['vhost-user-blk'])],
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const device = settings.value.choice('device');
    const ways = callOf('vhost-user', wantedCall(settings.value), facts.host.qemu, device);
    if (!ways.ok) return ways;
    return wireVirtio('kick', ways.value, settings.value, withCpuFlags(settings.value, facts));
  },
};
