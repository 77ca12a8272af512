import type { OptionDoc } from './option-doc.ts';
import { memory, read } from './sources.ts';
import {
  asideOption,
  count,
  deviceOption,
  driversNamed,
  onOff,
  SERVED_BY_QEMU,
  UINT32,
} from './virtio-option.ts';

const NET = driversNamed('virtio-net');
const PROPERTIES = read('QEMU hw/net/virtio-net.c virtio_net_properties');

/** The properties of virtio-net that decide about its notifications. */
export const VIRTIO_NET_OPTIONS: readonly OptionDoc[] = [
  {
    ...deviceOption('netdev', NET, '0.12'),
    title: 'The backend: what is at the other end of the card',
    type: { kind: 'text', meaning: 'id of a -netdev' },
    defaults: [],
    effect:
      'Decides who works on the queues: the kernel (tap with vhost=on), another process (vhost-user), else QEMU.',
    sources: [PROPERTIES, read('traces X3-net-vhost-on and -off'), memory('the release of its introduction')],
  },
  {
    ...deviceOption('tx', NET, '0.14'),
    title: 'How QEMU gathers packets before it sends them',
    type: { kind: 'choice', values: ['bh', 'timer'] },
    defaults: [{ since: '0.14', value: 'bh' }],
    mattersOn: SERVED_BY_QEMU,
    effect:
      'bh: a kick turns kicks off and schedules a bottom half, which sends. timer: the first kick arms a timer ' +
      '(x-txtimer), a second one while it runs sends at once. Of no effect with vhost.',
    sources: [PROPERTIES, read('QEMU commit a697a334b3')],
  },
  {
    ...deviceOption('x-txtimer', NET, '0.14'),
    title: 'Time that tx=timer waits',
    type: { kind: 'integer', minimum: 0, maximum: UINT32, unit: 'ns' },
    defaults: [{ since: '0.14', value: '150000' }],
    mattersOn: SERVED_BY_QEMU,
    effect: 'Only with tx=timer, and only without vhost: the longest that a packet waits for others.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...deviceOption('x-txburst', NET, '0.14'),
    title: 'Packets that are sent before QEMU does other things',
    type: count(0x7fff_ffff, 1),
    defaults: [{ since: '0.14', value: '256' }],
    mattersOn: SERVED_BY_QEMU,
    effect:
      'Without vhost: a full burst schedules the bottom half again, with kicks still off; a smaller one turns them on.',
    sources: [PROPERTIES, read('QEMU commit e3f30488e5')],
  },
  {
    ...asideOption('mq', NET, '1.4'),
    ...onOff('1.4', 'off'),
    title: 'Several pairs of queues',
    effect: 'As many as the backend has (queues=). Each pair takes the same path.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...asideOption('rx_queue_size', NET, '2.8'),
    title: 'Entries of a receive ring',
    type: count(1024, 256),
    defaults: [{ since: '2.8', value: '256' }],
    effect: 'How many packets fit until the guest refills. Notifications travel the same way.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
  {
    ...asideOption('tx_queue_size', NET, '2.10'),
    title: 'Entries of a transmit ring',
    type: count(1024, 256),
    defaults: [
      { since: '2.10', value: '256', condition: 'more than 256 only with vhost-user and vhost-vdpa' },
    ],
    effect: 'Notifications travel the same way.',
    sources: [PROPERTIES, memory('the release of its introduction')],
  },
];
