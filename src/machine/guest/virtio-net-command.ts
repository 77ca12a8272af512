import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VIRTIO_DRIVER } from '../parties.ts';
import type { DriverCpu } from './driver-cpu.ts';
import { notifySteps } from './virtqueue-driver.ts';
import type { Virtqueue } from './virtqueue.ts';

const RING = 'Linux drivers/virtio/virtio_ring.c';

/** The driver's function that sends a command to the device. */
export const COMMAND_AT = 'Linux drivers/net/virtio_net.c virtnet_send_command';

/** What sends a command is wired to. */
export interface SendCommandWiring {
  readonly queue: Virtqueue;
  /** The driver's function; that of a network card if it is left out. */
  readonly commandAt?: string;
  readonly cpu: DriverCpu;
  /** The function that writes to the notification register. */
  readonly notifyAt: string;
  /** What an interrupt runs that comes in between. */
  readonly interrupt: Procedure;
  /** What adding the command ends: the wish for it. */
  readonly submitted: (s: State) => void;
}

/**
 * The driver sends a command through the control queue and looks until the device has answered: there is no interrupt for
 * it, as it takes the notification to be handled at once.
 * Source: Linux drivers/net/virtio_net.c `virtnet_send_command` (6.12, and its comment on the spinning).
 */
export function sendCommand({
  queue,
  submitted,
  commandAt = COMMAND_AT,
  ...wiring
}: SendCommandWiring): Procedure {
  return procedure<string>(VIRTIO_DRIVER, 'virtnet_send_command', {
    'add-command': {
      at: `${RING} virtqueue_add_split (avail->idx); ${commandAt}`,
      cost: 'virtqueueAdd',
      marks: ['assert'],
      do: (s) => {
        queue.add(s);
        submitted(s);
      },
    },
    'prepare-kick': {
      at: `${RING} virtqueue_kick_prepare_split; ${commandAt}`,
      cost: 'virtqueueKick',
      marks: [(s) => (queue.needsKick(s) ? 'kick' : 'kick-suppressed')],
      do: (s) => (queue.needsKick(s) ? undefined : 'get-answer'),
    },
    ...notifySteps(wiring),
    'get-answer': {
      at: `${RING} virtqueue_get_buf_ctx_split (more_used); ${commandAt}`,
      cost: 'virtqueueKick',
      do: (s) => {
        if (s[queue.used] === 0) return undefined;
        s[queue.used] = (s[queue.used] as number) - 1;
        s[queue.outstanding] = (s[queue.outstanding] as number) - 1;
        return RETURN;
      },
    },
    spin: {
      at: `${commandAt} (cpu_relax)`,
      cost: 'cpuRelax',
      marks: ['spin'],
      do: () => 'get-answer',
    },
  });
}
