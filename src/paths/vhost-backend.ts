import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { signalledUnread, signalledWhileAttached } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { KICK_WORK, vhostScsi } from '../machine/kernel/vhost-scsi.ts';
import { vhostPollWakeup } from '../machine/kernel/vhost-worker.ts';
import { KVM, VHOST } from '../machine/parties.ts';
import { vhostAccess, vhostCall } from './vhost-call.ts';
import type { DeviceParts, VirtioBackend } from './virtio-backend.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioCore, VirtioDisk } from './virtio-machine.ts';

/**
 * Adds a device that the kernel serves: QEMU has set up both eventfds, and no thread of it takes part, but where the
 * guest notifier is not an irqfd. Source: trace X3-net-vhost-on.
 */
export function vhostBackend(
  machine: VirtioCore & VirtioDisk,
  target: CallTarget,
  parts: DeviceParts,
): VirtioBackend {
  const { m, queue, disk, depth, vcpu, otherCpu, poolCpu } = machine;
  const call = vhostCall(machine, target, otherCpu);
  const list = vhostScsi(m, {
    queue,
    disk,
    depth,
    workerCpu: otherCpu,
    targetCpu: poolCpu,
    signal: signalledWhileAttached(VHOST, call.notifier, call.wakeup, call.isAttached),
    ...parts,
  });
  const isKicked = list.isQueued(KICK_WORK);
  return {
    doorbell: {
      isRung: (s) => s[vcpu.mmioRegister] === NOTIFY_WRITE,
      write: ioeventfdWrite({
        signal: signalledUnread(KVM, 'host-notifier', vhostPollWakeup(list, KICK_WORK)),
      }),
    },
    access: vhostAccess(machine, target),
    kickHandler: 'handle-kick',
    isKickAtRest: (s) => !isKicked(s),
    isPolling: () => false,
    isCallAtRest: call.isAtRest,
  };
}
