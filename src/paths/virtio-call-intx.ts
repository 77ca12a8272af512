import type { PathModule } from './path.ts';
import { DRIVER_LOOKS_ONCE, ringParts } from './virtio-ring-bugs.ts';
import { VIRTIO_ALPHABET } from './virtio-alphabet.ts';
import { VIRTIO_ARM_ALPHABET } from './virtio-arm-alphabet.ts';
import { LINE_NEVER_LOWERED } from './virtio-interrupt-bugs.ts';
import { BACKEND_OF_DEVICE, KICK_SETTING, POLL_OF_KICK, settingsWithDevices } from './virtio-settings.ts';
import { VIRTIO_NET_SETTINGS } from './virtio-net-settings.ts';
import { wireVirtioCall } from './wire-virtio-call.ts';

/**
 * `virtio/call-intx`: a line; the guest's read of the ISR register leaves to QEMU, which lowers it. Source: trace
 * X1-blk-vectors0-intx.
 */
export const VIRTIO_CALL_INTX: PathModule = {
  info: {
    id: 'virtio/call-intx',
    title: 'virtio interrupt by a line',
    leg: 'call',
    documents: ['004'],
    status: 'current',
    introduced: null,
    removed: null,
    selectedBy: ['vectors=0, or the guest does not use MSI-X (pci=nomsi)'],
    evidence: 'trace',
    bugs: [DRIVER_LOOKS_ONCE, LINE_NEVER_LOWERED],
  },
  alphabet: VIRTIO_ALPHABET,
  alphabetOnArm: VIRTIO_ARM_ALPHABET,
  settings: [
    KICK_SETTING,
    POLL_OF_KICK,
    BACKEND_OF_DEVICE,
    ...settingsWithDevices([
      'virtio-blk',
      'virtio-scsi',
      'vhost-scsi',
      'vhost-user-blk',
      'virtio-net',
      'virtio-serial',
    ]),
    ...VIRTIO_NET_SETTINGS,
  ],
  wire(given, facts, bugs) {
    return wireVirtioCall('intx', this.settings, given, facts, () => ({
      ...ringParts(bugs),
      lineStaysUp: bugs.has(LINE_NEVER_LOWERED.name),
    }));
  },
};
