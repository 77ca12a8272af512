import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { VIRTIO_DRIVER } from '../parties.ts';
import { accessStep, resumeAfterAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';
import { NOTIFY_WRITE } from './virtqueue-driver.ts';
import type { Virtqueue } from './virtqueue.ts';

const RING = 'Linux drivers/virtio/virtio_ring.c';
const FILE = 'Linux drivers/char/virtio_console.c';
/** The function that a program's write to a port comes to. */
export const PORT_WRITE_AT = `${FILE} port_fops_write`;
/** The function that writes to a console. */
export const SEND_TO_PORT_AT = `${FILE} __send_to_port`;
/** The function that sends a message of a port to the host, and waits for its buffer. */
export const CONTROL_MESSAGE_AT = `${FILE} __send_control_msg`;

/** What the driver is wired to. */
export interface ConsoleDriverWiring {
  readonly queue: Virtqueue;
  readonly cpu: DriverCpu;
  /** The function that writes to the notification register. */
  readonly notifyAt: string;
}

/** The decision to notify and the write, with interrupts off; `then` is what follows without a write. */
function kickSteps({ queue, cpu, notifyAt }: ConsoleDriverWiring, then: string): Record<string, Step> {
  return {
    'prepare-kick': {
      at: `${RING} virtqueue_kick_prepare_split`,
      cost: 'virtqueueKick',
      marks: [(s) => (queue.needsKick(s) ? 'kick' : 'kick-suppressed')],
      do: (s) => (queue.needsKick(s) ? undefined : then),
    },
    notify: accessStep(cpu, NOTIFY_WRITE, notifyAt),
    'notify-resumes': {
      at: notifyAt,
      do: (s) => {
        resumeAfterAccess(s, cpu);
      },
    },
  };
}

/** The driver takes one buffer back and, as it always does, wants to be interrupted for the next. */
function takeUsed({ used, outstanding, enableCall }: Virtqueue, s: State): void {
  s[used] = (s[used] as number) - 1;
  s[outstanding] = (s[outstanding] as number) - 1;
  enableCall(s);
}

/** What a write to the console is wired to. */
export interface PutCharsWiring extends ConsoleDriverWiring {
  /** The wish to write is fulfilled. */
  readonly submitted: (s: State) => void;
}

function addBuffer({ queue, submitted }: PutCharsWiring): Step {
  return {
    at: `${RING} virtqueue_add_split (avail->idx); ${SEND_TO_PORT_AT}`,
    cost: 'virtqueueAdd',
    marks: ['assert'],
    do: (s) => {
      queue.add(s);
      submitted(s);
    },
  };
}

function unlockPort({ cpu }: PutCharsWiring): Step {
  return {
    at: `${SEND_TO_PORT_AT} (spin_unlock_irqrestore)`,
    do: (s) => {
      cpu.irqsOn(s);
    },
  };
}

/**
 * A console writes: the driver adds the characters, notifies and looks until the host has taken them, with the port's lock
 * held and interrupts off throughout, as the terminal above it may not sleep.
 * Source: Linux drivers/char/virtio_console.c `put_chars`, `__send_to_port` (6.12, and its comment on the waiting).
 */
export function putChars(wiring: PutCharsWiring): Procedure {
  const { queue } = wiring;
  return procedure<string>(VIRTIO_DRIVER, 'put_chars', {
    'add-buffer': addBuffer(wiring),
    ...kickSteps(wiring, 'get-buffer'),
    'get-buffer': {
      at: `${RING} virtqueue_get_buf_ctx_split (more_used); ${SEND_TO_PORT_AT}`,
      cost: 'virtqueueKick',
      do: (s) => {
        if (s[queue.used] === 0) return undefined;
        takeUsed(queue, s);
        return 'unlock-port';
      },
    },
    spin: {
      at: `${SEND_TO_PORT_AT} (cpu_relax)`,
      cost: 'cpuRelax',
      marks: ['spin'],
      do: () => 'get-buffer',
    },
    'unlock-port': unlockPort(wiring),
  });
}

/**
 * A program writes to a port: the driver takes back what the host is done with, adds the characters and notifies, with the
 * port's lock held and interrupts off. It waits for nothing.
 * Source: Linux drivers/char/virtio_console.c `port_fops_write`, `reclaim_consumed_buffers`, `__send_to_port` (6.12).
 */
export function portWrite(wiring: PutCharsWiring): Procedure {
  const { queue } = wiring;
  return procedure<string>(VIRTIO_DRIVER, 'port_fops_write', {
    'reclaim-buffer': {
      at: `${RING} virtqueue_get_buf_ctx_split; ${FILE} reclaim_consumed_buffers`,
      cost: 'virtqueueGet',
      do: (s) => {
        if (s[queue.used] === 0) return undefined;
        takeUsed(queue, s);
        return 'reclaim-buffer';
      },
    },
    'add-buffer': addBuffer(wiring),
    ...kickSteps(wiring, 'unlock-port'),
    'unlock-port': unlockPort(wiring),
  });
}

/**
 * The interrupt of a port that programs write to: whoever waits for room is woken, and takes the buffers back.
 * Source: Linux drivers/char/virtio_console.c `out_intr` (6.12).
 */
export function portOutIntr(queue: Virtqueue, emptyMark: string): Procedure {
  return procedure<string>(VIRTIO_DRIVER, 'out_intr', {
    'vring-interrupt': {
      at: 'Linux drivers/virtio/virtio_pci_common.c vp_vring_interrupt (vring_interrupt of every queue: more_used)',
      cost: 'guestHandler',
      do: (s) => (s[queue.used] === 0 ? 'irq-none' : undefined),
    },
    'wake-writer': { at: `${FILE} out_intr (wake_up_interruptible)`, do: () => RETURN },
    'irq-none': { at: `${RING} vring_interrupt (returns IRQ_NONE: no work)`, marks: [emptyMark] },
  });
}

/**
 * The interrupt of a console that has only written: its buffers are back already.
 * Source: Linux drivers/virtio/virtio_pci_common.c `vp_vring_interrupt`, virtio_ring.c `vring_interrupt` (6.12).
 */
export function outIntr(emptyMark: string): Procedure {
  return procedure(VIRTIO_DRIVER, 'vring_interrupt', {
    'irq-none': {
      at: 'Linux drivers/virtio/virtio_pci_common.c vp_vring_interrupt (vring_interrupt of every queue: no work)',
      cost: 'guestHandler',
      marks: [emptyMark],
    },
  });
}

/** What the handler of the input queue is wired to. */
export interface InIntrWiring extends ConsoleDriverWiring {
  /** What an interrupt that finds nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler of the input queue: takes what has come, hands it to the terminal, gives the buffer back at once, which it
 * notifies of, and looks for more; all in the hard interrupt.
 * Source: Linux drivers/char/virtio_console.c `in_intr`, `get_inbuf`, `get_chars`, `fill_readbuf`, `add_inbuf`,
 * drivers/tty/hvc/hvc_console.c `hvc_poll` (6.12).
 */
export function inIntr(wiring: InIntrWiring): Procedure {
  const { queue, emptyMark } = wiring;
  return procedure<string>(VIRTIO_DRIVER, 'in_intr', {
    'vring-interrupt': {
      at: 'Linux drivers/virtio/virtio_pci_common.c vp_vring_interrupt (vring_interrupt of every queue: more_used)',
      cost: 'guestHandler',
      do: (s) => (s[queue.used] === 0 ? 'irq-none' : undefined),
    },
    'get-inbuf': {
      at: `${RING} virtqueue_get_buf_ctx_split; ${FILE} get_inbuf`,
      cost: 'virtqueueGet',
      do: (s) => {
        takeUsed(queue, s);
      },
    },
    'read-buffer': { at: `${FILE} get_chars, fill_readbuf (hvc_poll)`, cost: 'guestHandler' },
    'add-inbuf': {
      at: `${RING} virtqueue_add_split (avail->idx); ${FILE} add_inbuf`,
      cost: 'virtqueueAdd',
      do: (s) => {
        queue.add(s);
      },
    },
    ...kickSteps(wiring, 'get-inbuf-again'),
    'get-inbuf-again': {
      at: `${RING} virtqueue_get_buf_ctx_split (more_used); ${FILE} get_inbuf (hvc_poll once more)`,
      cost: 'virtqueueKick',
      do: (s) => (s[queue.used] === 0 ? undefined : 'get-inbuf'),
    },
    'irq-handled': { at: `${RING} vring_interrupt (returns IRQ_HANDLED)`, do: () => RETURN, local: true },
    'irq-none': { at: `${RING} vring_interrupt (returns IRQ_NONE: no work)`, marks: [emptyMark] },
  });
}
