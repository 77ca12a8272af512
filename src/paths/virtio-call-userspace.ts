import type { PathModule } from './path.ts';
import { KICK_SETTING, QEMU_SERVED_SETTINGS } from './virtio-settings.ts';
import { DRIVER_LOOKS_ONCE, ringParts } from './virtio-ring-bugs.ts';
import { SENT_MESSAGE_UNSEEN } from './virtio-interrupt-bugs.ts';
import { VIRTIO_ALPHABET } from './virtio-alphabet.ts';
import { PENDING_NOT_FIRED, QUEUE_VECTOR_SETTINGS } from './virtio-vector.ts';
import { VIRTIO_ARM_ALPHABET } from './virtio-arm-alphabet.ts';
import { VIRTIO_NET_ALPHABETS } from './virtio-net-alphabet.ts';
import { QUEUE_SETTINGS } from './virtio-queues.ts';
import { wireVirtioCall } from './wire-virtio-call.ts';

/**
 * `virtio/call-userspace`: QEMU's main loop hands the message to KVM by an ioctl, under the BQL. Source: trace
 * X1-blk-ioeventfd-off.
 */
export const VIRTIO_CALL_USERSPACE: PathModule = {
  info: {
    id: 'virtio/call-userspace',
    title: 'virtio interrupt by a message of QEMU, MSI-X',
    leg: 'call',
    documents: ['004'],
    status: 'current',
    introduced: null,
    removed: null,
    selectedBy: [
      'MSI-X, and the device completes in the main loop with QEMU 9.0 or later',
      'MSI-X with ioeventfd=off',
    ],
    evidence: 'trace',
    bugs: [DRIVER_LOOKS_ONCE, PENDING_NOT_FIRED, SENT_MESSAGE_UNSEEN],
  },
  settings: [KICK_SETTING, ...QUEUE_VECTOR_SETTINGS, ...QEMU_SERVED_SETTINGS, ...QUEUE_SETTINGS],
  alphabet: VIRTIO_ALPHABET,
  alphabetOnArm: VIRTIO_ARM_ALPHABET,
  alphabetOfNet: VIRTIO_NET_ALPHABETS,
  wire(given, facts, bugs) {
    return wireVirtioCall('userspace', this.settings, given, facts, () => ({
      ...ringParts(bugs),
      keepsMasked: !bugs.has(PENDING_NOT_FIRED.name),
      messageUnseen: bugs.has(SENT_MESSAGE_UNSEEN.name),
    }));
  },
};
