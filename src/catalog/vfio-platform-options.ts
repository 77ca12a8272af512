import type { OptionDoc, Source } from './option-doc.ts';

const FAMILY = ['vfio-platform', 'vfio-calxeda-xgmac', 'vfio-amd-xgbe'];

const PROPERTIES = read('QEMU hw/vfio/platform.c vfio_platform_dev_properties');
const SERIES_2014 = read('document 000, the RFC of 2014-06-02');

/** The properties of the VFIO platform devices, those of the 2014 series included. */
export const VFIO_PLATFORM_OPTIONS: readonly OptionDoc[] = [
  {
    ...inAllReleases('x-irqfd', '2.4'),
    title: 'Let KVM inject the interrupt (irqfd) instead of QEMU',
    type: { kind: 'boolean' },
    defaults: [{ since: '2.4', value: 'on' }],
    spellings: [
      {
        name: 'irqfd',
        kind: 'proposed',
        inverted: false,
        history: 'it was called irqfd in the series of 2014 and is x-irqfd in every release of QEMU',
      },
    ],
    effect:
      'on: the eventfd that VFIO signals is an irqfd; KVM raises the guest interrupt, the guest reaches the ' +
      'device without exits, and the end of interrupt, seen by the vGIC, unmasks the physical line through ' +
      'the resample eventfd. off: the QEMU main loop reads the eventfd, unmaps the regions, raises the line ' +
      'with KVM_IRQ_LINE, and takes the first access to the device for the end of interrupt. A debug switch: ' +
      'with a GICv3 guest the answer is the second one even when it is on, without a message.',
    sources: [
      PROPERTIES,
      read('QEMU hw/vfio/platform.c vfio_start_irqfd_injection'),
      read('QEMU commit fb5f816499'),
      SERIES_2014,
      read('traces P1, P2 and P4'),
    ],
  },
  {
    ...inAllReleases('mmap-timeout-ms', '2.4'),
    title: 'Time after an interrupt until the device regions are mapped into the guest again',
    type: { kind: 'integer', minimum: 0, maximum: 4_294_967_295, unit: 'ms' },
    defaults: [{ since: '2.4', value: '1100' }],
    mattersOn: ['vfio-platform/userspace'],
    spellings: [],
    effect:
      'Matters on the userspace path only. Every interrupt unmaps the regions, so that QEMU sees the accesses ' +
      'of the guest (each one a KVM_EXIT_MMIO); the timer is started again with every interrupt that is not ' +
      'queued, and maps them back when it runs out and no interrupt is active. With interrupts closer together ' +
      'than this time the regions stay unmapped. 0: the timer is never armed, so the regions stay unmapped ' +
      'after the first interrupt.',
    sources: [
      PROPERTIES,
      read('QEMU hw/vfio/platform.c vfio_intp_interrupt, vfio_intp_mmap_enable'),
      read('QEMU commit 38559979bf'),
      read('traces P2 (1100), P3 (0 and 110)'),
    ],
  },
  {
    ...inAllReleases('x-no-mmap', '2.5'),
    title: 'Never map the device regions into the guest',
    type: { kind: 'boolean' },
    defaults: [{ since: '2.5', value: 'off' }],
    spellings: [
      {
        name: 'x-mmap',
        kind: 'former',
        inverted: true,
        history: 'QEMU 2.4 had x-mmap, on by default; it is x-no-mmap, off by default, since QEMU 2.5',
      },
    ],
    effect:
      'on: every access of the guest to the device leaves to QEMU, at any time. On the userspace path nothing ' +
      'is unmapped or mapped back around an interrupt; on the irqfd path the accesses never count as the end ' +
      'of interrupt.',
    sources: [PROPERTIES, read('QEMU commit 5e15d79b86'), read('trace P8')],
  },
  {
    ...aside('host', '2.4'),
    title: 'The assigned device, by its name below /sys/bus/platform/devices',
    type: { kind: 'text', meaning: 'name of a platform device, without a slash' },
    defaults: [],
    spellings: [
      {
        name: 'vfio_device',
        kind: 'proposed',
        inverted: false,
        history: 'it was called vfio_device in the series of 2014 and is host in every release of QEMU',
      },
    ],
    effect: 'Chooses the device. No effect on the path of its interrupts.',
    sources: [PROPERTIES, read('QEMU hw/vfio/platform.c vfio_base_device_init'), SERIES_2014],
  },
  {
    ...aside('sysfsdev', '2.6'),
    title: 'The assigned device, by its full path in sysfs',
    type: { kind: 'text', meaning: 'path of a directory in sysfs' },
    defaults: [],
    spellings: [],
    effect: 'Chooses the device and wins over host. No effect on the path of its interrupts.',
    sources: [PROPERTIES, read('QEMU commit 7df9381b7a')],
  },
  {
    ...aside('fd', '9.0'),
    title: 'The assigned device, as an open VFIO character device',
    type: { kind: 'text', meaning: 'number or name of a file descriptor passed to QEMU' },
    defaults: [],
    spellings: [],
    effect:
      'Chooses the device and wins over sysfsdev and host; only in a QEMU built with IOMMUFD. No effect on the ' +
      'path of its interrupts.',
    sources: [read('QEMU hw/vfio/platform.c vfio_platform_set_fd'), read('QEMU commit 3016e60f8f')],
  },
  {
    ...aside('iommufd', '9.0'),
    title: 'The IOMMU backend',
    type: { kind: 'text', meaning: 'id of an -object iommufd' },
    defaults: [],
    spellings: [],
    effect:
      'IOMMUFD instead of the VFIO container for DMA mappings. No effect on the path of its interrupts.',
    sources: [PROPERTIES, read('QEMU commit a6c50e1c3f')],
  },
  {
    ...aside('compat', null),
    title: "The compatible string of the device in the guest's device tree",
    type: { kind: 'text', meaning: "a compatible string with '/' for ','" },
    defaults: [],
    spellings: [],
    removed: null,
    effect:
      'Only in the series of 2014. When the device was merged a driver of its own (vfio-calxeda-xgmac) fixed ' +
      'the string, and vfio-platform reads it from of_node/compatible since QEMU 3.1. No effect on the path of ' +
      'its interrupts.',
    sources: [SERIES_2014, read('QEMU commit 7a8d15d770'), read('QEMU commit a49531ebd0')],
  },
];

/** What all properties of the family share: they went with the devices. */
function inAllReleases(name: string, introduced: string | null) {
  return { name, owner: 'device', of: FAMILY, introduced, removed: '10.2' } as const;
}

function aside(name: string, introduced: string | null) {
  return { ...inAllReleases(name, introduced), aside: true } as const;
}

function read(where: string): Source {
  return { where, verified: true };
}
