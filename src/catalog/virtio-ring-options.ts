import type { OptionDoc } from './option-doc.ts';
import { memory, read } from './sources.ts';
import { ALL_PCI, ALL_VIRTIO, asideOption, deviceOption, onOff } from './virtio-option.ts';

const FEATURES = read('QEMU include/hw/virtio/virtio.h DEFINE_VIRTIO_COMMON_FEATURES');

/** Features of the rings that QEMU offers; they decide how many kicks and interrupts there are. */
export const VIRTIO_RING_OPTIONS: readonly OptionDoc[] = [
  {
    ...deviceOption('event_idx', ALL_VIRTIO, '0.15'),
    ...onOff('0.15', 'on'),
    title: 'Each side tells the other at which index it wants to hear again',
    effect:
      'on: a kick or an interrupt is sent when the index passes the one that the other side published. off: each side ' +
      'has a flag alone, and more of both are sent.',
    sources: [FEATURES, read('QEMU commit bcbabae8ff'), read('Linux drivers/virtio/virtio_ring.c')],
  },
  {
    ...deviceOption('packed', ALL_VIRTIO, '4.2'),
    ...onOff('4.2', 'off'),
    title: 'Packed virtqueues',
    effect:
      'on: one ring for both directions; each side has an event structure that says off, on, or from which descriptor on.',
    sources: [FEATURES, read('QEMU commit 74b3e46630')],
  },
  {
    ...deviceOption('notify_on_empty', ALL_VIRTIO, '0.13'),
    ...onOff('0.13', 'on'),
    title: 'An interrupt when the ring runs empty, whatever the guest asked for',
    effect:
      'An extra interrupt for guests that take the feature; Linux does not, and a modern device has it no more.',
    sources: [FEATURES, memory('the release of its introduction')],
  },
  {
    ...asideOption('indirect_desc', ALL_VIRTIO, '0.13'),
    ...onOff('0.13', 'on'),
    title: 'Descriptors that point to a table of descriptors',
    effect: 'More requests fit into a ring. Notifications travel the same way.',
    sources: [FEATURES, memory('the release of its introduction')],
  },
  {
    ...asideOption('any_layout', ALL_VIRTIO, '2.1'),
    ...onOff('2.1', 'on'),
    title: 'No rules for how a request is split into descriptors',
    effect: 'Notifications travel the same way.',
    sources: [FEATURES, memory('the release of its introduction')],
  },
  {
    ...asideOption('queue_reset', ALL_VIRTIO, '7.1'),
    type: { kind: 'boolean' },
    defaults: [{ since: '7.1', value: 'on', condition: 'off with the machine types up to 7.1' }],
    title: 'The guest may reset a queue alone',
    effect: 'A reset queue loses its notifiers and gets them again. Otherwise they travel the same way.',
    sources: [FEATURES, memory('the release of its introduction')],
  },
  {
    ...asideOption('in_order', ALL_VIRTIO, '9.2'),
    ...onOff('9.2', 'off'),
    title: 'Requests are completed in the order in which they came',
    effect: 'Notifications travel the same way.',
    sources: [FEATURES, memory('the release of its introduction')],
  },
  {
    ...asideOption('iommu_platform', ALL_VIRTIO, '2.7'),
    ...onOff('2.7', 'off'),
    title: "The device's accesses go through the guest's IOMMU",
    effect: 'Addresses are translated; notifications travel the same way.',
    sources: [FEATURES, memory('the release of its introduction')],
  },
  {
    ...deviceOption('notification_data', ALL_VIRTIO, null),
    type: { kind: 'boolean' },
    defaults: [],
    title: 'A kick carries the index of the ring as well',
    effect:
      'No release up to 10.0 has it as a property: QEMU refuses it. 9.1 and later have the check for it: together with ' +
      'ioeventfd=on it is refused, since an eventfd drops the value that was written.',
    sources: [
      read('qemu-system-x86_64 -device virtio-blk-pci,help of QEMU 10.0'),
      read('QEMU hw/virtio/virtio.c virtio_device_check_notification_compatibility, commit 78378f450a'),
    ],
  },
  {
    ...asideOption('use-started', ALL_VIRTIO, '4.1'),
    type: { kind: 'boolean' },
    defaults: [{ since: '4.1', value: 'on', condition: 'off with the machine types up to 4.0' }],
    title: 'Take a device for started by more than DRIVER_OK',
    effect: 'Decides when the eventfds of legacy guests that kick early are set up, not where they lead.',
    sources: [read('QEMU commit e57f2c31b6')],
  },
  {
    ...asideOption('use-disabled-flag', ALL_VIRTIO, '4.2'),
    type: { kind: 'boolean' },
    defaults: [{ since: '4.2', value: 'on', condition: 'off with the machine types up to 4.2' }],
    title: 'A device without bus mastering is disabled',
    effect: 'A guest that clears the bus-master bit gets no interrupts. Otherwise they travel the same way.',
    sources: [read('QEMU hw/virtio/virtio.c virtio_properties'), memory('the release of its introduction')],
  },
  {
    ...asideOption('ats', ALL_PCI, '2.9'),
    ...onOff('2.9', 'off'),
    title: 'Address translation services',
    effect: 'vhost keeps translations of its own. Notifications travel the same way.',
    sources: [memory('the release of its introduction')],
  },
];
