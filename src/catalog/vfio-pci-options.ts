import type { OptionDoc, OptionType, Source } from './option-doc.ts';

const DRIVERS = ['vfio-pci', 'vfio-pci-nohotplug'];

const PROPERTIES = read('QEMU hw/vfio/pci.c vfio_pci_dev_properties');
const MSI_ROUTE = read('QEMU hw/vfio/pci.c vfio_add_kvm_msi_virq');

/** The properties of assigned PCI devices that decide how their interrupts travel. */
const DECIDING: readonly OptionDoc[] = [
  {
    ...bypass('x-no-kvm-msix', 'MSI-X'),
    effect:
      'on: every MSI-X message of the device wakes the QEMU main loop, which reads the eventfd and sends the message ' +
      'on with KVM_SIGNAL_MSI. off: the eventfd is an irqfd, and KVM injects in the context of the host interrupt. A ' +
      'vector that the guest has masked goes to QEMU in any case, which sets its pending bit. A debug switch.',
    sources: [PROPERTIES, MSI_ROUTE, read('QEMU commit 46746dbaa8'), read('traces X4e and X4g')],
  },
  {
    ...bypass('x-no-kvm-msi', 'MSI'),
    effect:
      'As x-no-kvm-msix, for a device on which the guest uses MSI. Of no effect while the guest uses MSI-X, which ' +
      'Linux prefers where a device has both.',
    sources: [PROPERTIES, MSI_ROUTE, read('QEMU commit 46746dbaa8'), read('trace X4f')],
  },
  {
    ...bypass('x-no-kvm-intx', 'INTx'),
    effect:
      'on: QEMU raises the line with KVM_IRQ_LINE, takes the BARs out of the guest and takes its first access to the ' +
      'device for the end of interrupt. off: with kernel-irqchip=on the eventfd is an irqfd with a resample eventfd, ' +
      'and the guest reaches the device without exits. Of no effect while the guest uses MSI or MSI-X. A debug switch.',
    sources: [
      PROPERTIES,
      read('QEMU hw/vfio/pci.c vfio_intx_enable_kvm'),
      read('QEMU commit 46746dbaa8'),
      read('traces X4a, X4b and A3'),
    ],
  },
  {
    ...property('x-intx-mmap-timeout-ms', '1.3'),
    title: 'Time after an INTx interrupt until the BARs are mapped into the guest again',
    type: { kind: 'integer', minimum: 0, maximum: 4_294_967_295, unit: 'ms' },
    defaults: [{ since: '1.3', value: '1100' }],
    mattersOn: ['vfio-pci/intx-userspace'],
    effect:
      'Matters on vfio-pci/intx-userspace only. Every interrupt takes the BARs out of the guest, after the line was ' +
      'raised, and starts the timer again; when it runs out with no interrupt pending they are mapped back. A short ' +
      'time makes spurious interrupts more frequent, since a running guest can serve the device before QEMU has ' +
      'taken the BARs away. 0: the timer is never started, so they stay away after the first interrupt.',
    sources: [
      PROPERTIES,
      read('QEMU hw/vfio/pci.c vfio_intx_interrupt, vfio_intx_mmap_enable'),
      read('QEMU commit ea486926b0'),
      read('traces X4b (1100), X4m (0) and A3'),
    ],
  },
  {
    ...property('x-no-mmap', '2.5'),
    title: 'Never map the BARs into the guest',
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
      'on: every access of the guest to the device leaves to QEMU, at any time. With vfio-pci/intx-userspace there is ' +
      'then nothing to take away, and so no interrupt that the guest serves behind the back of QEMU.',
    sources: [PROPERTIES, read('QEMU commit 5e15d79b86'), memory('the release of its introduction')],
  },
];

