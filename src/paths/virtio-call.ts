import type { State } from '../engine/state.ts';
import { procedure } from '../engine/step.ts';
import type { Procedure } from '../engine/step.ts';
import { eventfd, writtenBy } from '../machine/kernel/eventfd.ts';
import { MAIN_LOOP } from '../machine/parties.ts';
import type { AioHandler } from '../machine/qemu/aio-context.ts';
import { msixNotify } from '../machine/qemu/virtio-pci.ts';
import { guestNotifierRead } from '../machine/qemu/virtio-pci-intx.ts';
import type { ServedDevice } from '../machine/qemu/served-device.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioCore } from './virtio-machine.ts';
import { mainLoopCallsIrqfd } from './virtio-settings.ts';
import type { Ways } from './virtio-settings.ts';

/** How the device in QEMU interrupts the guest. */
export interface VirtioCall {
  readonly notifyEvent: 'virtio_notify' | 'virtio_notify_irqfd';
  readonly notify: Procedure;
  /** A guest notifier that the main loop reads back; null if there is none. */
  readonly readBack: AioHandler | null;
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds what the call needs. Source: traces X1-blk-ioeventfd-on, -off, X1-blk-vectors0-intx, X2-blk-iothread, and A1 on
 * Arm.
 */
export function virtioCall(
  { m, device: { party } }: VirtioCore & { readonly device: ServedDevice },
  { kick, call }: Ways,
  target: CallTarget,
  qemu: string,
): VirtioCall {
  const direct = { notifyEvent: 'virtio_notify' as const, readBack: null, isAtRest: () => true };
  if (target.kind === 'message' && call === 'userspace') {
    return { ...direct, notify: msixNotify(target.send, party, target.sendAt) };
  }
  const byNotifier = kick === 'iothread' || (kick === 'ioeventfd' && mainLoopCallsIrqfd(qemu, party.name));
  if (target.kind === 'line' && !byNotifier) return { ...direct, notify: target.raise };
  const notifier = eventfd(m, 'guest-notifier');
  const notifyEvent = 'virtio_notify_irqfd';
  if (target.kind === 'message') {
    const irqfd = target.irqfd(notifier);
    return {
      notifyEvent,
      notify: writtenBy(party, notifier, irqfd.wakeup, irqfd.isAttached),
      readBack: null,
      // Of an irqfd that is assigned when something has come the eventfd is not read.
      isAtRest: (s) => (irqfd.isAttached !== undefined || s[notifier.count] === 0) && irqfd.isAtRest(s),
    };
  }
  const { isr, raise } = target;
  return {
    notifyEvent,
    notify: procedure(party, 'virtio_notify_irqfd', {
      'set-isr': {
        at: 'QEMU hw/virtio/virtio.c virtio_notify_irqfd (virtio_set_isr)',
        do: (s) => {
          s[isr.queue] = 1;
        },
        call: writtenBy(party, notifier),
      },
    }),
    readBack: {
      name: 'guest-notifier',
      eventfd: notifier,
      handler: guestNotifierRead(MAIN_LOOP, notifier, raise),
    },
    isAtRest: (s) => s[notifier.count] === 0,
  };
}
