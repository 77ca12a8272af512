import type { KnownBug } from './path.ts';
import { QUEUED_MESSAGE_UNSEEN } from './vfio-pci-arm-msi-bugs.ts';

const { name, title, introducedIn, fixedIn, violates, source } = QUEUED_MESSAGE_UNSEEN;

/**
 * A message that QEMU sends and a vGIC of 2016 keeps to itself: a request is used while the interrupt of the last is
 * served. That of an irqfd is the same, in more states than can be seen in a test.
 */
export const SENT_MESSAGE_UNSEEN: KnownBug = {
  name,
  title,
  introducedIn,
  fixedIn,
  violates,
  needs: { arch: 'arm', gic: '3', guest: 'busy', queueDepth: 2, kick: 'sync', eventIdx: 'off' },
  source,
};

/** What happens if nobody lowers the line of a device. */
export const LINE_NEVER_LOWERED: KnownBug = {
  name: 'line-never-lowered',
  title: "QEMU leaves the device's line up when the guest has read or acknowledged why it was raised",
  introducedIn: null,
  fixedIn: null,
  violates: 'no-storm',
  whatIf: true,
  source:
    'pci_irq_deassert left out of QEMU hw/virtio/virtio-pci.c virtio_pci_isr_read, ' +
    'or virtio_mmio_update_irq out of hw/virtio/virtio-mmio.c virtio_mmio_write. A level that stays up is taken again ' +
    'after every end of interrupt; the edge that a device tree makes of virtio-mmio shows nothing of it',
};
