import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import type { Doorbell } from '../machine/kernel/kvm-io-bus.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { IO_THREAD, KVM, MAIN_LOOP } from '../machine/parties.ts';
import { mainAioContext } from '../machine/qemu/aio-context.ts';
import type { AioHandler, BottomHalf } from '../machine/qemu/aio-context.ts';
import type { EmulatedAccess } from '../machine/qemu/emulating-vcpu-thread.ts';
import { aioPolling, ioThread } from '../machine/qemu/io-thread.ts';
import type { IoThreadWiring } from '../machine/qemu/io-thread.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { threadPool } from '../machine/qemu/thread-pool.ts';
import { completeRequests, virtioBlk } from '../machine/qemu/virtio-blk.ts';
import { hostNotifierRead, msixNotify, notifyWrite } from '../machine/qemu/virtio-pci.ts';
import { readsAlone } from './main-loop-alone.ts';
import { virtioCall } from './virtio-call.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioCore, VirtioDisk } from './virtio-machine.ts';
import type { NotifierParts } from './virtio-notifier-parts.ts';
import type { ChangingNotifiers } from './virtio-notifiers.ts';
import type { Ways } from './virtio-settings.ts';

/** Who serves the queue, and what the vCPU thread meets of it. */
export interface VirtioBackend {
  /** The ioeventfd at the notification register; null if notifications go to QEMU. */
  readonly doorbell: Doorbell | null;
  /** What QEMU does in the vCPU thread with the accesses that reach it. */
  readonly access: EmulatedAccess;
  /** Label of the step at which it begins to take requests. */
  readonly kickHandler: string;
  /** What starts and stops its notifiers; absent if nothing does. */
  readonly changing?: ChangingNotifiers;
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

/** What starts and stops the notifiers of a device. */
export interface NotifierChanges {
  readonly add: (parts: NotifierParts) => ChangingNotifiers;
  /** Whether a thread other than the event loop that watches a notifier may take it away. */
  readonly isDetachedByOthers: boolean;
}

/** Adds the device in QEMU, its event loop and its thread pool. Source of the order of everything: traces X1, X2. */
export function virtioBackend(
  machine: VirtioCore & VirtioDisk,
  ways: Ways,
  target: CallTarget,
  qemu: string,
  parts: DeviceParts,
  notifiers: NotifierChanges | null = null,
): VirtioBackend {
  const { m, device, queue, disk, depth, vcpu, notifier } = machine;
  const inIoThread = ways.kick === 'iothread';
  const polling = inIoThread && machine.polls ? aioPolling(m) : null;
  const { handleQueue, popped } = virtioBlk(m, {
    device,
    queue,
    disk,
    depth,
    emptyMark: parts.emptyMark,
    looksAgain: parts.looksAgain,
    ...(polling ? { polling: polling.started } : {}),
    ...(notifiers?.isDetachedByOthers === true ? { pollingMayEnd: true as const } : {}),
  });
  const finished = threadPool(m, { disk, notifier, depth, cpu: machine.poolCpu });
  const call = virtioCall(machine, ways, target, qemu);
  const host = ways.kick === 'sync' ? null : eventfd(m, 'host-notifier');
  const isFinished = (s: State): boolean => s[finished] !== 0;
  const completions: BottomHalf = {
    isScheduled: isFinished,
    run: completeRequests({
      device,
      queue,
      finished,
      notifier,
      notifyEvent: call.notifyEvent,
      notify: call.notify,
    }),
  };
  const taken = [popped, disk.queued, disk.done, finished];
  const changing =
    host === null || notifiers === null || target.kind === 'line'
      ? undefined
      : notifiers.add({
          inIoThread,
          host,
          handleQueue,
          hasRequests: (s) => taken.some((field) => s[field] !== 0),
          bottomHalf: completions,
          completionsWithout: {
            isScheduled: isFinished,
            run: completeRequests({
              device,
              queue,
              finished,
              notifier,
              notifyEvent: 'virtio_notify',
              notify: msixNotify(target.send, device.party, target.sendAt),
            }),
          },
          polling,
        });
  const bottomHalf = changing?.bottomHalf ?? completions;
  const loop = { notifier, bottomHalf };
  const readBack = call.readBack === null ? [] : [call.readBack];
  const ioHandlers = [...readBack, ...(changing?.handlers ?? [])];
  const change = changing ? { changing: changing.notifier.handler } : {};
  if (host !== null && inIoThread) {
    const readHostNotifier = changing?.readHostNotifier ?? hostNotifierRead(IO_THREAD, host, handleQueue);
    const thread = {
      ...loop,
      ...change,
      isDetachedByOthers: notifiers?.isDetachedByOthers === true,
      hostNotifier: host,
      readHostNotifier,
      handleQueue,
      queue,
      polling,
      pollsOnceMore: parts.pollsOnceMore,
    };
    addIoThread(machine, thread, ioHandlers, changing?.isReadAlone === true);
  } else {
    const handlers: readonly AioHandler[] =
      host === null
        ? []
        : [
            {
              name: 'host-notifier',
              eventfd: host,
              handler: changing?.readHostNotifier ?? hostNotifierRead(MAIN_LOOP, host, handleQueue),
              ...change,
            },
          ];
    m.process(
      'main loop',
      { kind: 'thread', cpu: machine.otherCpu },
      mainAioContext(m, { ...loop, lock: machine.lock, handlers, ioHandlers }),
    );
  }
  const isPolling = (s: State): boolean => polling !== null && s[polling.started] === 1;
  const isRung = changing?.isRung ?? ((s: State): boolean => s[vcpu.mmioRegister] === NOTIFY_WRITE);
  return {
    doorbell: host === null ? null : { isRung, write: ioeventfdWrite(signalledBy(KVM, host)) },
    access: {
      isRead: (s) => s[vcpu.mmioRegister] === ISR_READ,
      read: target.kind === 'line' ? target.read : null,
      write: writeAccess(machine, target, host === null ? handleQueue : null, inIoThread),
      ...changing?.access,
    },
    kickHandler: changing?.kickHandler ?? 'notify-queue',
    ...(changing ? { changing } : {}),
    // While it polls, the device does not look at its notifier.
    isKickAtRest: (s) =>
      s[popped] === 0 &&
      (host === null || s[host.count] === 0 || isPolling(s)) &&
      changing?.isSettled(s) !== false,
    isPolling,
    isCallAtRest: call.isAtRest,
  };
}

/** What writes of the guest run that reach QEMU; `handleQueue` is null if an ioeventfd takes the notifications. */
function writeAccess(
  { transport, device }: VirtioCore & VirtioDisk,
  target: CallTarget,
  handleQueue: Procedure | null,
  inIoThread: boolean,
): Procedure | null {
  if (target.kind === 'line' && target.write !== null) return target.write(handleQueue, inIoThread);
  return handleQueue === null
    ? null
    : notifyWrite(transport === 'mmio' ? 'modern' : transport, handleQueue, device.party, device.queueIndex);
}

/** Adds the IOThread and, if there is anything for it to watch, the main loop. */
function addIoThread(
  machine: VirtioCore,
  thread: IoThreadWiring,
  watched: readonly AioHandler[],
  changes: boolean,
): void {
  const { m, lock, otherCpu } = machine;
  m.process('IO iothread0', { kind: 'thread', cpu: otherCpu }, ioThread(m, thread));
  if (watched.length === 0) return;
  const fds = watched.map(({ name, ...fd }, i) => ({ ...fd, suffix: i === 0 ? '' : ` ${name}` }));
  const loop = mainLoop(m, lock, fds, null);
  m.process('main loop', { kind: 'thread', cpu: otherCpu }, changes ? readsAlone(loop) : loop);
}
