import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Step } from '../../engine/step.ts';
import { MAIN_LOOP } from '../parties.ts';
import { management } from './vm-stop.ts';
import type { Monitor } from './vm-stop.ts';

/** What a drain of the block layer is wired to. */
export interface BlockDrainWiring {
  /** The event loop ends to watch the notifier, and begins to. */
  readonly detach: (s: State) => void;
  readonly attach: (s: State) => void;
  /** `virtio_queue_notify` when the loop watches again. */
  readonly kick: ((s: State) => void) | null;
  /** Steps that wait until the device has given its requests back. */
  readonly waitForRequests: Record<string, Step>;
}

/**
 * A command that drains the disk for a moment, a snapshot for example: the main loop takes the notifier from the event
 * loop of the device while KVM goes on to signal it. What that loop's handler has begun goes on; a request that it takes
 * meanwhile goes to the disk at once, where QEMU has it wait for the end of the drain.
 * Source: QEMU hw/block/virtio-blk.c `virtio_blk_drained_begin`, `virtio_blk_drained_end` (since 8.1),
 * hw/virtio/virtio.c `virtio_queue_aio_attach_host_notifier` (9.0). No trace of it has been captured.
 */
export function blockDrain(
  m: ModelBuilder,
  wiring: BlockDrainWiring,
  isRunning: (s: State) => boolean,
): Monitor {
  const { detach, attach, kick } = wiring;
  const command = management(m, 'management: QMP blockdev-snapshot-sync', isRunning);
  const dispatch = procedure<string>(MAIN_LOOP, 'monitor_qmp_dispatcher_co', {
    'begin-drain': {
      at: 'QEMU hw/block/virtio-blk.c virtio_blk_drained_begin (virtio_queue_aio_detach_host_notifier)',
      cost: 'dispatch',
      do: (s) => {
        detach(s);
      },
    },
    ...wiring.waitForRequests,
    'drained-section': {
      at: 'QEMU block/io.c bdrv_drained_begin (returns: the disk is quiet)',
      cost: 'deviceModel',
    },
    'end-drain': {
      at: 'QEMU hw/block/virtio-blk.c virtio_blk_drained_end (virtio_queue_aio_attach_host_notifier)',
      marks: ['drain-ended'],
      do: (s) => {
        s[command] = 0;
        attach(s);
      },
    },
    ...(kick
      ? {
          'kick-after-drain': {
            at: 'QEMU hw/virtio/virtio.c virtio_queue_aio_attach_host_notifier (virtio_queue_notify)',
            cost: 'eventfdSignal',
            emits: ['syscalls:sys_enter_write', 'function:eventfd_write'],
            do: (s: State) => {
              kick(s);
            },
          },
        }
      : {}),
  });
  return { command, dispatch };
}
