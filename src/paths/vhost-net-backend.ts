import type { State } from '../engine/state.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { signalledUnread, signalledWhileAttached } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { TX_WORK, vhostNet } from '../machine/kernel/vhost-net.ts';
import { vhostPollWakeup } from '../machine/kernel/vhost-worker.ts';
import { KVM, VHOST } from '../machine/parties.ts';
import { vhostAccess, vhostCall } from './vhost-call.ts';
import { vhostHandover } from './vhost-handover.ts';
import type { VhostHandover } from './vhost-handover.ts';
import type { VhostNotifierOptions } from './vhost-notifier-settings.ts';
import type { DeviceParts } from './virtio-backend.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioNetBackend } from './virtio-net-backend.ts';
import type { VirtioNetMachine } from './virtio-net-machine.ts';

/** A backend that vhost takes the queue for, and gives it back. */
export interface VhostNetBackend extends VirtioNetBackend {
  /** Absent if it always has it. */
  readonly handover?: VhostHandover;
}

/**
 * Adds the transmit queue of a network device that the kernel serves, at some times only if `options` say so. Source:
 * trace X3-net-vhost-on.
 */
export function vhostNetBackend(
  machine: VirtioNetMachine,
  target: CallTarget,
  parts: DeviceParts,
  qemu: string,
  options: VhostNotifierOptions | null = null,
): VhostNetBackend {
  const { m, queue, depth, vcpu, otherCpu, traffic } = machine;
  const handover =
    options === null || traffic.kind === 'receive' || target.kind === 'line'
      ? undefined
      : vhostHandover({ ...machine, sender: traffic.sender }, target, qemu, options);
  const call = vhostCall(machine, target, otherCpu);
  const signal = signalledWhileAttached(VHOST, call.notifier, call.wakeup, call.isAttached);
  const { list, isAtRest } = vhostNet(m, {
    queue: handover?.ring.queue ?? queue,
    depth,
    workerCpu: otherCpu,
    signal,
    ...parts,
    ...(handover ? { addWorker: handover.ring.addWorker } : {}),
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
    access: { ...vhostAccess(machine, target), ...handover?.access },
    kickHandler: 'handle-tx-kick',
    isKickAtRest: (s) => !isKicked(s) && isAtRest(s) && handover?.isSettled(s) !== false,
    isPolling: () => false,
    isCallAtRest: call.isAtRest,
    isWaitedFor: (s) => s[queue.available] !== 0,
    ...(handover ? { handover } : {}),
  };
}
