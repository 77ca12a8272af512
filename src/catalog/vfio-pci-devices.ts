import type { DeviceDoc } from './device-doc.ts';

/** The VFIO devices of the PCI bus. */
export const VFIO_PCI_DEVICES: readonly DeviceDoc[] = [
  {
    driver: 'vfio-pci',
    title: 'Any PCI device of the host, or a mediated one',
    introduced: '1.3',
    deprecated: null,
    removed: null,
    last: null,
    sources: [
      { where: 'QEMU hw/vfio/pci.c vfio_pci_dev_info', verified: true },
      { where: 'the release of its introduction', verified: false },
    ],
  },
  {
    driver: 'vfio-pci-nohotplug',
    title: 'The same without hot-unplug, for devices that draw into ramfb',
    introduced: '3.1',
    deprecated: null,
    removed: null,
    last: null,
    sources: [
      { where: 'QEMU hw/vfio/pci.c vfio_pci_nohotplug_dev_info', verified: true },
      { where: 'the release of its introduction', verified: false },
    ],
  },
];
