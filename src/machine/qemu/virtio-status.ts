import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VIRTIO_BLK } from '../parties.ts';
import type { VirtioBus } from './virtio-bus.ts';

/** What a write of the device status is wired to. */
export interface StatusWiring {
  readonly transport: 'modern' | 'legacy';
  readonly bus: VirtioBus;
  /** Whether the written status has DRIVER_OK; if not it is 0, a reset. */
  readonly isDriverOk: (s: State) => boolean;
  readonly isStarted: (s: State) => boolean;
  /** The device forgets its queue. */
  readonly reset: (s: State) => void;
}

/**
 * The guest writes the device status: without DRIVER_OK the notifiers stop before the device hears of it, with it they
 * start after.
 * Source: QEMU hw/virtio/virtio-pci.c `virtio_pci_common_write`, `virtio_ioport_write` (7.2); QEMU traces X1 and X2.
 */
export function statusWrite({ transport, bus, isDriverOk, isStarted, reset }: StatusWiring): Procedure {
  const name = transport === 'modern' ? 'virtio_pci_common_write' : 'virtio_ioport_write';
  const at = `QEMU hw/virtio/virtio-pci.c ${name}`;
  return procedure<string>(VIRTIO_BLK, name, {
    'write-status': {
      at,
      do: (s) => (isDriverOk(s) ? 'driver-ok' : undefined),
      local: true,
    },
    'stop-before-status': { at: `${at} (virtio_pci_stop_ioeventfd)`, call: bus.stop },
    'reset-device': {
      at: 'QEMU hw/virtio/virtio.c virtio_set_status, virtio_reset',
      emits: ['qemu:virtio_set_status val 0'],
      do: (s) => {
        reset(s);
        return 'status-written';
      },
    },
    'driver-ok': {
      at: 'QEMU hw/virtio/virtio.c virtio_set_status',
      emits: ['qemu:virtio_set_status val 15'],
    },
    'start-after-status': {
      at: `${at} (virtio_pci_start_ioeventfd)`,
      // A notification that came too early has started them.
      do: (s) => (isStarted(s) ? 'status-written' : undefined),
      local: true,
      call: bus.start,
    },
    'status-written': { at: `${at} (returns)` },
  });
}

/**
 * A notification that reaches QEMU before DRIVER_OK: the notifiers start, and their first kick does the work.
 * Source: QEMU hw/block/virtio-blk.c `virtio_blk_handle_output` (7.2).
 */
export function earlyNotify(bus: VirtioBus): Procedure {
  return procedure(VIRTIO_BLK, 'virtio_blk_handle_output', {
    'start-on-kick': {
      at: 'QEMU hw/block/virtio-blk.c virtio_blk_handle_output (virtio_device_start_ioeventfd)',
      emits: ['qemu:virtio_queue_notify n 0'],
      marks: ['started-by-kick'],
      call: bus.start,
    },
  });
}
