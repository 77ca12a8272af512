import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { KVM, MAIN_LOOP, VIRTIO_NET } from '../machine/parties.ts';
import { mainAioContext } from '../machine/qemu/aio-context.ts';
import type { AioHandler, BottomHalf } from '../machine/qemu/aio-context.ts';
import { netTxQueue, txBottomHalf } from '../machine/qemu/virtio-net.ts';
import { netControl } from '../machine/qemu/virtio-net-control.ts';
import { otherReceives, otherSends } from '../machine/qemu/virtio-net-other-queue.ts';
import type { OtherNetQueue } from '../machine/qemu/virtio-net-other-queue.ts';
import { txTimer } from '../machine/qemu/virtio-net-tx-timer.ts';
import { netReceive } from '../machine/qemu/virtio-net-receive.ts';
import { hostNotifierRead, msixNotify, notifyWrite } from '../machine/qemu/virtio-pci.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { DeviceParts, VirtioBackend } from './virtio-backend.ts';
import type { CallTarget } from './virtio-call-target.ts';
import { RX_STALL, TX_TIMER_BURST } from './virtio-net-bugs.ts';
import type { NetTraffic, VirtioNetMachine } from './virtio-net-machine.ts';
import type { Ways } from './virtio-settings.ts';

/** A flush of more packets than the queue holds goes on only while the guest adds more: that it then ends is left out. */
const LARGEST_BURST = 64;

/** How the device serves its queue: what a notification does, and what the main loop does besides. */
interface QueueService {
  readonly handleQueue: Procedure;
  readonly bottomHalf: BottomHalf | null;
  readonly timers?: BottomHalf;
  readonly ioHandlers: readonly AioHandler[];
  readonly isAtRest: (s: State) => boolean;
  /** Whether the device looks at its queue without being notified, when there is something to do. */
  readonly isPolling: (s: State) => boolean;
  /** Whether the device wants service: it could go on with what the guest has added. */
  readonly isWaitedFor: (s: State) => boolean;
}

/** What else is known of a backend that serves a network device. */
export interface VirtioNetBackend extends VirtioBackend {
  readonly isWaitedFor: (s: State) => boolean;
}

/** Parts that can be left out, and the known bugs that are in the device. */
export interface NetDeviceParts extends DeviceParts {
  readonly bugs: ReadonlySet<string>;
}

/** Adds the device in QEMU and its main loop. Source of the order of everything: trace X3-net-vhost-off. */
export function virtioNetBackend(
  machine: VirtioNetMachine,
  { kick }: Ways,
  settings: CompleteSettings,
  target: CallTarget,
  parts: NetDeviceParts,
): VirtioNetBackend {
  const { m, vcpu, notifier, lock, transport, numbers } = machine;
  const notify = target.kind === 'line' ? target.raise : msixNotify(target.send, VIRTIO_NET, target.sendAt);
  const host = kick === 'sync' ? null : eventfd(m, 'host-notifier');
  const wiring = { ...parts, notify, notifier, inOtherThread: host === null };
  const service = serviceOf(machine, settings, wiring);
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
  const other = machine.isReal ? otherQueueOf(machine) : null;
  m.process(
    'main loop',
    { kind: 'thread', cpu: machine.otherCpu },
    mainAioContext(m, {
      lock,
      notifier,
      bottomHalf: service.bottomHalf ?? other?.bottomHalf ?? null,
      ...(service.timers ? { timers: service.timers } : {}),
      handlers: [...handlers, ...(other?.handlers ?? [])],
      ioHandlers: [...service.ioHandlers, ...(other?.ioHandlers ?? [])],
    }),
  );
  const isRung = (s: State): boolean => s[vcpu.mmioRegister] === NOTIFY_WRITE;
  return {
    doorbell: host === null ? null : { isRung, write: ioeventfdWrite(signalledBy(KVM, host)) },
    access: {
      isRead: (s) => s[vcpu.mmioRegister] === ISR_READ,
      read: target.kind === 'line' ? target.read : null,
      write:
        host === null ? notifyWrite(transport, service.handleQueue, VIRTIO_NET, numbers.queueIndex) : null,
    },
    kickHandler: 'notify-queue',
    isKickAtRest: (s) => service.isAtRest(s) && (host === null || s[host.count] === 0),
    isPolling: service.isPolling,
    isCallAtRest: () => true,
    isWaitedFor: service.isWaitedFor,
  };
}

/** What goes on at the queue that is not looked at. */
function otherQueueOf({ m, traffic }: VirtioNetMachine): OtherNetQueue {
  return traffic.kind === 'receive' ? otherSends(m) : otherReceives(m);
}

type ServiceWiring = NetDeviceParts &
  Pick<Parameters<typeof netReceive>[1], 'notify' | 'notifier' | 'inOtherThread'>;

function serviceOf(
  machine: VirtioNetMachine,
  settings: CompleteSettings,
  wiring: ServiceWiring,
): QueueService {
  const { traffic, queue } = machine;
  if (traffic.kind === 'receive') return receiveService(machine, traffic, wiring);
  if (traffic.kind === 'send') return sendService(machine, settings, wiring);
  return {
    handleQueue: netControl({ queue, ...wiring }),
    bottomHalf: null,
    ioHandlers: [],
    isAtRest: () => true,
    isPolling: () => false,
    isWaitedFor: (s) => s[queue.available] !== 0,
  };
}

function sendService(
  { m, queue }: VirtioNetMachine,
  settings: CompleteSettings,
  { notify, bugs, ...wiring }: ServiceWiring,
): QueueService {
  const burst = settings.number('txBurst');
  const tx = netTxQueue(m, { queue, burst: burst > LARGEST_BURST ? null : burst, notify });
  const byTimer = settings.choice('tx') === 'timer';
  const { handleQueue, isDue, run, isAtRest } = byTimer
    ? txTimer(m, { tx, queue, forgetsRest: bugs.has(TX_TIMER_BURST.name), ...wiring })
    : txBottomHalf(m, { tx, queue, ...wiring });
  const flush = { isScheduled: isDue, run };
  return {
    handleQueue,
    bottomHalf: byTimer ? null : flush,
    ...(byTimer ? { timers: flush } : {}),
    ioHandlers: [],
    isAtRest,
    isPolling: () => false,
    isWaitedFor: (s) => s[queue.available] !== 0,
  };
}

function receiveService(
  { m, eventIdx }: VirtioNetMachine,
  traffic: NetTraffic & { readonly kind: 'receive' },
  { bugs, ...wiring }: ServiceWiring,
): QueueService {
  const { tap } = traffic;
  const asksForAny = !bugs.has(RX_STALL.name);
  const receive = netReceive(m, { ...traffic, eventIdx, asksForAny, ...wiring });
  const isIdle = (s: State): boolean => s[receive.packet] === 0;
  return {
    handleQueue: receive.handleQueue,
    bottomHalf: null,
    ioHandlers: [
      {
        name: 'tap',
        eventfd: { name: 'tap', count: tap.packets },
        handler: receive.readTap,
        isWatched: isIdle,
      },
    ],
    isAtRest: isIdle,
    isPolling: isIdle,
    isWaitedFor: receive.couldDeliver,
  };
}
