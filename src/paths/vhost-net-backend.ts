import type { State } from '../engine/state.ts';
import type { GuestTask } from '../machine/guest/x86-edge-guest.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { signalledUnread, signalledWhileAttached } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { TX_WORK, vhostNet } from '../machine/kernel/vhost-net.ts';
import { vhostPollWakeup } from '../machine/kernel/vhost-worker.ts';
import { KVM, VHOST } from '../machine/parties.ts';
import { vhostAccess, vhostCall } from './vhost-call.ts';
import { vhostHandover } from './vhost-handover.ts';
import type { VhostHandover } from './vhost-handover.ts';
import { vhostNetVector } from './vhost-net-vector.ts';
import type { VhostNotifierOptions } from './vhost-notifier-settings.ts';
import type { DeviceParts } from './virtio-backend.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioNetBackend } from './virtio-net-backend.ts';
import type { VirtioNetMachine } from './virtio-net-machine.ts';

/** What happens to the queue of a network card while vhost serves it. */
export interface VhostNetChanges {
  /** What has vhost take the notifier of its queue and give it back; null if nothing does. */
  readonly handover: VhostNotifierOptions | null;
  /** Whether what is notified while the guest has masked the vector is kept; null if it never masks it. */
  readonly keepsMasked: boolean | null;
}

/** A backend that knows of these. */
export interface VhostNetBackend extends VirtioNetBackend {
  /** Absent if vhost always has the queue. */
  readonly handover?: VhostHandover;
  /** What changes the vector; absent if nothing does. */
  readonly task?: GuestTask;
}

/** Adds the transmit queue of a network device that the kernel serves. Source: trace X3-net-vhost-on. */
export function vhostNetBackend(
  machine: VirtioNetMachine,
  target: CallTarget,
  parts: DeviceParts,
  qemu: string,
  { handover: options, keepsMasked }: VhostNetChanges,
): VhostNetBackend {
  const { m, queue, depth, vcpu, otherCpu, traffic } = machine;
  const handover =
    options === null || traffic.kind === 'receive' || target.kind === 'line'
      ? undefined
      : vhostHandover({ ...machine, sender: traffic.sender }, target, qemu, options);
  const call = vhostCall(machine, target, otherCpu);
  const signal = signalledWhileAttached(VHOST, call.notifier, call.wakeup, call.isAttached);
  const vector = keepsMasked === null ? undefined : vhostNetVector(machine, call, signal, keepsMasked);
  const addWorker = handover?.ring.addWorker ?? vector?.addWorker;
  const { list, isAtRest } = vhostNet(m, {
    queue: handover?.ring.queue ?? queue,
    depth,
    workerCpu: otherCpu,
    signal: vector?.signal ?? signal,
    ...parts,
    ...(addWorker ? { addWorker } : {}),
  });
  const isKicked = list.isQueued(TX_WORK);
  const doorbell = handover?.doorbell ?? {
    isRung: (s: State) => s[vcpu.mmioRegister] === NOTIFY_WRITE,
    write: ioeventfdWrite({
      signal: signalledUnread(KVM, 'host-notifier', vhostPollWakeup(list, TX_WORK)),
    }),
  };
  return {
    doorbell,
    access: {
      ...vhostAccess(machine, target),
      ...handover?.access,
      ...(vector ? { write: vector.tableWrite } : {}),
    },
    kickHandler: 'handle-tx-kick',
    isKickAtRest: (s) => !isKicked(s) && isAtRest(s) && handover?.isSettled(s) !== false,
    isPolling: () => false,
    isCallAtRest: (s) => call.isAtRest(s) && vector?.isAtRest(s) !== false,
    isWaitedFor: (s) => s[queue.available] !== 0,
    ...(handover ? { handover } : {}),
    ...(vector ? { task: vector.task } : {}),
  };
}
