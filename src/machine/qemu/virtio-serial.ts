import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import { VIRTIO_SERIAL } from '../parties.ts';

const FILE = 'QEMU hw/char/virtio-serial-bus.c';
const VIRTIO = 'QEMU hw/virtio/virtio.c';

/** What a queue of the device is wired to. */
export interface SerialQueueWiring {
  readonly queue: Virtqueue;
  /** The device interrupts the guest. */
  readonly notify: Procedure;
  /** What a notification that finds nothing is counted as. */
  readonly emptyMark: string;
}

/** `virtio_notify`: the device interrupts if the driver wants it. */
function shouldNotify({ queue, notify }: Pick<SerialQueueWiring, 'queue' | 'notify'>): Record<string, Step> {
  return {
    'should-notify': {
      at: `${VIRTIO} virtio_notify (virtio_should_notify)`,
      cost: 'virtqueueKick',
      emits: [(s) => (queue.needsCall(s) ? 'qemu:virtio_notify' : '')],
      marks: [(s) => (queue.needsCall(s) ? 'call' : 'call-suppressed')],
      do: (s) => (queue.needsCall(s) ? undefined : RETURN),
      call: notify,
    },
  };
}

/** A buffer of the guest's is taken from the queue. */
function pop(queue: Virtqueue, at: string): Step {
  return {
    at: `${VIRTIO} virtqueue_pop; ${at}`,
    cost: 'virtqueuePop',
    marks: ['request-taken'],
    do: (s) => {
      queue.pop(s, true);
    },
  };
}

/** It is given back. */
function push(queue: Virtqueue, at: string, next?: string): Step {
  return {
    at: `${VIRTIO} virtqueue_push; ${at}`,
    cost: 'virtqueuePush',
    marks: ['request-used'],
    do: (s) => {
      queue.push(s);
      return next;
    },
  };
}

/**
 * The handler of a port's output queue: each buffer goes to the character device, which takes it at once, and back to the
 * guest; then it interrupts.
 * Source: QEMU hw/char/virtio-serial-bus.c `handle_output`, `do_flush_queued_data`, hw/char/virtio-console.c `flush_buf`
 * (7.2). No trace.
 */
export function serialOutput(wiring: SerialQueueWiring): Procedure {
  const { queue, emptyMark } = wiring;
  const at = `${FILE} do_flush_queued_data`;
  return procedure<string>(VIRTIO_SERIAL, 'handle_output', {
    'notify-queue': {
      at: `${VIRTIO} virtio_queue_notify_vq; ${FILE} handle_output`,
      cost: 'deviceModel',
      emits: ['qemu:virtio_queue_notify n 1'],
      marks: [(s) => (s[queue.available] === 0 ? emptyMark : 'queue-notified')],
    },
    'look-for-buffer': {
      at: `${VIRTIO} virtqueue_pop (virtio_queue_empty_rcu); ${at}`,
      do: (s) => (s[queue.available] === 0 ? 'should-notify' : undefined),
    },
    'pop-buffer': pop(queue, at),
    'write-chardev': {
      at: 'QEMU hw/char/virtio-console.c flush_buf (qemu_chr_fe_write)',
      cost: 'syscall',
    },
    'push-buffer': push(queue, at, 'look-for-buffer'),
    ...shouldNotify(wiring),
  });
}

/**
 * The handler of the control queue's outgoing half. The driver wants no interrupt of it, and it has no vector.
 * Source: QEMU hw/char/virtio-serial-bus.c `control_out`, `handle_control_message` (7.2). No trace.
 */
export function serialControl({ queue, emptyMark }: Omit<SerialQueueWiring, 'notify'>): Procedure {
  const at = `${FILE} control_out`;
  return procedure<string>(VIRTIO_SERIAL, 'control_out', {
    'notify-queue': {
      at: `${VIRTIO} virtio_queue_notify_vq; ${at}`,
      cost: 'deviceModel',
      emits: ['qemu:virtio_queue_notify n 3'],
      marks: [(s) => (s[queue.available] === 0 ? emptyMark : 'queue-notified')],
    },
    'look-for-message': {
      at: `${VIRTIO} virtqueue_pop (virtio_queue_empty_rcu); ${at}`,
      do: (s) => (s[queue.available] === 0 ? RETURN : undefined),
    },
    'pop-message': pop(queue, `${at} (handle_control_message)`),
    'push-message': push(queue, at, 'look-for-message'),
  });
}

/** What a port's input queue is wired to. */
export interface SerialInputWiring extends Omit<SerialQueueWiring, 'emptyMark'> {
  /** Whether the character device has something for the guest. */
  readonly chardev: Field;
  /** `qemu_notify_event`: the guest has given a buffer, and the main loop is to ask again. */
  readonly notifyEvent: Procedure;
}

/** A port's input queue. */
export interface SerialInput {
  /** `chr_read`, in the main loop. */
  readonly receive: Procedure;
  /** `virtio_queue_notify_vq` and the queue's handler: the guest has given a buffer back. */
  readonly handleQueue: Procedure;
}

/**
 * What comes from the character device fills a buffer of the guest; the main loop asks it for no more than there are
 * buffers for. The device always wants to be notified of new ones, and only asks the character device once more then.
 * Source: QEMU hw/char/virtio-console.c `chr_can_read`, `chr_read`, `guest_writable`, hw/char/virtio-serial-bus.c
 * `write_to_port`, `handle_input` (7.2). No trace.
 */
export function serialInput(wiring: SerialInputWiring): SerialInput {
  const { queue } = wiring;
  const at = `${FILE} write_to_port`;
  return {
    receive: procedure<string>(VIRTIO_SERIAL, 'chr_read', {
      'read-chardev': {
        at: 'QEMU chardev/char-fd.c fd_chr_read; hw/char/virtio-console.c chr_read',
        cost: 'syscall',
        emits: ['syscalls:sys_enter_read'],
        do: (s) => {
          s[wiring.chardev] = 0;
        },
      },
      'fill-buffer': pop(queue, at),
      'push-buffer': push(queue, at),
      ...shouldNotify(wiring),
    }),
    handleQueue: procedure<string>(VIRTIO_SERIAL, 'handle_input', {
      'notify-queue': {
        at: `${VIRTIO} virtio_queue_notify_vq; ${FILE} handle_input (guest_writable)`,
        cost: 'deviceModel',
        emits: ['qemu:virtio_queue_notify n 0'],
      },
      'accept-input': {
        at: 'QEMU hw/char/virtio-console.c guest_writable (qemu_chr_fe_accept_input, qemu_notify_event)',
        call: wiring.notifyEvent,
      },
    }),
  };
}
