import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { VIRTIO_DRIVER } from '../parties.ts';
import { eitherWithQueue } from '../queue-marks.ts';
import { accessStep, resumeAfterAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';
import type { Virtqueue } from './virtqueue.ts';

const RING = 'Linux drivers/virtio/virtio_ring.c';

/** The register of the device that a driver writes the number of a queue to. */
export const NOTIFY_WRITE = 1;

/** How the driver of a virtqueue notifies its device. */
export interface NotifyWiring {
  readonly queue: Virtqueue;
  readonly cpu: DriverCpu;
  /** The function that writes to the notification register. */
  readonly notifyAt: string;
  /** What runs if an interrupt comes between the decision to notify and the write. */
  readonly interrupt: Procedure;
  /** The driver's function that submits a request, and what that request ends: the wish for it. */
  readonly submitAt: string;
  readonly submitted: (s: State) => void;
  /** What its notifications are counted for besides; absent if there is no other queue. */
  readonly countedFor?: string;
}

/**
 * The driver adds one request and notifies if the device wants it. It does so under the queue's lock, with interrupts
 * off from its start on, but for the write itself.
 * Source: Linux drivers/virtio/virtio_ring.c `virtqueue_add_split`, `virtqueue_kick_prepare_split`, `virtqueue_notify`
 * (6.12).
 */
export function addAndKick(wiring: NotifyWiring): Procedure {
  const { queue, cpu } = wiring;
  return procedure<string>(VIRTIO_DRIVER, 'virtqueue_add', {
    'add-request': {
      at: `${RING} virtqueue_add_${queue.layout} (${queue.layout === 'split' ? 'avail->idx' : 'flags of its first descriptor'})`,
      cost: 'virtqueueAdd',
      marks: ['assert'],
      do: (s) => {
        queue.add(s);
        wiring.submitted(s);
      },
    },
    'prepare-kick': {
      at: `${RING} virtqueue_kick_prepare_${queue.layout}; ${wiring.submitAt} (spin_unlock_irqrestore)`,
      cost: 'virtqueueKick',
      marks: eitherWithQueue((s) => queue.needsKick(s), 'kick', 'kick-suppressed', wiring.countedFor),
      do: (s) => {
        cpu.irqsOn(s);
        return queue.needsKick(s) ? undefined : RETURN;
      },
    },
    ...notifySteps(wiring),
  });
}

/**
 * The write to the notification register, with interrupts on: one that comes with an entry into the guest is taken first.
 * Source: Linux drivers/virtio/virtio_ring.c `virtqueue_notify`, virtio_pci_common.c `vp_notify`, virtio_mmio.c `vm_notify`
 * (6.12).
 */
export function notifySteps(
  { cpu, notifyAt: at, interrupt }: Pick<NotifyWiring, 'cpu' | 'notifyAt' | 'interrupt'>,
  register = NOTIFY_WRITE,
): Record<string, Step> {
  return cpu.withIrqsOn(interrupt, `${RING} virtqueue_notify`, 'notify', {
    notify: accessStep(cpu, register, at),
    'notify-resumes': {
      at,
      do: (s) => {
        resumeAfterAccess(s, cpu);
      },
    },
  });
}

/** What the handler of a queue's interrupt is wired to. */
export interface InterruptWiring {
  readonly queue: Virtqueue;
  readonly eventIdx: boolean;
  /** The driver's function that takes the requests back. */
  readonly callbackAt: string;
  /** What an interrupt that finds nothing is counted as. */
  readonly emptyMark: string;
  /** False leaves out the second look after interrupts are wanted again, to see what it is for. */
  readonly looksAgain: boolean;
}

/**
 * The driver takes back what the device has used: it wants no interrupts meanwhile, wants them again when there is
 * nothing left, and looks once more. An interrupt whose requests an earlier one has taken finds nothing.
 * Source: Linux drivers/virtio/virtio_ring.c `vring_interrupt`, `virtqueue_disable_cb_split`,
 * `virtqueue_get_buf_ctx_split`, `virtqueue_enable_cb` (6.12).
 */
export function vringInterrupt(wiring: InterruptWiring): Procedure {
  const { queue, eventIdx, callbackAt, looksAgain } = wiring;
  const disableAt = `${RING} virtqueue_disable_cb_${queue.layout}`;
  const setFlag: Step = {
    at: disableAt,
    do: (s) => {
      queue.disableCall(s, false);
    },
  };
  const park: Record<string, Step> = {
    [queue.layout === 'split' ? 'park-used-event' : 'disable-callback-again']: {
      at: `${disableAt} (${queue.layout === 'split' ? 'used_event = 0' : 'VRING_PACKED_EVENT_FLAG_DISABLE'})`,
      do: (s) => {
        queue.disableCall(s, true);
        return 'get-buffer';
      },
    },
  };
  return procedure<string>(VIRTIO_DRIVER, 'vring_interrupt', {
    'vring-interrupt': {
      at: `${RING} vring_interrupt (more_used)`,
      cost: 'guestHandler',
      do: (s) => (s[queue.used] === 0 ? 'irq-none' : undefined),
    },
    'disable-callback': eventIdx ? { at: `${disableAt} (event_triggered: nothing is written)` } : setFlag,
    'get-buffer': {
      at: `${RING} virtqueue_get_buf_ctx_${queue.layout}; ${callbackAt}`,
      cost: 'virtqueueGet',
      do: (s) => {
        if (s[queue.used] === 0) return undefined;
        s[queue.used] = (s[queue.used] as number) - 1;
        s[queue.outstanding] = (s[queue.outstanding] as number) - 1;
        return 'get-buffer';
      },
    },
    'enable-callback': {
      at: `${RING} virtqueue_enable_cb_prepare_${queue.layout}`,
      do: (s) => {
        queue.enableCall(s);
        return looksAgain ? undefined : 'irq-handled';
      },
    },
    'look-again': {
      at: `${RING} virtqueue_poll (virtqueue_enable_cb)`,
      cost: 'virtqueueKick',
      do: (s) => {
        if (s[queue.used] === 0) return 'irq-handled';
        return eventIdx ? undefined : 'disable-callback';
      },
    },
    ...(eventIdx ? park : {}),
    'irq-handled': { at: `${RING} vring_interrupt (returns IRQ_HANDLED)`, do: () => RETURN, local: true },
    'irq-none': { at: `${RING} vring_interrupt (returns IRQ_NONE: no work)`, marks: [wiring.emptyMark] },
  });
}
