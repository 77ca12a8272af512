import type { OptionDoc } from './option-doc.ts';
import { memory, read } from './sources.ts';
import { VIRTIO_KINDS, type VirtioKind } from './virtio-devices.ts';
import {
  ALL_PCI,
  CHOOSABLE_PCI,
  count,
  deviceOption,
  onOff,
  pciDriversNamed,
  SERVED_BY_QEMU,
  UINT32,
} from './virtio-option.ts';

const PROPERTIES = read('QEMU hw/virtio/virtio-pci.c virtio_pci_properties');
const DOORBELL = read('QEMU hw/virtio/virtio-pci.c virtio_pci_ioeventfd_assign');

const DATAPLANE: readonly string[] = ['virtio-blk', 'virtio-scsi'];

/** What is not two vectors. */
const VECTORS: Readonly<
  Record<string, { readonly since: string; readonly value: string | null; readonly condition?: string }>
> = {
  'virtio-blk': {
    since: '0.12',
    value: null,
    condition: 'one for each queue and one more; 2 with the machine types up to 2.11',
  },
  'virtio-net': {
    since: '0.12',
    value: null,
    condition: 'two for each pair of queues and two more; 3 with the machine types up to 5.2',
  },
  'virtio-scsi': { since: '1.2', value: null, condition: 'one for each request queue and three more' },
  'virtio-rng': { since: '7.2', value: '2', condition: '0 with the machine types up to 7.1' },
  'virtio-balloon': { since: '10.0', value: '2', condition: '0 with the machine types up to 9.2' },
  'vhost-vsock': { since: '2.8', value: '3' },
  'vhost-scsi': { since: '1.5', value: null, condition: 'one for each request queue and three more' },
  'vhost-user-blk': { since: '2.12', value: null, condition: 'one for each queue and one more' },
  'vhost-user-scsi': { since: '2.10', value: null, condition: 'one for each request queue and three more' },
  'vhost-user-fs': { since: '4.2', value: null, condition: 'one for each queue and two more' },
};

/** The properties of the PCI transport of virtio devices. */
export const VIRTIO_PCI_OPTIONS: readonly OptionDoc[] = [
  ...VIRTIO_KINDS.flatMap(ioeventfdOf),
  ...VIRTIO_KINDS.map(vectorsOf),
  {
    ...deviceOption('disable-legacy', CHOOSABLE_PCI, '2.4'),
    title: 'Do not offer the interface from before virtio 1.0',
    type: { kind: 'choice', values: ['on', 'off', 'auto'] },
    defaults: [
      { since: '2.4', value: 'off' },
      { since: '2.7', value: 'auto', condition: 'on behind a PCI Express port, else off' },
    ],
    effect:
      'A legacy doorbell is a write to an I/O port, the same one for all queues; a modern one is a write to memory, ' +
      'with an address for each queue. A transitional device registers both with KVM, on one eventfd.',
    sources: [PROPERTIES, DOORBELL, read('QEMU commit e266d42149'), memory('the release of auto')],
  },
  {
    ...deviceOption('disable-modern', CHOOSABLE_PCI, '2.4'),
    type: { kind: 'boolean' },
    defaults: [
      { since: '2.4', value: 'on' },
      { since: '2.7', value: 'off', condition: 'on with the machine types up to 2.6' },
    ],
    title: 'Do not offer the interface of virtio 1.0',
    effect:
      'on: the doorbell is an I/O port, whose write KVM decodes without help: a match by value picks the queue.',
    sources: [
      PROPERTIES,
      DOORBELL,
      read('QEMU commit e266d42149'),
      read('QEMU hw/core/machine.c hw_compat_2_6'),
    ],
  },
  {
    ...deviceOption('page-per-vq', ALL_PCI, '2.8'),
    type: { kind: 'boolean' },
    defaults: [{ since: '2.8', value: 'off', condition: 'on with the machine types up to 2.7' }],
    title: 'A page for the doorbell of each queue, not four bytes',
    effect:
      'The exit is the same. vhost-user needs it to give the guest the doorbell page of the hardware itself, which ' +
      'then takes kicks without an exit.',
    sources: [PROPERTIES, read('QEMU commit d9997d89a4'), read('QEMU docs/interop/vhost-user.rst')],
  },
  {
    ...deviceOption('modern-pio-notify', ALL_PCI, '2.5'),
    ...onOff('2.5', 'off'),
    title: 'An I/O port as doorbell of the modern interface too',
    effect:
      'The port is registered with KVM beside the address in memory. Linux rings the port: its capability comes first.',
    sources: [
      PROPERTIES,
      DOORBELL,
      read('QEMU commit 9824d2a39d'),
      read('QEMU hw/pci/pci.c pci_add_capability'),
    ],
  },
];

function ioeventfdOf({ name, ioeventfdSince }: VirtioKind): OptionDoc[] {
  if (ioeventfdSince === null) return [];
  const isNet = name === 'virtio-net';
  const base = deviceOption('ioeventfd', pciDriversNamed(name), ioeventfdSince);
  return [
    {
      ...base,
      title: 'Let KVM turn a kick into an eventfd',
      mattersOn: SERVED_BY_QEMU,
      type: { kind: 'boolean' },
      defaults: isNet
        ? [
            { since: ioeventfdSince, value: 'off' },
            { since: '2.9', value: 'on', condition: 'with every machine type, old ones too' },
          ]
        : [{ since: ioeventfdSince, value: 'on' }],
      effect:
        'on: a kick is a light exit; the guest runs on, and the main loop or an IOThread reads the eventfd. off: the ' +
        'vCPU thread leaves to QEMU and runs the device itself, holding the BQL. Of no effect with vhost, which takes ' +
        'the notifiers in any case.' +
        (isNet || !DATAPLANE.includes(name)
          ? ''
          : ' off takes the irqfd of the completion away too, and QEMU refuses it together with iothread.'),
      sources: [
        DOORBELL,
        read('traces X1 and A1'),
        ...(isNet ? [read('QEMU commit 4a3f03ba8d')] : []),
        ...(name === 'virtio-9p' ? [memory('the release of its introduction')] : []),
      ],
    },
  ];
}

function vectorsOf({ name, pci, vectorsSince }: VirtioKind): OptionDoc {
  const { since, value, condition } = VECTORS[name] ?? { since: vectorsSince, value: '2' };
  // The number is put in when the device is made, where it depends on others or on the machine type.
  const printed = condition === undefined ? {} : { condition, printed: '4294967295' };
  return {
    ...deviceOption('vectors', pci, since),
    title: 'Number of MSI-X vectors',
    type: count(UINT32),
    defaults: [{ since, value, ...printed }],
    effect:
      '0: the device has no MSI-X and uses its line: the guest reads the status register in every interrupt, which is ' +
      'an exit to QEMU. 1: the same with Linux, which wants one for the configuration and one for queues. With fewer ' +
      'than queues need Linux has all queues share one.',
    sources: [
      read(`QEMU hw/virtio/${name}-pci.c`),
      read('trace X1-blk-vectors0-intx'),
      memory('the release of its introduction'),
    ],
  };
}
