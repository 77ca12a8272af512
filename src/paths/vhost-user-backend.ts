import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { eventfd, signalledBy, signalledUnread, writtenBy } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { KVM, SPDK, STORAGE_DAEMON } from '../machine/parties.ts';
import { spdkVhost } from '../machine/process/spdk-vhost.ts';
import { storageDaemon } from '../machine/process/storage-daemon.ts';
import { vhostAccess, vhostCall } from './vhost-call.ts';
import type { DeviceParts, VirtioBackend } from './virtio-backend.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioCore, VirtioDisk } from './virtio-machine.ts';

/** How the process waits: for its eventfd, or not at all. */
export type BackendProcess = 'sleep' | 'poll';

/** What the process does with notifications of the guest. */
type KickSide = Pick<VirtioBackend, 'kickHandler' | 'isKickAtRest' | 'isPolling'> & {
  /** Signals the kick eventfd. */
  readonly signal: Procedure;
};

/**
 * Adds a disk that another process serves, which QEMU has given both eventfds and the guest's memory. Source: QEMU
 * docs/interop/vhost-user.rst, hw/block/vhost-user-blk.c `vhost_user_blk_start` (7.2).
 */
export function vhostUserBackend(
  machine: VirtioCore & VirtioDisk,
  process: BackendProcess,
  target: CallTarget,
  parts: DeviceParts,
): VirtioBackend {
  const { vcpu } = machine;
  const call = vhostCall(machine, target, machine.poolCpu);
  const party = process === 'poll' ? SPDK : STORAGE_DAEMON;
  const write = writtenBy(party, call.notifier, call.wakeup, call.isAttached);
  const { signal, ...kick } =
    process === 'poll' ? pollingProcess(machine, write) : sleepingProcess(machine, write, parts);
  return {
    doorbell: {
      isRung: (s) => s[vcpu.mmioRegister] === NOTIFY_WRITE,
      write: ioeventfdWrite({ signal }),
    },
    access: vhostAccess(machine, target),
    ...kick,
    isCallAtRest: call.isAtRest,
  };
}

function sleepingProcess(
  { m, queue, disk, otherCpu }: VirtioCore & VirtioDisk,
  call: Procedure,
  parts: DeviceParts,
): KickSide {
  const kick = eventfd(m, 'host-notifier');
  m.process(
    'qemu-storage-daemon',
    { kind: 'thread', cpu: otherCpu },
    storageDaemon({ queue, disk, kick, call, ...parts }),
  );
  return {
    signal: signalledBy(KVM, kick).signal,
    kickHandler: 'read-kick',
    isKickAtRest: (s) => s[kick.count] === 0,
    isPolling: () => false,
  };
}

/** Nobody reads its kick eventfd, or waits at it. */
function pollingProcess({ m, queue, disk, otherCpu }: VirtioCore & VirtioDisk, call: Procedure): KickSide {
  m.process('reactor', { kind: 'thread', cpu: otherCpu }, spdkVhost(m, { queue, disk, call }));
  const always = (_: State): boolean => true;
  return {
    signal: signalledUnread(KVM, 'host-notifier'),
    kickHandler: 'poll-queue',
    isKickAtRest: always,
    isPolling: always,
  };
}
