import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import { VHOST, VHOST_NET } from '../parties.ts';
import type { Eventfd } from './eventfd.ts';
import { TX_WORK } from './vhost-net.ts';
import { lockingWorker } from './vhost-vq-mutex.ts';
import type { LockingWorker } from './vhost-vq-mutex.ts';

const VHOST_C = 'Linux drivers/vhost/vhost.c';
const NET_C = 'Linux drivers/vhost/net.c';

/** What a queue is wired to that is given to vhost-net and taken from it. */
export interface VhostNetRingWiring {
  readonly queue: Virtqueue;
  readonly eventIdx: boolean;
  readonly host: Eventfd;
  readonly workerCpu: number;
  /** Whether vhost has it from the start. */
  readonly startsGiven: boolean;
  /** False leaves out the look at the tap when vhost gets its backend, to see what it is for. */
  readonly looksAtTap: boolean;
}

/** A queue that vhost-net has at some times only. */
export interface VhostNetRing extends Pick<LockingWorker, 'list' | 'addWorker'> {
  /** The queue as vhost uses it: what it takes moves its own index on, not QEMU's. */
  readonly queue: Virtqueue;
  /** Whether vhost has its tap. */
  readonly hasBackend: (s: State) => boolean;
  /** Whether vhost waits at the host notifier that there is. */
  readonly isAttached: (s: State) => boolean;
  /** Whether QEMU knows an index that vhost has left behind. */
  readonly isBehind: (s: State) => boolean;
  /** QEMU closes the host notifier; the next one is another eventfd. */
  readonly closeNotifier: (s: State) => void;
  /** The ioctls, in QEMU's thread. */
  readonly setVring: Procedure;
  readonly setBackend: Procedure;
  readonly clearBackend: Procedure;
  readonly getBase: Procedure;
}

/**
 * Adds how a transmit queue is given to vhost-net and taken from it. To wait at the host notifier is to look at it once: its
 * count brings a first work, which finds nothing while there is no backend. With the backend vhost writes its own
 * notification flag into the ring and begins to wait at the tap, which can be written to and so brings a work too: that is
 * how it sees what was notified before. That the tap's work is one of its own (`handle_tx_net`) is left out: it is the
 * same function. What takes the backend away waits for a worker that handles the queue (`vq->mutex`) and then for what is
 * queued.
 * Source: Linux drivers/vhost/vhost.c `vhost_vring_ioctl`, `vhost_poll_start`, `vhost_vq_init_access`,
 * drivers/vhost/net.c `vhost_net_set_backend`, `vhost_net_enable_vq`, `handle_tx` (6.12). No trace of it has been captured.
 */
export function vhostNetRing(m: ModelBuilder, wiring: VhostNetRingWiring): VhostNetRing {
  const { eventIdx, host, startsGiven, looksAtTap } = wiring;
  const initial = startsGiven ? 1 : 0;
  const backend = m.field('vhost backend', { initial, values: ['none', 'tap'], notable: true });
  const poll = m.field('vhost poll', { initial, values: ['none', 'at the host notifier'] });
  const behind = m.field('last_avail_idx in QEMU', { values: ["vhost's", "behind vhost's"], notable: true });
  const hasBackend = (s: State): boolean => s[backend] === 1;
  const worker = lockingWorker(m, wiring.workerCpu, hasBackend);
  const { list, mayLock } = worker;
  const queueWork = list.queue(TX_WORK);
  const queue: Virtqueue = {
    ...wiring.queue,
    pop: (s, isNotifying) => {
      wiring.queue.pop(s, isNotifying);
      s[behind] = 1;
    },
  };
  return {
    queue,
    list,
    hasBackend,
    isAttached: (s) => s[poll] === 1,
    isBehind: (s) => s[behind] === 1,
    closeNotifier: (s) => {
      s[poll] = 0;
    },
    addWorker: worker.addWorker,
    setVring: procedure<string>(VHOST, 'vhost_vring_ioctl', {
      'set-vring': {
        at: `${VHOST_C} vhost_vring_ioctl (VHOST_SET_VRING_NUM, VHOST_SET_VRING_BASE, VHOST_SET_VRING_ADDR)`,
        cost: 'syscall',
        emits: ['syscalls:sys_enter_ioctl cmd=VHOST_SET_VRING_BASE'],
      },
      'set-vring-kick': {
        at: `${VHOST_C} vhost_vring_ioctl (VHOST_SET_VRING_KICK: vhost_poll_start, vfs_poll)`,
        cost: 'syscall',
        emits: ['syscalls:sys_enter_ioctl cmd=VHOST_SET_VRING_KICK'],
        do: (s) => {
          s[poll] = 1;
          if (s[host.count] !== 0) queueWork(s);
        },
      },
    }),
    setBackend: procedure<string>(VHOST_NET, 'vhost_net_set_backend', {
      'set-backend': {
        at: `${NET_C} vhost_net_set_backend (vhost_vq_init_access; vhost_net_enable_vq: the tap can be written)`,
        cost: 'syscall',
        emits: ['syscalls:sys_enter_ioctl cmd=VHOST_NET_SET_BACKEND'],
        when: mayLock,
        do: (s) => {
          s[backend] = 1;
          if (!eventIdx) wiring.queue.enableKickAsRead(s);
          if (looksAtTap) queueWork(s);
        },
      },
    }),
    clearBackend: procedure<string>(VHOST_NET, 'vhost_net_set_backend(-1)', {
      'clear-backend': {
        at: `${NET_C} vhost_net_set_backend (fd -1, under vq->mutex)`,
        cost: 'syscall',
        emits: ['syscalls:sys_enter_ioctl cmd=VHOST_NET_SET_BACKEND'],
        when: mayLock,
        do: (s) => {
          s[backend] = 0;
        },
      },
      'flush-vhost': {
        at: `${NET_C} vhost_net_set_backend (vhost_dev_flush)`,
        when: (s) => list.isEmpty(s) && worker.isIdle(s),
      },
    }),
    getBase: procedure<string>(VHOST, 'vhost_vring_ioctl(VHOST_GET_VRING_BASE)', {
      'get-vring-base': {
        at: `${VHOST_C} vhost_vring_ioctl (VHOST_GET_VRING_BASE); QEMU hw/virtio/vhost.c vhost_virtqueue_stop (virtio_queue_set_last_avail_idx)`,
        cost: 'syscall',
        emits: ['syscalls:sys_enter_ioctl cmd=VHOST_GET_VRING_BASE'],
        do: (s) => {
          s[behind] = 0;
        },
        local: true,
      },
    }),
  };
}
