import type { OptionDoc } from './option-doc.ts';
import { memory, read } from './sources.ts';
import { asideOption, count, driversNamed, onOff, UINT32 } from './virtio-option.ts';

const TAP = read('QEMU net/tap.c net_init_tap_one');
const IOTHREAD = read('QEMU iothread.c, util/aio-posix.c adjust_polling_time');
const INT63 = Number.MAX_SAFE_INTEGER;

/** What stands behind `-netdev` and `-object` and decides who works on the queues of a virtio device. */
export const VIRTIO_BACKEND_OPTIONS: readonly OptionDoc[] = [
  {
    ...backend('vhost', 'netdev', ['tap'], '0.13'),
    ...onOff('0.13', 'off'),
    title: "Let the kernel's vhost-net work on the queues",
    effect:
      'on: kicks go to a worker in the kernel and its interrupts to KVM; QEMU sees neither. With QEMU before 2.6 only ' +
      'for a guest with MSI-X, unless vhostforce=on. Left out, vhostfd= or vhostforce=on turn it on.',
    sources: [TAP, read('traces X3-net-vhost-on and -off'), memory('the release of its introduction')],
  },
  {
    ...backend('vhostforce', 'netdev', ['tap'], '0.14'),
    ...onOff('0.14', 'off'),
    title: 'vhost for guests without MSI-X too',
    effect:
      'Up to QEMU 2.5 it was needed for them: without MSI-X the main loop reads the guest notifier and raises the line. ' +
      'Since then it says the same as vhost=on, where that is left out.',
    sources: [TAP, read('QEMU commits 5430a28fe4 and 1e7398a140'), memory('that the latter is in 2.6 first')],
  },
  {
    ...backend('vhostfd', 'netdev', ['tap'], '0.13'),
    title: 'An open /dev/vhost-net',
    type: { kind: 'text', meaning: 'number or name of a file descriptor passed to QEMU' },
    defaults: [],
    spellings: [
      {
        name: 'vhostfds',
        kind: 'synonym',
        inverted: false,
        history: 'vhostfds is a list, for several queues',
      },
    ],
    effect: 'Turns vhost on where vhost= is left out.',
    sources: [TAP, memory('the release of its introduction')],
  },
  {
    ...backend('queues', 'netdev', ['tap', 'vhost-user', 'vhost-vdpa'], '1.4'),
    aside: true,
    title: 'Pairs of queues',
    type: count(UINT32, 1),
    defaults: [{ since: '1.4', value: '1' }],
    effect: 'The guest uses them with mq=on. Each takes the same path; vhost-net has a worker for each.',
    sources: [TAP, memory('the release of its introduction')],
  },
  {
    ...backend('poll-us', 'netdev', ['tap'], '2.7'),
    title: 'How long the worker of vhost-net polls',
    type: { kind: 'integer', minimum: 0, maximum: UINT32, unit: 'µs' },
    defaults: [{ since: '2.7', value: '0' }],
    effect: 'Only with vhost: while the worker polls, kicks are off, and there is no exit.',
    sources: [TAP, memory('the release of its introduction')],
  },
  {
    ...backend('chardev', 'netdev', ['vhost-user'], '2.1'),
    title: 'The socket to the process that works on the queues',
    type: { kind: 'text', meaning: 'id of a -chardev socket' },
    defaults: [],
    effect:
      'Kick and call eventfds are passed over it, and the memory of the guest, which must be shared (share=on).',
    sources: [read('QEMU docs/interop/vhost-user.rst'), memory('the release of its introduction')],
  },
  {
    ...backend('poll-max-ns', 'object', ['iothread'], '2.9'),
    title: 'The longest that an IOThread polls before it blocks',
    type: { kind: 'integer', minimum: 0, maximum: INT63, unit: 'ns' },
    defaults: [{ since: '2.9', value: '32768', condition: '0 where polling is not to be had (Windows)' }],
    effect:
      'While it polls, kicks are off: a request is found without exit, eventfd and wake-up. 0: it blocks at once.',
    sources: [IOTHREAD, read('QEMU commit cdd7abfdba')],
  },
  {
    ...backend('poll-grow', 'object', ['iothread'], '2.9'),
    title: 'How the polling time grows',
    type: { kind: 'integer', minimum: 0, maximum: INT63, unit: '' },
    defaults: [{ since: '2.9', value: '0' }],
    effect: 'The factor after a time that was too short; 0 doubles it. The first time is 4000 ns.',
    sources: [IOTHREAD],
  },
  {
    ...backend('poll-shrink', 'object', ['iothread'], '2.9'),
    title: 'How the polling time shrinks',
    type: { kind: 'integer', minimum: 0, maximum: INT63, unit: '' },
    defaults: [{ since: '2.9', value: '0' }],
    effect:
      'The divisor after a time of polling in vain; 0 stops polling until requests come closer together again.',
    sources: [IOTHREAD],
  },
  {
    ...backend(
      'share',
      'object',
      ['memory-backend-file', 'memory-backend-memfd', 'memory-backend-ram'],
      '2.1',
    ),
    title: 'Memory of the guest that other processes can map',
    type: { kind: 'boolean' },
    defaults: [{ since: '2.1', value: 'off', condition: 'on for memory-backend-memfd' }],
    effect: 'vhost-user needs it: the other process reads the rings itself.',
    sources: [read('QEMU docs/interop/vhost-user.rst'), memory('the release of its introduction')],
  },
  {
    ...asideOption('chardev', driversNamed('vhost-user-blk', 'vhost-user-scsi', 'vhost-user-fs'), '2.10'),
    title: 'The socket to the process that works on the queues',
    type: { kind: 'text', meaning: 'id of a -chardev socket' },
    defaults: [],
    effect: 'Kick and call eventfds are passed over it.',
    sources: [read('QEMU docs/interop/vhost-user.rst'), memory('the release of its introduction')],
  },
];

function backend(name: string, owner: 'netdev' | 'object', of: readonly string[], introduced: string) {
  return { name, owner, of, introduced, removed: null, spellings: [] } as const;
}
