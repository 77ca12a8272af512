import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import type { Disk } from '../hardware/disk.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { STORAGE_DAEMON } from '../parties.ts';

const LIBVHOST_USER = 'QEMU subprojects/libvhost-user/libvhost-user.c';
const SERVER = 'QEMU block/export/vhost-user-blk-server.c';

/** What a process is wired to that serves a queue of a guest. */
export interface BackendProcessWiring {
  readonly queue: Virtqueue;
  readonly disk: Disk;
  /** Writes the call eventfd. */
  readonly call: Procedure;
  /** What a notification that finds nothing is counted as. */
  readonly emptyMark: string;
  /** False leaves out that it looks for more than the one request that it was notified of, to see what that is for. */
  readonly looksAgain: boolean;
}

/**
 * `qemu-storage-daemon` with a vhost-user-blk export of a file with `aio=native`: it sleeps until its kick eventfd or its
 * disk has something, takes every request there is, and gives them back one by one. With event indices it asks for the
 * notification of the next request as it takes one; without, it never says that it wants none. That it finds its disk
 * ready in the round that began with a notification changes nothing and is not told apart.
 * Source: QEMU util/vhost-user-server.c `kick_handler`, block/export/vhost-user-blk-server.c `vu_blk_process_vq`,
 * `vu_blk_req_complete`, subprojects/libvhost-user/libvhost-user.c `vu_kick_cb`, `vu_queue_pop`, `vu_queue_notify`,
 * block/linux-aio.c (7.2). No trace of it has been captured.
 */
export function storageDaemon(wiring: BackendProcessWiring & { readonly kick: Eventfd }): Procedure {
  const { queue, disk, kick, call, emptyMark, looksAgain } = wiring;
  const lookAtQueue = (nothing: string): Step => ({
    at: `${LIBVHOST_USER} vu_queue_pop (vu_queue_empty)`,
    do: (s) => (s[queue.available] === 0 ? nothing : 'pop-request'),
  });
  const isDone = (s: State): boolean => s[disk.done] !== 0;
  return procedure<string>(STORAGE_DAEMON, 'aio_poll', {
    'wait-for-kick': {
      at: 'QEMU util/aio-posix.c aio_poll (ppoll)',
      cost: 'syscall',
      rest: true,
      when: (s) => s[kick.count] !== 0 || isDone(s),
      do: (s) => (s[kick.count] === 0 ? 'push-request' : undefined),
    },
    'read-kick': {
      at: `${LIBVHOST_USER} vu_kick_cb (eventfd_read)`,
      cost: 'eventfdRead',
      emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
      do: (s) => {
        s[kick.count] = 0;
      },
    },
    'look-at-queue': lookAtQueue('found-nothing'),
    'found-nothing': {
      at: `${LIBVHOST_USER} vu_queue_pop (returns NULL)`,
      marks: [emptyMark],
      do: () => 'look-at-disk',
    },
    'pop-request': {
      at: `${LIBVHOST_USER} vu_queue_pop (vring_set_avail_event); ${SERVER} vu_blk_virtio_process_req (io_submit)`,
      cost: 'virtqueuePop',
      marks: ['request-taken'],
      do: (s) => {
        queue.pop(s, true);
        s[disk.queued] = (s[disk.queued] as number) + 1;
        return looksAgain ? undefined : 'look-at-disk';
      },
    },
    'look-again-at-queue': lookAtQueue('look-at-disk'),
    'look-at-disk': {
      at: 'QEMU util/aio-posix.c aio_dispatch_ready_handlers',
      do: (s) => (isDone(s) ? undefined : RETURN),
    },
    'push-request': {
      at: `QEMU block/linux-aio.c qemu_laio_process_completions; ${SERVER} vu_blk_req_complete (vu_queue_push)`,
      cost: 'virtqueuePush',
      marks: ['request-used'],
      do: (s) => {
        s[disk.done] = (s[disk.done] as number) - 1;
        queue.push(s);
      },
    },
    'should-notify': {
      at: `${LIBVHOST_USER} vu_queue_notify (vring_notify)`,
      cost: 'virtqueueKick',
      marks: [(s) => (queue.needsCall(s) ? 'call' : 'call-suppressed')],
      do: (s) => (queue.needsCall(s) ? undefined : 'next-completion'),
      call,
    },
    'next-completion': {
      at: 'QEMU block/linux-aio.c qemu_laio_process_completions',
      do: (s) => (isDone(s) ? 'push-request' : RETURN),
    },
  });
}
