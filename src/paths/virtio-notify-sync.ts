import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { CONSOLE_SETTING } from './virtio-serial-settings.ts';
import { CALL_SETTING, callOf, QEMU_SERVED_SETTINGS, wantedCall } from './virtio-settings.ts';
import { ringParts } from './virtio-ring-bugs.ts';
import { VIRTIO_ALPHABET } from './virtio-alphabet.ts';
import { VIRTIO_ARM_ALPHABET } from './virtio-arm-alphabet.ts';
import { NET_BUGS } from './virtio-net-bugs.ts';
import { QUEUE_SETTINGS } from './virtio-queues.ts';
import { wireVirtio } from './wire-virtio.ts';

/**
 * `virtio/notify-sync`: the vCPU thread leaves KVM and runs the device, under the BQL; the guest waits for that.
 * Source: trace X1-blk-ioeventfd-off.
 */
export const VIRTIO_NOTIFY_SYNC: PathModule = {
  info: {
    id: 'virtio/notify-sync',
    title: 'virtio notification in the vCPU thread',
    leg: 'kick',
    documents: ['004'],
    status: 'current',
    introduced: null,
    removed: null,
    selectedBy: [
      'ioeventfd=off',
      'the guest driver has not set DRIVER_OK',
      'accel=kvm without KVM_CAP_IOEVENTFD, or many ioeventfds not possible (QEMU 0.14 to 8.1)',
    ],
    evidence: 'trace',
    bugs: NET_BUGS,
  },
  settings: [CALL_SETTING, CONSOLE_SETTING, ...QEMU_SERVED_SETTINGS, ...QUEUE_SETTINGS],
  alphabet: VIRTIO_ALPHABET,
  alphabetOnArm: VIRTIO_ARM_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const ways = callOf('sync', wantedCall(settings.value), facts.host.qemu, settings.value.choice('device'));
    if (!ways.ok) return ways;
    return wireVirtio(
      'kick',
      ways.value,
      settings.value,
      withCpuFlags(settings.value, facts),
      ringParts(bugs),
      null,
      bugs,
    );
  },
};
