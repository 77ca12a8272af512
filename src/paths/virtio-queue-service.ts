import type { State } from '../engine/state.ts';
import { procedure, RETURN } from '../engine/step.ts';
import type { Procedure } from '../engine/step.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { IO_THREAD, KVM, MAIN_LOOP, VIRTIO_BLK } from '../machine/parties.ts';
import { mainAioContext } from '../machine/qemu/aio-context.ts';
import type { AioHandler, BottomHalf } from '../machine/qemu/aio-context.ts';
import { aioPolling, ioThread } from '../machine/qemu/io-thread.ts';
import type { AioPolling } from '../machine/qemu/io-thread.ts';
import { threadPool } from '../machine/qemu/thread-pool.ts';
import { completeRequests, virtioBlk } from '../machine/qemu/virtio-blk.ts';
import { hostNotifierRead, notifyWrite } from '../machine/qemu/virtio-pci.ts';
import type { DeviceParts, VirtioBackend } from './virtio-backend.ts';
import { virtioCall } from './virtio-call.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioMachine } from './virtio-machine.ts';
import type { Ways } from './virtio-settings.ts';

/** What QEMU does with one queue of several, but for the thread that does it. */
export interface QueueService extends Omit<VirtioBackend, 'changing'> {
  readonly machine: VirtioMachine;
  /** Null if its notifications go to the vCPU thread. */
  readonly host: Eventfd | null;
  readonly handleQueue: Procedure;
  readonly completions: BottomHalf;
  readonly polling: AioPolling | null;
}

/** Adds what one queue of a virtio-blk device has of its own: notifiers, requests, and threads of the pool. */
export function addQueueService(
  machine: VirtioMachine,
  ways: Ways,
  target: CallTarget,
  qemu: string,
  parts: DeviceParts & { readonly countedFor: string },
): QueueService {
  const { m, device, queue, depth, vcpu, notifier, transport } = machine;
  const polling = ways.kick === 'iothread' && machine.polls ? aioPolling(m) : null;
  const { handleQueue, popped } = virtioBlk(m, {
    ...machine,
    emptyMark: parts.emptyMark,
    looksAgain: parts.looksAgain,
    ...(polling ? { polling: polling.started } : {}),
  });
  const finished = threadPool(m, { disk: machine.disk, notifier, depth, cpu: machine.poolCpu });
  const { notifyEvent, notify, isAtRest: isCallAtRest } = virtioCall(machine, ways, target, qemu);
  const host = ways.kick === 'sync' ? null : eventfd(m, 'host-notifier');
  const isPolling = (s: State): boolean => polling !== null && s[polling.started] === 1;
  return {
    machine,
    host,
    handleQueue,
    polling,
    completions: {
      isScheduled: (s) => s[finished] !== 0,
      run: completeRequests({
        device,
        queue,
        finished,
        notifier,
        notifyEvent,
        notify,
        countedFor: parts.countedFor,
      }),
    },
    doorbell:
      host === null
        ? null
        : {
            isRung: (s) => s[vcpu.mmioRegister] === NOTIFY_WRITE,
            write: ioeventfdWrite(signalledBy(KVM, host)),
          },
    access: {
      isRead: (s) => s[vcpu.mmioRegister] === ISR_READ,
      read: null,
      write: host === null ? notifyWrite(transport, handleQueue, device.party, device.queueIndex) : null,
    },
    kickHandler: 'notify-queue',
    // While it polls, the device does not look at its notifier.
    isKickAtRest: (s) => s[popped] === 0 && (host === null || s[host.count] === 0 || isPolling(s)),
    isPolling,
    isCallAtRest,
  };
}

/** Adds the threads that serve the queues: an IOThread for each, or the main loop for both. */
export function addThreads(
  first: VirtioMachine,
  { kick }: Ways,
  services: readonly QueueService[],
  { pollsOnceMore }: DeviceParts,
): void {
  if (kick !== 'iothread') {
    addMainLoop(first, services);
    return;
  }
  services.forEach((service, i) => {
    const { machine, host, handleQueue, polling, completions } = service;
    if (host === null) return;
    first.m.process(
      `IO iothread${String(i)}`,
      { kind: 'thread', cpu: machine.otherCpu },
      ioThread(machine.m, {
        notifier: machine.notifier,
        bottomHalf: completions,
        hostNotifier: host,
        readHostNotifier: hostNotifierRead(IO_THREAD, host, handleQueue),
        handleQueue,
        queue: machine.queue,
        polling,
        pollsOnceMore,
      }),
    );
  });
}

function addMainLoop(
  { m, lock, notifier, otherCpu }: VirtioMachine,
  services: readonly QueueService[],
): void {
  const handlers = services.flatMap(({ host, handleQueue }, i): AioHandler[] =>
    host === null
      ? []
      : [
          {
            name: i === 0 ? 'host-notifier' : `host-notifier-${String(i)}`,
            eventfd: host,
            handler: hostNotifierRead(MAIN_LOOP, host, handleQueue),
          },
        ],
  );
  m.process(
    'main loop',
    { kind: 'thread', cpu: otherCpu },
    mainAioContext(m, {
      lock,
      notifier,
      bottomHalf: completionsOf(services.map(({ completions }) => completions)),
      handlers,
      ioHandlers: [],
    }),
  );
}

/** The one bottom half of the event loop's thread pool: it goes through all its requests, whichever queue they are of. */
function completionsOf(queues: readonly BottomHalf[]): BottomHalf {
  const at = 'QEMU util/thread-pool.c thread_pool_completion_bh (QLIST_FOREACH_SAFE)';
  const steps = queues.flatMap(({ isScheduled, run }, i): [string, Procedure['steps'][string]][] => [
    [
      `complete-queue-${String(i)}`,
      {
        at,
        do: (s) => {
          if (isScheduled(s)) return undefined;
          return i === queues.length - 1 ? RETURN : `complete-queue-${String(i + 1)}`;
        },
        call: run,
      },
    ],
  ]);
  return {
    isScheduled: (s) => {
      for (const { isScheduled } of queues) if (isScheduled(s)) return true;
      return false;
    },
    run: procedure<string>(VIRTIO_BLK, 'thread_pool_completion_bh', Object.fromEntries(steps)),
  };
}
