import type { ModelBuilder } from '../../engine/model.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VHOST } from '../parties.ts';
import { eventfd, signalledBy } from './eventfd.ts';
import type { Eventfd } from './eventfd.ts';
import type { LockingWorker } from './vhost-vq-mutex.ts';

/** The eventfd that vhost signals, which QEMU exchanges while vhost runs. */
export interface MaskableCall {
  /** Signals the one that vhost has at the moment. */
  readonly signal: Procedure;
  /** The other one, which nobody waits for. */
  readonly masked: Eventfd;
  /** ioctl(VHOST_SET_VRING_CALL) to the other one, and back to the guest notifier. */
  readonly toMasked: Procedure;
  readonly toGuest: Procedure;
}

/**
 * Adds the second call eventfd of a queue: vhost signals it while the guest has masked the vector. It cannot be exchanged
 * while the worker handles the queue.
 * Source: Linux drivers/vhost/vhost.c `vhost_vring_ioctl` (VHOST_SET_VRING_CALL, under vq->mutex; 6.12); QEMU
 * hw/virtio/vhost.c `vhost_virtqueue_mask` (7.2). No trace of it has been captured.
 */
export function maskableCall(
  m: ModelBuilder,
  toGuestNotifier: Procedure,
  mayLock: LockingWorker['mayLock'],
): MaskableCall {
  const masked = eventfd(m, 'masked-notifier');
  const call = m.field('vhost call', { values: ['guest', 'masked'], notable: true });
  const setCall = (label: string, value: 0 | 1): Procedure =>
    procedure<string>(VHOST, `vhost_vring_ioctl(${label})`, {
      [label]: {
        at: `Linux drivers/vhost/vhost.c vhost_vring_ioctl (VHOST_SET_VRING_CALL: ${value === 1 ? 'masked_notifier' : 'guest notifier'})`,
        cost: 'syscall',
        emits: ['syscalls:sys_enter_ioctl cmd=VHOST_SET_VRING_CALL'],
        when: mayLock,
        do: (s) => {
          s[call] = value;
        },
      },
    });
  const at = 'Linux drivers/vhost/vhost.c vhost_signal (vq->call_ctx)';
  return {
    masked,
    toMasked: setCall('set-call-masked', 1),
    toGuest: setCall('set-call-guest', 0),
    signal: procedure<string>(VHOST, 'vhost_signal', {
      'signal-call-eventfd': {
        at,
        do: (s) => (s[call] === 1 ? 'signal-masked' : undefined),
        call: toGuestNotifier,
      },
      'call-signalled': { at, do: () => RETURN, local: true },
      'signal-masked': { at, call: signalledBy(VHOST, masked).signal },
    }),
  };
}
