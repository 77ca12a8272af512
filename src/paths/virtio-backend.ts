import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import type { Doorbell } from '../machine/kernel/kvm-io-bus.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { IO_THREAD, KVM, MAIN_LOOP } from '../machine/parties.ts';
import { mainAioContext } from '../machine/qemu/aio-context.ts';
import type { AioHandler } from '../machine/qemu/aio-context.ts';
import type { EmulatedAccess } from '../machine/qemu/emulating-vcpu-thread.ts';
import { aioPolling, ioThread } from '../machine/qemu/io-thread.ts';
import type { IoThreadWiring } from '../machine/qemu/io-thread.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { threadPool } from '../machine/qemu/thread-pool.ts';
import { completeRequests, virtioBlk } from '../machine/qemu/virtio-blk.ts';
import { hostNotifierRead, notifyWrite } from '../machine/qemu/virtio-pci.ts';
import { virtioCall } from './virtio-call.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioCore, VirtioDisk } from './virtio-machine.ts';
import type { Ways } from './virtio-settings.ts';

/** Who serves the queue, and what the vCPU thread meets of it. */
export interface VirtioBackend {
  /** The ioeventfd at the notification register; null if notifications go to QEMU. */
  readonly doorbell: Doorbell | null;
  /** What QEMU does in the vCPU thread with the accesses that reach it. */
  readonly access: EmulatedAccess;
  /** Label of the step at which it begins to take requests. */
  readonly kickHandler: string;
  /** Whether no notification is on its way to the device or half handled. */
  readonly isKickAtRest: (s: State) => boolean;
  /** Whether the device looks at its queue without being notified. */
  readonly isPolling: (s: State) => boolean;
  /** Whether no notification of the device is on its way to KVM. */
  readonly isCallAtRest: (s: State) => boolean;
}

/** How what finds nothing is counted on the device's side, and whether the device and its IOThread look again. */
export interface DeviceParts {
  readonly emptyMark: string;
  readonly looksAgain: boolean;
  readonly pollsOnceMore: boolean;
}

/** Adds the device in QEMU, its event loop and its thread pool. Source of the order of everything: traces X1, X2. */
export function virtioBackend(
  machine: VirtioCore & VirtioDisk,
  ways: Ways,
  target: CallTarget,
  qemu: string,
  parts: DeviceParts,
): VirtioBackend {
  const { m, queue, disk, depth, vcpu, notifier } = machine;
  const inIoThread = ways.kick === 'iothread';
  const polling = inIoThread && machine.polls ? aioPolling(m) : null;
  const { handleQueue, popped } = virtioBlk(m, {
    queue,
    disk,
    depth,
    emptyMark: parts.emptyMark,
    looksAgain: parts.looksAgain,
    ...(polling ? { polling: polling.started } : {}),
  });
  const finished = threadPool(m, { disk, notifier, depth, cpu: machine.poolCpu });
  const call = virtioCall(machine, ways, target, qemu);
  const host = ways.kick === 'sync' ? null : eventfd(m, 'host-notifier');
  const bottomHalf = {
    isScheduled: (s: State) => s[finished] !== 0,
    run: completeRequests({ queue, finished, notifier, notifyEvent: call.notifyEvent, notify: call.notify }),
  };
  const loop = { notifier, bottomHalf };
  if (host !== null && inIoThread) {
    const readHostNotifier = hostNotifierRead(IO_THREAD, host, handleQueue);
    const thread = {
      ...loop,
      hostNotifier: host,
      readHostNotifier,
      handleQueue,
      queue,
      polling,
      pollsOnceMore: parts.pollsOnceMore,
    };
    addIoThread(machine, thread, call.readBack);
  } else {
    const handlers: readonly AioHandler[] =
      host === null
        ? []
        : [{ name: 'host-notifier', eventfd: host, handler: hostNotifierRead(MAIN_LOOP, host, handleQueue) }];
    const ioHandlers = call.readBack === null ? [] : [call.readBack];
    m.process(
      'main loop',
      { kind: 'thread', cpu: machine.otherCpu },
      mainAioContext(m, { ...loop, lock: machine.lock, handlers, ioHandlers }),
    );
  }
  const isPolling = (s: State): boolean => polling !== null && s[polling.started] === 1;
  const isRung = (s: State): boolean => s[vcpu.mmioRegister] === NOTIFY_WRITE;
  return {
    doorbell: host === null ? null : { isRung, write: ioeventfdWrite(signalledBy(KVM, host)) },
    access: {
      isRead: (s) => s[vcpu.mmioRegister] === ISR_READ,
      read: target.kind === 'line' ? target.read : null,
      write: writeAccess(machine, target, host === null ? handleQueue : null, inIoThread),
    },
    kickHandler: 'notify-queue',
    // While it polls, the device does not look at its notifier.
    isKickAtRest: (s) => s[popped] === 0 && (host === null || s[host.count] === 0 || isPolling(s)),
    isPolling,
    isCallAtRest: call.isAtRest,
  };
}

/** What writes of the guest run that reach QEMU; `handleQueue` is null if an ioeventfd takes the notifications. */
function writeAccess(
  { transport }: VirtioCore,
  target: CallTarget,
  handleQueue: Procedure | null,
  inIoThread: boolean,
): Procedure | null {
  if (target.kind === 'line' && target.write !== null) return target.write(handleQueue, inIoThread);
  return handleQueue === null ? null : notifyWrite(transport === 'mmio' ? 'modern' : transport, handleQueue);
}

/** Adds the IOThread and, if it has a notifier to read back, the main loop. */
function addIoThread(machine: VirtioCore, thread: IoThreadWiring, readBack: AioHandler | null): void {
  const { m, lock, otherCpu } = machine;
  m.process('IO iothread0', { kind: 'thread', cpu: otherCpu }, ioThread(m, thread));
  if (readBack === null) return;
  m.process(
    'main loop',
    { kind: 'thread', cpu: otherCpu },
    mainLoop(m, lock, [{ suffix: '', eventfd: readBack.eventfd, handler: readBack.handler }], null),
  );
}
