import type { OptionDoc } from './option-doc.ts';
import { memory, read } from './sources.ts';
import { deviceOption, onOff } from './virtio-option.ts';

const PROPERTIES = read('QEMU hw/virtio/virtio-mmio.c virtio_mmio_properties');
const DRIVER = ['virtio-mmio'];

/** The properties of the virtio-mmio transport, which only `-global virtio-mmio.NAME=…` reaches. */
export const VIRTIO_MMIO_OPTIONS: readonly OptionDoc[] = [
  {
    ...deviceOption('ioeventfd', DRIVER, '6.1'),
    type: { kind: 'boolean' },
    defaults: [{ since: '2.4', value: 'on' }],
    title: 'Let KVM turn a kick into an eventfd',
    effect:
      'By -global virtio-mmio.ioeventfd=…, for all devices of the transport. on: a kick is a light exit. off: it leaves ' +
      'to QEMU. The interrupt is a line in both cases, without irqfd. From 2.4 to 6.0 it was on and could not be chosen.',
    sources: [
      PROPERTIES,
      read('QEMU commits 434027badb and b8893a3c86'),
      read('traces A1-gicv2-blk-mmio-ioeventfd-on and -off'),
    ],
  },
  {
    ...deviceOption('force-legacy', DRIVER, '4.2'),
    ...onOff('4.2', 'on'),
    title: 'Offer the interface from before virtio 1.0',
    effect: 'The doorbell is the same register in both interfaces.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
];
