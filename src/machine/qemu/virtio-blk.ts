import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import type { Disk } from '../hardware/disk.ts';
import { VIRTIO_BLK } from '../parties.ts';
import { eitherWithQueue, withQueue } from '../queue-marks.ts';
import { aioNotification } from './aio-context.ts';
import type { AioNotifier } from './aio-context.ts';
import type { ServedDevice } from './served-device.ts';

const VIRTIO = 'QEMU hw/virtio/virtio.c';
const BLK = 'QEMU hw/block/virtio-blk.c';

/** A virtio disk. Source: QEMU hw/block/virtio-blk.c (7.2); traces X1-blk-ioeventfd-on and -off. */
export const VIRTIO_BLK_DEVICE: ServedDevice = {
  party: VIRTIO_BLK,
  queueIndex: 0,
  handler: { name: 'virtio_blk_handle_vq', at: `${BLK} virtio_blk_handle_vq` },
  handleRequest: { at: `${BLK} virtio_blk_handle_request`, emits: ['qemu:virtio_blk_handle_read'] },
  submit: { at: `${BLK} virtio_blk_submit_multireq (thread_pool_submit_aio)`, emits: [] },
  complete: {
    at: `${BLK} virtio_blk_req_complete (virtqueue_push)`,
    emits: ['qemu:virtio_blk_rw_complete ret 0', 'qemu:virtio_blk_req_complete status 0'],
  },
};

/** What the backend of a disk takes requests from, and where it brings them. */
export interface VirtioBlkWiring {
  readonly device: ServedDevice;
  readonly queue: Virtqueue;
  readonly disk: Disk;
  readonly depth: number;
  /** What a notification that finds nothing is counted as. */
  readonly emptyMark: string;
  /** False leaves out the second look after notifications are wanted again, to see what it is for. */
  readonly looksAgain: boolean;
  /** 1 while an event loop polls the queue, and notifications are none of the handler's business; absent if none does. */
  readonly polling?: Field;
  /** Another thread than the event loop's may end it: by taking the notifier away. */
  readonly pollingMayEnd?: true;
}

/** The part of the device that takes requests. */
export interface VirtioBlk {
  /** `virtio_queue_notify_vq` and the queue's handler, in the context of whoever brings the notification. */
  readonly handleQueue: Procedure;
  /** Requests taken from the queue that are not at the disk yet (`MultiReqBuffer`). */
  readonly popped: Field;
}

/**
 * Adds what takes requests: it wants no notifications while it empties the queue, wants them again, looks once more, and
 * only then hands over what it has taken. Merging of neighbouring requests is not modelled.
 * Source: QEMU hw/block/virtio-blk.c `virtio_blk_handle_vq`, `virtio_blk_submit_multireq`, hw/virtio/virtio.c
 * `virtqueue_pop`, `virtio_queue_set_notification`, `virtio_queue_empty` (7.2); traces X1-blk-ioeventfd-on and -off.
 */
