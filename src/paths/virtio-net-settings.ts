import type { OtherSetting, PathSetting } from './path.ts';

const OF_NET: OtherSetting = { setting: 'device', values: ['virtio-net'] };
const SENDING: OtherSetting = { setting: 'traffic', values: ['send'] };

/** What QEMU alone has. */
const OF_QEMU = ['tx', 'txTimerUs', 'txBurst'];

/** What of {@link VIRTIO_NET_SETTINGS} means anything to one that vhost serves. */
export function vhostNetSettings(): readonly PathSetting[] {
  return VIRTIO_NET_SETTINGS.filter(({ name }) => !OF_QEMU.includes(name));
}

/** What a virtio-net device has besides, and what its guest does with it. */
export const VIRTIO_NET_SETTINGS: readonly PathSetting[] = [
  {
    name: 'traffic',
    kind: 'choice',
    choices: ['send', 'receive', 'command'],
    default: 'send',
    description:
      'send: a program in the guest sends messages; receive: packets come from the network; command: the guest sends commands through the control queue and spins until each is answered (kick paths)',
    onlyWith: OF_NET,
  },
  {
    name: 'messageBytes',
    kind: 'number',
    unit: 'bytes',
    default: 200,
    minimum: 1,
    maximum: 65_536,
    description: 'size of the messages that are sent or received, each a packet',
    onlyWith: OF_NET,
  },
  {
    name: 'tx',
    kind: 'choice',
    choices: ['bh', 'timer'],
    default: 'bh',
    description: 'tx: how long QEMU waits before it sends: until its main loop has gone round, or x-txtimer',
    onlyWith: SENDING,
  },
  {
    name: 'txTimerUs',
    kind: 'number',
    unit: 'us',
    default: 150,
    minimum: 1,
    maximum: 1_000_000,
    description: 'x-txtimer: how long QEMU waits for more packets',
    onlyWith: { setting: 'tx', values: ['timer'] },
  },
  {
    name: 'txBurst',
    kind: 'number',
    unit: 'packets',
    default: 256,
    minimum: 1,
    maximum: 256,
    description:
      'x-txburst: packets after which QEMU interrupts itself while it sends; one of more than 64 is taken never to be full',
    onlyWith: OF_NET,
  },
  {
    name: 'packetBuffers',
    kind: 'number',
    unit: 'buffers',
    default: 1,
    minimum: 1,
    maximum: 16,
    description:
      'mrg_rxbuf: buffers that a big packet takes; with 1 every packet takes one, with more some packets are big',
    onlyWith: { setting: 'traffic', values: ['receive'] },
  },
];
