import type { State } from '../engine/state.ts';
import { procedure } from '../engine/step.ts';
import type { Procedure } from '../engine/step.ts';
import { eventfd, writtenBy } from '../machine/kernel/eventfd.ts';
import { irqfdAtomic } from '../machine/kernel/irqfd.ts';
import { setMsiInAtomic, signalMsi } from '../machine/kernel/kvm-msi.ts';
import { MAIN_LOOP, VIRTIO_BLK } from '../machine/parties.ts';
import type { AioHandler } from '../machine/qemu/aio-context.ts';
import { msixNotify } from '../machine/qemu/virtio-pci.ts';
import { guestNotifierRead, raiseIntx } from '../machine/qemu/virtio-pci-intx.ts';
import type { GuestInterrupt, LineInterrupt } from './virtio-interrupt.ts';
import type { VirtioMachine } from './virtio-machine.ts';
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

/** Adds what the call needs. Source: traces X1-blk-ioeventfd-on, -off, X1-blk-vectors0-intx, X2-blk-iothread. */
export function virtioCall(
  { m }: VirtioMachine,
  { kick, call }: Ways,
  { lapic }: GuestInterrupt,
  line: LineInterrupt | null,
  qemu: string,
): VirtioCall {
  const direct = { notifyEvent: 'virtio_notify' as const, readBack: null, isAtRest: () => true };
  if (call === 'userspace') return { ...direct, notify: msixNotify(signalMsi(lapic)) };
  const byNotifier = kick === 'iothread' || (kick === 'ioeventfd' && mainLoopCallsIrqfd(qemu));
  if (line !== null && !byNotifier) return { ...direct, notify: raiseIntx(line.isr, line.pin) };
  const notifier = eventfd(m, 'guest-notifier');
  const isAtRest = (s: State): boolean => s[notifier.count] === 0;
  const notifyEvent = 'virtio_notify_irqfd';
  if (line === null) {
    const wakeup = irqfdAtomic({ suffix: '', eventfd: notifier, raise: setMsiInAtomic(lapic) });
    return { notifyEvent, notify: writtenBy(VIRTIO_BLK, notifier, wakeup), readBack: null, isAtRest };
  }
  const { isr, pin } = line;
  return {
    notifyEvent,
    notify: procedure(VIRTIO_BLK, 'virtio_notify_irqfd', {
      'set-isr': {
        at: 'QEMU hw/virtio/virtio.c virtio_notify_irqfd (virtio_set_isr)',
        do: (s) => {
          s[isr.queue] = 1;
        },
        call: writtenBy(VIRTIO_BLK, notifier),
      },
    }),
    readBack: {
      name: 'guest-notifier',
      eventfd: notifier,
      handler: guestNotifierRead(MAIN_LOOP, notifier, raiseIntx(isr, pin)),
    },
    isAtRest,
  };
}
