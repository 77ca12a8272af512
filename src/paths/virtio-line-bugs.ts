import type { KnownBug } from './path.ts';

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