export function virtioBlk(m: ModelBuilder, wiring: VirtioBlkWiring): VirtioBlk {
  const { device, queue, disk, depth, looksAgain, polling } = wiring;
  const { handler } = device;
  const disable = queue.disableKick;
  const popped = m.field('requests popped', { max: depth });
  const handleQueue = procedure<string>(device.party, handler.name, {
    'notify-queue': {
      at: `${VIRTIO} virtio_queue_notify_vq`,
      cost: 'deviceModel',
      emits: [`qemu:virtio_queue_notify n ${String(device.queueIndex)}`],
      marks: ['queue-notified'],
      ...(polling === undefined
        ? {}
        : {
            do: (s: State) => (s[polling] === 1 ? 'pop-request' : undefined),
            ...(wiring.pollingMayEnd === true ? {} : { local: true as const }),
          }),
    },
    'disable-notification': {
      at: `${VIRTIO} virtio_queue_set_notification (0); ${handler.at}`,
      ...(disable
        ? {
            do: (s: State) => {
              disable(s);
            },
          }
        : {}),
    },
    'pop-request': {
      at: `${VIRTIO} virtqueue_pop`,
      do: (s) => {
        if (s[queue.available] === 0) {
          return polling !== undefined && s[polling] === 1 ? 'submit-requests' : 'enable-notification';
        }
        s[queue.available] = (s[queue.available] as number) - 1;
        s[popped] = (s[popped] as number) + 1;
        return undefined;
      },
    },
    'handle-request': {
      at: device.handleRequest.at,
      cost: 'virtqueuePop',
      emits: device.handleRequest.emits,
      marks: ['request-taken'],
      do: () => 'pop-request',
    },
    'enable-notification': {
      at: `${VIRTIO} virtio_queue_set_notification (1); ${handler.at}`,
      marks: [(s) => (s[popped] === 0 ? wiring.emptyMark : 'queue-emptied')],
      do: (s) => {
        queue.enableKick(s);
        return looksAgain ? undefined : 'submit-requests';
      },
    },
    'look-again-at-queue': {
      at: `${VIRTIO} virtio_queue_empty; ${handler.at}`,
      cost: 'virtqueueKick',
      do: (s) => (s[queue.available] === 0 ? undefined : 'disable-notification'),
    },
    'submit-requests': {
      at: device.submit.at,
      cost: 'threadPool',
      emits: device.submit.emits,
      do: (s) => {
        s[disk.queued] = (s[disk.queued] as number) + (s[popped] as number);
        s[popped] = 0;
      },
    },
  });
  return { handleQueue, popped };
}

/** What completes the requests of a disk. */
export interface CompletionWiring {
  readonly device: ServedDevice;
  readonly queue: Virtqueue;
  /** Requests that the thread pool has finished. */
  readonly finished: Field;
  /** Of the event loop in which they are completed. */
  readonly notifier: AioNotifier;
  /** What QEMU calls to interrupt the guest, as its trace names it. */
  readonly notifyEvent: 'virtio_notify' | 'virtio_notify_irqfd';
  readonly notify: Procedure;
  /** What they are counted for besides; absent if the device has no other queue. */
  readonly countedFor?: string;
}

/**
 * The completion of requests in the event loop of the device: each is put into the used ring, and the guest is notified
 * if it wants to be. For each the bottom half schedules itself again, in case its callback waits for another, and takes that
 * back; if the event loop still has its announcement out, its own eventfd is written. Without event indices QEMU 7.2 leaves the notification to a bottom half of its own where it has a
 * guest notifier; that is not modelled.
 * Source: QEMU util/thread-pool.c `thread_pool_completion_bh`, hw/block/virtio-blk.c `virtio_blk_rw_complete`,
 * `virtio_blk_req_complete`, hw/virtio/virtio.c `virtqueue_push`, `virtio_should_notify` (7.2); traces as above.
 */
export function completeRequests(wiring: CompletionWiring): Procedure {
  const { device, queue, finished, notifyEvent, notify, countedFor } = wiring;
  const again = aioNotification(wiring.notifier);
  const isMore = (s: State): boolean => (s[finished] as number) > 0;
  return procedure<string>(device.party, 'thread_pool_completion_bh', {
    'push-request': {
      at: device.complete.at,
      cost: 'virtqueuePush',
      // (qemu_bh_schedule) comes first.
      emits: [...again.emits, ...device.complete.emits],
      marks: withQueue('request-used', countedFor),
      do: (s) => {
        again.notify(s);
        s[finished] = (s[finished] as number) - 1;
        queue.push(s);
      },
    },
    'should-notify': {
      at: `${VIRTIO} ${notifyEvent} (virtio_should_notify)`,
      cost: 'virtqueueKick',
      emits: [(s) => (queue.needsCall(s) ? `qemu:${notifyEvent}` : '')],
      marks: eitherWithQueue((s) => queue.needsCall(s), 'call', 'call-suppressed', countedFor),
      do: (s) => (queue.needsCall(s) ? undefined : 'next-request'),
      call: notify,
    },
    'next-request': {
      at: 'QEMU util/thread-pool.c thread_pool_completion_bh (goto restart)',
      do: (s) => (isMore(s) ? 'push-request' : RETURN),
    },
  });
}
