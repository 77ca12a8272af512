import type { PathModule } from './path.ts';
import { ringParts } from './virtio-ring-bugs.ts';
import { MASKED_UNSEEN } from './vhost-net-vector.ts';
import { vhostNetSettings } from './virtio-net-settings.ts';
import { VIRTIO_ALPHABET } from './virtio-alphabet.ts';
import { VIRTIO_ARM_ALPHABET } from './virtio-arm-alphabet.ts';
import { VIRTIO_NET_ALPHABETS } from './virtio-net-alphabet.ts';
import { BACKEND_OF_DEVICE, KICK_SETTING, POLL_OF_KICK, settingsWithDevices } from './virtio-settings.ts';
import { ASSIGNED_UNSEEN, QUEUE_VECTOR_SETTINGS } from './virtio-vector.ts';
import { QUEUE_SETTINGS } from './virtio-queues.ts';
import { wireVirtioCall } from './wire-virtio-call.ts';

/**
 * `virtio/call-irqfd`: QEMU writes an eventfd, and KVM injects inside that write. Source: traces X1-blk-ioeventfd-on,
 * X2-blk-iothread.
 */
export const VIRTIO_CALL_IRQFD: PathModule = {
  info: {
    id: 'virtio/call-irqfd',
    title: 'virtio interrupt by irqfd, MSI-X',
    leg: 'call',
    documents: ['004'],
    status: 'current',
    introduced: null,
    removed: null,
    selectedBy: [
      'MSI-X, and vhost or another process (vhost-user) serves the device',
      'MSI-X, and the device runs in an IOThread',
      'MSI-X and virtio-blk with ioeventfd=on in the main loop, QEMU 2.8 to 8.2',
    ],
    evidence: 'trace',
    bugs: [ASSIGNED_UNSEEN, MASKED_UNSEEN],
  },
  alphabet: VIRTIO_ALPHABET,
  alphabetOnArm: VIRTIO_ARM_ALPHABET,
  alphabetOfNet: VIRTIO_NET_ALPHABETS,
  settings: [
    KICK_SETTING,
    POLL_OF_KICK,
    BACKEND_OF_DEVICE,
    ...QUEUE_VECTOR_SETTINGS,
    ...settingsWithDevices(['virtio-blk', 'virtio-scsi', 'vhost-scsi', 'vhost-user-blk', 'virtio-net']),
    ...vhostNetSettings(),
    ...QUEUE_SETTINGS,
  ],
  wire(given, facts, bugs) {
    return wireVirtioCall('irqfd', this.settings, given, facts, (settings) => {
      const forgets = settings.choice('device') === 'virtio-net' ? MASKED_UNSEEN : ASSIGNED_UNSEEN;
      return { ...ringParts(bugs), keepsMasked: !bugs.has(forgets.name) };
    });
  },
};
