/** An attribute of libvirt's domain XML that has to do with how interrupts travel. */
export interface LibvirtAttribute {
  readonly name: string;
  /** What it takes; a number, or any text, where there is none. */
  readonly values: readonly string[];
  /** What it decides, as a sentence. */
  readonly meaning: string;
}

/**
 * The attributes that an element of a domain takes, of those that are known here (libvirt src/conf/domain_conf.c and
 * src/conf/schemas/domaincommon.rng); empty for others. `parent` is the name of the element around it, if there is one.
 */
export function libvirtAttributes(parent: string, name: string): readonly LibvirtAttribute[] {
  return ATTRIBUTES[`${parent}/${name}`] ?? ATTRIBUTES[name] ?? [];
}

const SWITCH = ['on', 'off'];
const MODELS = ['virtio', 'virtio-transitional', 'virtio-non-transitional'];

function attribute(name: string, meaning: string, values: readonly string[] = []): LibvirtAttribute {
  return { name, values, meaning };
}

const IOEVENTFD = attribute(
  'ioeventfd',
  'Whether a kick of the guest only signals an eventfd in the kernel, or QEMU runs the device in the vCPU thread.',
  SWITCH,
);
const EVENT_IDX = attribute(
  'event_idx',
  'Whether driver and device say from which request on they want an interrupt or a kick.',
  SWITCH,
);
const IOTHREAD = attribute(
  'iothread',
  'The number of the thread of <iothreads> that serves the queues instead of the main loop of QEMU.',
);

/** Those that libvirt takes with every virtio device (virDomainVirtioOptionsParseXML). */
const OF_VIRTIO = [
  attribute('iommu', 'Whether the device uses addresses of the IOMMU of the guest.', SWITCH),
  attribute('ats', 'Whether the device keeps translations of the IOMMU itself.', SWITCH),
  attribute('packed', 'Whether the queues are packed rings.', SWITCH),
  attribute('page_per_vq', 'Whether each queue has a page of its own for its kicks.', SWITCH),
];

const OF_HOST_DEVICE = [
  attribute('name', 'Who gives the device of the host to the guest.', ['vfio', 'kvm', 'xen']),
];

const ATTRIBUTES: Readonly<Record<string, readonly LibvirtAttribute[]>> = {
  domain: [
    attribute('type', 'The hypervisor: KVM, or QEMU alone, which emulates the processor, too.', [
      'kvm',
      'qemu',
      'hvf',
    ]),
  ],
  'features/ioapic': [
    attribute('driver', 'Who has the IOAPIC: the kernel, or QEMU, which libvirt calls for a split irqchip.', [
      'kvm',
      'qemu',
    ]),
  ],
  'features/gic': [attribute('version', 'The interrupt controller of an Arm guest.', ['2', '3', 'host'])],
  'features/apic': [
    attribute('eoi', 'Whether the guest may end an interrupt without an exit (PV EOI).', SWITCH),
  ],
  'kvm/hidden': [attribute('state', 'Whether KVM does not show itself to the guest.', SWITCH)],
  'kvm/hint-dedicated': [
    attribute('state', 'Whether the guest is told that its vCPUs have CPUs of their own.', SWITCH),
  ],
  'kvm/poll-control': [
    attribute('state', 'Whether the guest may turn off that the host polls before a vCPU halts.', SWITCH),
  ],
  cpu: [
    attribute('mode', 'Where the model of the processor comes from.', [
      'host-passthrough',
      'host-model',
      'maximum',
      'custom',
    ]),
  ],
  interface: [
    attribute('type', 'What the card is connected to on the host.', [
      'network',
      'bridge',
      'direct',
      'ethernet',
      'user',
      'vhostuser',
      'vdpa',
      'hostdev',
      'internal',
      'server',
      'client',
      'mcast',
      'udp',
      'null',
      'vds',
    ]),
  ],
  'interface/driver': [
    attribute('name', 'Who serves the queues: vhost in the kernel, or QEMU.', [
      'vhost',
      'qemu',
      'vfio',
      'kvm',
      'xen',
    ]),
    attribute('txmode', 'What QEMU does with packets that wait.', ['iothread', 'timer']),
    attribute('queues', 'How many pairs of queues the card has, each with two interrupts.'),
    IOEVENTFD,
    EVENT_IDX,
    attribute('rx_queue_size', 'How many entries the queue for received packets has.'),
    attribute('tx_queue_size', 'How many entries the queue for sent packets has.'),
    ...OF_VIRTIO,
  ],
  disk: [
    attribute('device', 'How the guest sees it.', ['disk', 'cdrom', 'floppy', 'lun']),
    attribute('type', 'What holds the data.', [
      'file',
      'block',
      'dir',
      'network',
      'volume',
      'nvme',
      'vhostuser',
      'vhostvdpa',
    ]),
    attribute('model', 'The generation of the virtio device.', MODELS),
  ],
  'disk/target': [
    attribute('bus', 'The controller that raises its interrupts; with virtio the disk itself.', [
      'virtio',
      'scsi',
      'sata',
      'ide',
      'usb',
      'nvme',
      'fdc',
      'sd',
      'xen',
      'uml',
      'none',
    ]),
  ],
  'disk/driver': [
    IOEVENTFD,
    EVENT_IDX,
    attribute('queues', 'How many queues the disk has, each with an interrupt.'),
    attribute('queue_size', 'How many entries a queue has.'),
    IOTHREAD,
    attribute('io', 'How QEMU asks the host for data.', ['native', 'threads', 'io_uring']),
    ...OF_VIRTIO,
  ],
  controller: [
    attribute('type', 'What it controls.', [
      'pci',
      'scsi',
      'usb',
      'sata',
      'ide',
      'virtio-serial',
      'nvme',
      'ccid',
      'fdc',
      'isa',
      'xenbus',
    ]),
  ],
  'controller/driver': [
    attribute('queues', 'How many request queues the controller has, each with an interrupt.'),
    IOEVENTFD,
    IOTHREAD,
    attribute('cmd_per_lun', 'How many requests a disk may have at once.'),
    attribute('max_sectors', 'How large a request may be.'),
    ...OF_VIRTIO,
  ],
  hostdev: [
    attribute('mode', 'Whether it is a device of a bus, or something that a container gets.', [
      'subsystem',
      'capabilities',
    ]),
    attribute('type', 'The bus of the host.', [
      'pci',
      'mdev',
      'usb',
      'scsi',
      'scsi_host',
      'storage',
      'misc',
      'net',
    ]),
    attribute('managed', 'Whether libvirt takes the device from its driver, and gives it back.', [
      'yes',
      'no',
    ]),
  ],
  'hostdev/driver': OF_HOST_DEVICE,
  iommu: [attribute('model', 'The IOMMU of the guest.', ['intel', 'amd', 'smmuv3', 'virtio'])],
  'iommu/driver': [
    attribute('intremap', 'Whether it remaps interrupts; an x86 guest then needs a split irqchip.', SWITCH),
    attribute('eim', 'Whether the guest may have more than 255 CPUs (x2APIC).', SWITCH),
    attribute('caching_mode', 'Whether the guest says what it maps, which VFIO needs.', SWITCH),
    attribute('iotlb', 'Whether vhost and others keep translations of their own.', SWITCH),
  ],
  memballoon: [attribute('model', 'What device it is.', [...MODELS, 'xen', 'none'])],
  rng: [attribute('model', 'What device it is.', MODELS)],
  vsock: [attribute('model', 'What device it is.', MODELS)],
  'memballoon/driver': OF_VIRTIO,
  'rng/driver': OF_VIRTIO,
  'vsock/driver': OF_VIRTIO,
};