/** Properties of assigned PCI devices that are asked for, but send no interrupt another way. */
const ASIDE: readonly OptionDoc[] = [
  {
    ...aside('host', '1.3'),
    title: 'The assigned device, by its PCI address in the host',
    type: { kind: 'text', meaning: 'a PCI address: [DDDD:]BB:DD.F' },
    defaults: [],
    effect: 'Chooses the device. No effect on the path of its interrupts.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...aside('sysfsdev', '2.6'),
    title: 'The assigned device, by its full path in sysfs',
    type: { kind: 'text', meaning: 'path of a directory in sysfs' },
    defaults: [],
    effect:
      'Chooses the device; the way to name a mediated device, whose parent driver signals its interrupts: no IRQ of ' +
      'the host belongs to them then.',
    sources: [PROPERTIES, read('QEMU commit 7df9381b7a')],
  },
  {
    ...aside('fd', '9.0'),
    title: 'The assigned device, as an open VFIO character device',
    type: { kind: 'text', meaning: 'number or name of a file descriptor passed to QEMU' },
    defaults: [],
    effect: 'Chooses the device; only in a QEMU built with IOMMUFD. No effect on the path of its interrupts.',
    sources: [read('QEMU hw/vfio/pci.c vfio_pci_set_fd')],
  },
  {
    ...aside('iommufd', '9.0'),
    title: 'The IOMMU backend',
    type: { kind: 'text', meaning: 'id of an -object iommufd' },
    defaults: [],
    effect:
      'IOMMUFD instead of the VFIO container for DMA mappings. No effect on the path of its interrupts.',
    sources: [PROPERTIES],
  },
  {
    ...aside('x-msix-relocation', '2.12'),
    title: 'Where the MSI-X table that QEMU emulates stands',
    type: { kind: 'choice', values: ['off', 'auto', 'bar0', 'bar1', 'bar2', 'bar3', 'bar4', 'bar5'] },
    defaults: [{ since: '2.12', value: 'off' }],
    effect:
      'Moves the table, and with it the page that is never mapped into the guest, to another BAR, so that registers ' +
      'that share a page with it need no exit. The messages travel the same way.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...aside('x-no-kvm-ioeventfd', '3.0'),
    title: "Handle the MSI acknowledge of NVIDIA GPUs in QEMU's main loop or vCPU thread",
    type: { kind: 'boolean' },
    defaults: [{ since: '3.0', value: 'off' }],
    effect:
      'A quirk of NVIDIA GPUs writes to a mirror of the configuration space after every MSI. off: KVM turns the write ' +
      'into an eventfd. on: each such write leaves to QEMU. The interrupt itself travels the same way.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...aside('x-no-vfio-ioeventfd', '3.0'),
    title: 'Let QEMU, not VFIO, write the MSI acknowledge of NVIDIA GPUs to the device',
    type: { kind: 'boolean' },
    defaults: [{ since: '3.0', value: 'off' }],
    effect:
      'off: the eventfd of that write ends in VFIO, which writes to the device itself. on: it wakes QEMU, which does. ' +
      'The interrupt itself travels the same way.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...aside('x-req', '2.3'),
    title: 'Let the host ask for the device back',
    type: { kind: 'boolean' },
    defaults: [{ since: '2.3', value: 'on' }],
    effect: 'Another index of VFIO interrupts, from the host to QEMU. No effect on those of the device.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...aside('display', '2.12'),
    title: 'Show what a mediated device draws',
    type: { kind: 'choice', values: ['on', 'off', 'auto'] },
    defaults: [{ since: '2.12', value: 'off' }],
    effect: 'No effect on the path of its interrupts.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
];

export const VFIO_PCI_OPTIONS: readonly OptionDoc[] = [...DECIDING, ...ASIDE];

function property(name: string, introduced: string) {
  return { name, owner: 'device', of: DRIVERS, introduced, removed: null, spellings: [] } as const;
}

function aside(name: string, introduced: string) {
  return { ...property(name, introduced), aside: true } as const;
}

/** A switch that keeps one kind of interrupt out of KVM. */
function bypass(name: string, kind: string) {
  const type: OptionType = { kind: 'boolean' };
  return {
    ...property(name, '2.5'),
    title: `Send ${kind} interrupts through QEMU instead of KVM`,
    type,
    defaults: [{ since: '2.5', value: 'off' }],
  };
}

function read(where: string): Source {
  return { where, verified: true };
}

function memory(where: string): Source {
  return { where, verified: false };
}
