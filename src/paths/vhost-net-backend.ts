import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { GuestTask } from '../machine/guest/x86-edge-guest.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { signalledUnread, signalledWhileAttached } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { TX_WORK, vhostNet } from '../machine/kernel/vhost-net.ts';
import type { VhostNetWiring } from '../machine/kernel/vhost-net.ts';
import { RX_KICK_WORK, vhostNetReceive } from '../machine/kernel/vhost-net-receive.ts';
import { vhostPollWakeup } from '../machine/kernel/vhost-worker.ts';
import type { VhostWorkList } from '../machine/kernel/vhost-worker.ts';
import { KVM, VHOST } from '../machine/parties.ts';
import { vhostAccess, vhostCall } from './vhost-call.ts';
import { vhostHandover } from './vhost-handover.ts';
import type { VhostHandover } from './vhost-handover.ts';
import { vhostNetVector } from './vhost-net-vector.ts';
import type { VhostNotifierOptions } from './vhost-notifier-settings.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { NetDeviceParts, VirtioNetBackend } from './virtio-net-backend.ts';
import { RX_LIVELOCK } from './virtio-net-bugs.ts';
import type { NetTraffic, VirtioNetMachine } from './virtio-net-machine.ts';

/** What happens to the queue of a network card while vhost serves it. */
export interface VhostNetChanges {
  /** What has vhost take the notifier of its queue and give it back; null if nothing does. */
  readonly handover: VhostNotifierOptions | null;
  /** Whether what is notified while the guest has masked the vector is kept; null if it never masks it. */
  readonly keepsMasked: boolean | null;
  /** What its packets are counted for besides; absent if the card has no other queue that sends. */
  readonly countedFor?: string;
}

/** A backend that knows of these. */
export interface VhostNetBackend extends VirtioNetBackend {
  /** Absent if vhost always has the queue. */
  readonly handover?: VhostHandover;
  /** What changes the vector; absent if nothing does. */
  readonly task?: GuestTask;
}

/** A queue in the kernel, and what its leg is. */
type VhostQueue = Pick<VirtioNetBackend, 'kickHandler' | 'isPolling' | 'isWaitedFor'> & {
  readonly list: VhostWorkList;
  /** The work that a notification brings. */
  readonly work: string;
  readonly isAtRest: (s: State) => boolean;
};

/** Adds one queue of a network device that the kernel serves. Source: trace X3-net-vhost-on. */
export function vhostNetBackend(
  machine: VirtioNetMachine,
  target: CallTarget,
  parts: NetDeviceParts,
  qemu: string,
  { handover: options, keepsMasked, countedFor }: VhostNetChanges,
): VhostNetBackend {
  const { queue, vcpu, otherCpu, traffic } = machine;
  const handover =
    options === null || traffic.kind === 'receive' || target.kind === 'line'
      ? undefined
      : vhostHandover({ ...machine, sender: traffic.sender }, target, qemu, options);
  const call = vhostCall(machine, target, otherCpu);
  const signal = signalledWhileAttached(VHOST, call.notifier, call.wakeup, call.isAttached);
  const vector = keepsMasked === null ? undefined : vhostNetVector(machine, call, signal, keepsMasked);
  const { list, work, isAtRest, ...leg } =
    traffic.kind === 'receive'
      ? receiveQueue(machine, traffic, signal, parts)
      : sendQueue(machine, handover?.ring.queue ?? queue, vector?.signal ?? signal, parts, {
          addWorker: handover?.ring.addWorker ?? vector?.addWorker,
          countedFor,
        });
  const isKicked = list.isQueued(work);
  const doorbell = handover?.doorbell ?? {
    isRung: (s: State) => s[vcpu.mmioRegister] === NOTIFY_WRITE,
    write: ioeventfdWrite({ signal: signalledUnread(KVM, 'host-notifier', vhostPollWakeup(list, work)) }),
  };
  return {
    doorbell,
    access: {
      ...vhostAccess(machine, target),
      ...handover?.access,
      ...(vector ? { write: vector.tableWrite } : {}),
    },
    ...leg,
    isKickAtRest: (s) => !isKicked(s) && isAtRest(s) && handover?.isSettled(s) !== false,
    isCallAtRest: (s) => call.isAtRest(s) && vector?.isAtRest(s) !== false,
    ...(handover ? { handover } : {}),
    ...(vector ? { task: vector.task } : {}),
  };
}

function sendQueue(
  { m, depth, otherCpu }: VirtioNetMachine,
  queue: VhostNetWiring['queue'],
  signal: Procedure,
  { emptyMark, looksAgain }: NetDeviceParts,
  {
    addWorker,
    countedFor,
  }: {
    readonly addWorker: VhostNetWiring['addWorker'] | undefined;
    readonly countedFor: string | undefined;
  },
): VhostQueue {
  const { list, isAtRest } = vhostNet(m, {
    queue,
    depth,
    workerCpu: otherCpu,
    signal,
    emptyMark,
    looksAgain,
    ...(addWorker ? { addWorker } : {}),
    ...(countedFor === undefined ? {} : { countedFor }),
  });
  return {
    list,
    work: TX_WORK,
    isAtRest,
    kickHandler: 'handle-tx-kick',
    isPolling: () => false,
    isWaitedFor: (s) => s[queue.available] !== 0,
  };
}

function receiveQueue(
  { m, depth, eventIdx, otherCpu }: VirtioNetMachine,
  { tap, availIdx, buffers }: NetTraffic & { readonly kind: 'receive' },
  signal: Procedure,
  { emptyMark, looksAgain, bugs }: NetDeviceParts,
): VhostQueue {
  const { list, isAtRest, isAtSocket, couldDeliver } = vhostNetReceive(m, {
    availIdx,
    eventIdx,
    tap,
    depth,
    buffers,
    workerCpu: otherCpu,
    signal,
    emptyMark,
    looksAgain,
    takesOldForNew: bugs.has(RX_LIVELOCK.name),
  });
  return {
    list,
    work: RX_KICK_WORK,
    isAtRest,
    // To look for buffers again and again is what a storm is to it.
    kickHandler: 'get-buffers',
    isPolling: isAtSocket,
    isWaitedFor: couldDeliver,
  };
}
