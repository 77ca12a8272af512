import type { OptionDoc } from './option-doc.ts';
import { memory, read } from './sources.ts';
import { asideOption, count, deviceOption, driversNamed, onOff, UINT16, UINT32 } from './virtio-option.ts';

const BLK = driversNamed('virtio-blk');
const SCSI = driversNamed('virtio-scsi');
const BLK_PROPERTIES = read('QEMU hw/block/virtio-blk.c virtio_blk_properties');
const SCSI_PROPERTIES = read('QEMU hw/scsi/virtio-scsi.c virtio_scsi_properties');
const IOTHREAD_EFFECT =
  'Kicks wake that thread, which runs the device without the BQL and may poll the ring instead (poll-max-ns); ' +
  'completions go through the guest notifier to KVM. Needs ioeventfd=on.';

/** The properties of virtio-blk and virtio-scsi that decide who works on their queues, and how many there are. */
export const VIRTIO_DISK_OPTIONS: readonly OptionDoc[] = [
  {
    ...deviceOption('iothread', BLK, '2.1'),
    title: 'The IOThread that works on the queues',
    type: { kind: 'text', meaning: 'id of an -object iothread' },
    defaults: [],
    effect: IOTHREAD_EFFECT,
    sources: [BLK_PROPERTIES, read('QEMU commit 467b3f33e9'), read('trace X2-blk-iothread')],
  },
  {
    ...deviceOption('iothread', SCSI, '2.2'),
    title: 'The IOThread that works on the queues',
    type: { kind: 'text', meaning: 'id of an -object iothread' },
    defaults: [],
    effect: IOTHREAD_EFFECT,
    sources: [SCSI_PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...deviceOption('iothread-vq-mapping', BLK, '9.0'),
    title: 'Several IOThreads, and the queues of each',
    type: { kind: 'text', meaning: 'a list of {"iothread": id, "vqs": [numbers]}, in JSON only', json: true },
    defaults: [],
    effect: `As iothread, with the queues shared out; QEMU refuses both together. ${IOTHREAD_EFFECT}`,
    sources: [BLK_PROPERTIES, read('QEMU commit b6948ab01d')],
  },
  {
    ...deviceOption('iothread-vq-mapping', SCSI, '10.0'),
    title: 'Several IOThreads, and the queues of each',
    type: { kind: 'text', meaning: 'a list of {"iothread": id, "vqs": [numbers]}, in JSON only', json: true },
    defaults: [],
    effect: `As iothread, with the queues shared out; QEMU refuses both together. ${IOTHREAD_EFFECT}`,
    sources: [SCSI_PROPERTIES, read('QEMU commit 2e8e18c2e4')],
  },
  {
    ...deviceOption('x-data-plane', BLK, '1.4'),
    ...onOff('1.4', 'off'),
    removed: '2.5',
    title: 'A thread of its own for the device',
    effect: 'The first form of iothread, with a thread for each device; gone since QEMU 2.5.',
    sources: [read('QEMU commits 392808b49b and a616fb75c2')],
  },
  {
    ...asideOption('num-queues', BLK, '2.7'),
    title: 'Number of request queues',
    type: count(UINT16, 1),
    defaults: [
      { since: '2.7', value: '1' },
      {
        since: '5.2',
        value: null,
        condition: 'as many as vCPUs on PCI; 1 on other transports and with the machine types up to 5.1',
        printed: '65535',
      },
    ],
    effect:
      'With a queue for each vCPU a completion interrupts the vCPU that asked. Each queue takes the same path.',
    sources: [BLK_PROPERTIES, read('QEMU commit 9445e1e15e'), memory('the release of its introduction')],
  },
  {
    ...asideOption('num_queues', SCSI, '1.2'),
    title: 'Number of request queues',
    type: count(UINT32, 1),
    defaults: [
      { since: '1.2', value: '1' },
      {
        since: '5.2',
        value: null,
        condition: 'as many as vCPUs on PCI; 1 with the machine types up to 5.1',
        printed: '4294967295',
      },
    ],
    effect:
      'With a queue for each vCPU a completion interrupts the vCPU that asked. Each queue takes the same path.',
    sources: [SCSI_PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...asideOption('queue-size', BLK, '2.10'),
    title: 'Entries of a ring',
    type: count(1024, 4),
    defaults: [{ since: '5.0', value: '256', condition: '128 with the machine types up to 4.2' }],
    effect: 'How many requests can be open at once. Notifications travel the same way.',
    sources: [BLK_PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...asideOption('virtqueue_size', SCSI, '2.12'),
    title: 'Entries of a ring',
    type: count(1024, 4),
    defaults: [{ since: '5.0', value: '256', condition: '128 with the machine types up to 4.2' }],
    effect: 'How many requests can be open at once. Notifications travel the same way.',
    sources: [SCSI_PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...asideOption('request-merging', BLK, '2.3'),
    ...onOff('2.3', 'on'),
    title: 'QEMU joins neighbouring requests of one batch',
    effect: 'Fewer requests to the host; their completions are separate. Notifications travel the same way.',
    sources: [BLK_PROPERTIES, read('QEMU commit c99495ac1b')],
  },
  {
    ...asideOption('seg-max-adjust', BLK, '5.0'),
    ...onOff('5.0', 'on'),
    title: 'The most segments of a request follow from the size of the ring',
    effect: 'Notifications travel the same way.',
    sources: [BLK_PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...asideOption('drive', BLK, '0.12'),
    title: 'The disk behind it',
    type: { kind: 'text', meaning: 'id of a -drive or node name of a -blockdev' },
    defaults: [],
    effect: 'How the host reads and writes. Notifications travel the same way.',
    sources: [BLK_PROPERTIES, memory('the release of its introduction')],
  },
];
