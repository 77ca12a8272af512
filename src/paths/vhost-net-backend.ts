import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { signalledUnread, signalledWhileAttached } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { TX_WORK, vhostNet } from '../machine/kernel/vhost-net.ts';
import { vhostPollWakeup } from '../machine/kernel/vhost-worker.ts';
import { KVM, VHOST } from '../machine/parties.ts';
import { vhostAccess, vhostCall } from './vhost-call.ts';
import type { DeviceParts } from './virtio-backend.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioNetBackend } from './virtio-net-backend.ts';
import type { VirtioNetMachine } from './virtio-net-machine.ts';

/** Adds the transmit queue of a network device that the kernel serves. Source: trace X3-net-vhost-on. */
export function vhostNetBackend(
  machine: VirtioNetMachine,
  target: CallTarget,
  parts: DeviceParts,
): VirtioNetBackend {
  const { m, queue, depth, vcpu, otherCpu } = machine;
  const call = vhostCall(machine, target, otherCpu);
  const signal = signalledWhileAttached(VHOST, call.notifier, call.wakeup, call.isAttached);
  const { list, isAtRest } = vhostNet(m, { queue, depth, workerCpu: otherCpu, signal, ...parts });
  const isKicked = list.isQueued(TX_WORK);
  return {
    doorbell: {
      isRung: (s) => s[vcpu.mmioRegister] === NOTIFY_WRITE,
      write: ioeventfdWrite({
        signal: signalledUnread(KVM, 'host-notifier', vhostPollWakeup(list, TX_WORK)),
      }),
    },
    access: vhostAccess(machine, target),
    kickHandler: 'handle-tx-kick',
    isKickAtRest: (s) => !isKicked(s) && isAtRest(s),
    isPolling: () => false,
    isCallAtRest: call.isAtRest,
    isWaitedFor: (s) => s[queue.available] !== 0,
  };
}
