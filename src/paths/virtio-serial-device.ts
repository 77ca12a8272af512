import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import type { Virtqueue } from '../machine/guest/virtqueue.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { terminal } from '../machine/kernel/terminal.ts';
import { KVM, MAIN_LOOP, VIRTIO_SERIAL } from '../machine/parties.ts';
import { mainAioContext } from '../machine/qemu/aio-context.ts';
import type { AioHandler, BottomHalf } from '../machine/qemu/aio-context.ts';
import { scheduleBottomHalf } from '../machine/qemu/bottom-half.ts';
import { notifyEventHalf } from '../machine/qemu/notify-event.ts';
import { hostNotifierRead, msixNotify, notifyWrite } from '../machine/qemu/virtio-pci.ts';
import { serialControl, serialInput, serialOutput } from '../machine/qemu/virtio-serial.ts';
import type { VirtioBackend } from './virtio-backend.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioBasis } from './virtio-machine.ts';
import { QUEUE_OF } from './virtio-serial-settings.ts';
import type { ConsoleWork } from './virtio-serial-settings.ts';
import type { Ways } from './virtio-settings.ts';

/** What the device is wired to. */
export interface SerialDeviceWiring {
  readonly queue: Virtqueue;
  readonly target: CallTarget;
  readonly emptyMark: string;
}

/** How the device serves the queue that is looked at. */
interface QueueService {
  readonly handleQueue: Procedure;
  readonly bottomHalf: BottomHalf | null;
  readonly ioHandlers: readonly AioHandler[];
  readonly isCallAtRest: (s: State) => boolean;
}

/** Adds the device in QEMU and its main loop, if that has anything to do. From source code: no trace has one. */
export function serialDevice(
  machine: VirtioBasis,
  { kick }: Ways,
  work: ConsoleWork,
  wiring: SerialDeviceWiring,
): VirtioBackend {
  const { m, vcpu, notifier, lock, transport } = machine;
  const { target } = wiring;
  const service = serviceOf(machine, work, wiring);
  const host = kick === 'sync' ? null : eventfd(m, 'host-notifier');
  const handlers: readonly AioHandler[] =
    host === null
      ? []
      : [
          {
            name: 'host-notifier',
            eventfd: host,
            handler: hostNotifierRead(MAIN_LOOP, host, service.handleQueue),
          },
        ];
  const { bottomHalf, ioHandlers } = service;
  if (handlers.length + ioHandlers.length > 0) {
    m.process(
      'main loop',
      { kind: 'thread', cpu: machine.otherCpu },
      mainAioContext(m, { lock, notifier, bottomHalf, handlers, ioHandlers }),
    );
  }
  const isIdle = (s: State): boolean => host === null || s[host.count] === 0;
  return {
    doorbell:
      host === null
        ? null
        : {
            isRung: (s) => s[vcpu.mmioRegister] === NOTIFY_WRITE,
            write: ioeventfdWrite(signalledBy(KVM, host)),
          },
    access: {
      isRead: (s) => s[vcpu.mmioRegister] === ISR_READ,
      read: target.kind === 'line' ? target.read : null,
      write:
        host === null ? notifyWrite(transport, service.handleQueue, VIRTIO_SERIAL, QUEUE_OF[work]) : null,
    },
    kickHandler: 'notify-queue',
    isKickAtRest: isIdle,
    isPolling: () => false,
    isCallAtRest: (s) => isIdle(s) && service.isCallAtRest(s),
  };
}

function serviceOf(
  { m, notifier }: VirtioBasis,
  work: ConsoleWork,
  { queue, target, emptyMark }: SerialDeviceWiring,
): QueueService {
  const none = { bottomHalf: null, ioHandlers: [], isCallAtRest: () => true };
  if (work === 'control') return { ...none, handleQueue: serialControl({ queue, emptyMark }) };
  const notify =
    target.kind === 'line' ? target.raise : msixNotify(target.send, VIRTIO_SERIAL, target.sendAt);
  if (work !== 'read') return { ...none, handleQueue: serialOutput({ queue, notify, emptyMark }) };
  const typed = terminal(m);
  const notified = m.field('qemu_notify_bh', { values: ['idle', 'scheduled'] });
  const { receive, handleQueue } = serialInput({
    queue,
    notify,
    chardev: typed,
    notifyEvent: scheduleBottomHalf(VIRTIO_SERIAL, 'notify-bh', notified, notifier),
  });
  return {
    handleQueue,
    bottomHalf: notifyEventHalf(notified),
    ioHandlers: [
      {
        name: 'terminal',
        eventfd: { name: 'terminal', count: typed },
        handler: receive,
        dispatchAt: 'QEMU util/main-loop.c glib_pollfds_poll (g_main_context_dispatch)',
        isWatched: (s) => s[queue.available] !== 0,
      },
    ],
    isCallAtRest: (s) => s[typed] === 0 && s[notified] === 0,
  };
}
