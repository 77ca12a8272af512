import type { Field, State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { compareReleases } from '../facts/releases.ts';
import type { NetSender } from '../machine/guest/net-sender.ts';
import { statusDriver } from '../machine/guest/virtio-status-driver.ts';
import type { StatusDriver } from '../machine/guest/virtio-status-driver.ts';
import { STATUS_WRITE } from '../machine/guest/virtio-status-driver.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import type { SignalledEventfd } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite, ioeventfdWriteUnderSrcu } from '../machine/kernel/ioeventfd.ts';
import type { Doorbell } from '../machine/kernel/kvm-io-bus.ts';
import { TX_WORK } from '../machine/kernel/vhost-net.ts';
import { vhostNetRing } from '../machine/kernel/vhost-net-ring.ts';
import type { VhostNetRing } from '../machine/kernel/vhost-net-ring.ts';
import { vhostPollWakeup } from '../machine/kernel/vhost-worker.ts';
import { KVM, MAIN_LOOP, VIRTIO_NET } from '../machine/parties.ts';
import type { EmulatedAccess } from '../machine/qemu/emulating-vcpu-thread.ts';
import { changingFdHandler, mainLoop } from '../machine/qemu/main-loop.ts';
import type { WatchedFd } from '../machine/qemu/main-loop.ts';
import { setLink } from '../machine/qemu/set-link.ts';
import { vhostNetDevice } from '../machine/qemu/vhost-net.ts';
import type { HandedOverNotifier, VhostNetDevice } from '../machine/qemu/vhost-net.ts';
import { notifyByHostNotifier, vhostStatusWrite } from '../machine/qemu/vhost-net-status.ts';
import { handedOverQueue } from '../machine/qemu/virtio-net-handover.ts';
import type { VcpuPause } from '../machine/qemu/vcpu-pause.ts';
import { hostNotifierRead, msixNotify } from '../machine/qemu/virtio-pci.ts';
import { vmStop } from '../machine/qemu/vm-stop.ts';
import type { Monitor } from '../machine/qemu/vm-stop.ts';
import { readsAlone } from './main-loop-alone.ts';
import { CLOSED_NOTIFIER, NOTIFIER_BEFORE_INDEX, NOTIFY_PAST_VHOST } from './vhost-notifier-bugs.ts';
import type { VhostNotifierOptions } from './vhost-notifier-settings.ts';
import type { MessageTarget } from './virtio-call-target.ts';
import { driverCpu } from './virtio-interrupt.ts';
import type { VirtioNetMachine } from './virtio-net-machine.ts';
import { X86_REGISTERS } from './virtio-registers.ts';

/** A queue that vhost takes and gives back. */
export interface VhostHandover {
  readonly ring: VhostNetRing;
  readonly doorbell: Doorbell;
  /** What reaches QEMU in the vCPU thread. */
  readonly access: Pick<EmulatedAccess, 'write' | 'control'>;
  readonly driver: StatusDriver | null;
  /** Label of the step with which vhost begins to serve the queue again, and has to look at it. */
  readonly serviceResumes: string;
  readonly safety: Readonly<Record<string, string>>;
  /** Whether all is as it is while nothing changes. */
  readonly isSettled: (s: State) => boolean;
}

/** A network card that sends. */
type SendingMachine = VirtioNetMachine & { readonly sender: NetSender };

/** Adds what starts and stops vhost, and QEMU's own way with the queue meanwhile. */
export function vhostHandover(
  machine: SendingMachine,
  target: MessageTarget,
  qemu: string,
  options: VhostNotifierOptions,
): VhostHandover {
  const { m, vcpu, queue, eventIdx, depth, otherCpu, transport, numbers, sender, pause } = machine;
  const { change, bugs } = options;
  const byStatus = change === 'status';
  const host = eventfd(m, 'host-notifier', byStatus ? 0 : 1);
  const notifier: HandedOverNotifier = {
    eventfd: host,
    assigned: m.field('ioeventfd', {
      initial: byStatus ? 0 : 1,
      values: ['none', 'assigned'],
      notable: true,
    }),
    reader: change === 'link' ? m.field('KVM bus reader', { values: ['none', 'vCPU'] }) : null,
    own: change === 'link' ? changingFdHandler(m, false) : null,
  };
  const isAssigned = (s: State): boolean => s[notifier.assigned] === 1;
  const linkDown = change === 'link' ? m.field('link', { values: ['up', 'down'], notable: true }) : null;
  const ring = vhostNetRing(m, {
    queue,
    eventIdx,
    host,
    workerCpu: otherCpu,
    startsGiven: !byStatus,
    looksAtTap: options.looksAtTap,
  });
  const handled = handedOverQueue(m, {
    queue,
    depth,
    linkDown,
    isBehind: ring.isBehind,
    knowsVhost: compareReleases(qemu, '9.0') >= 0,
    notify: msixNotify(target.send, VIRTIO_NET, target.sendAt),
  });
  const vhost = vhostNetDevice({
    ring,
    notifier,
    addresses: {
      memory: X86_REGISTERS.modern.notify.address + 4 * numbers.queueIndex,
      port: X86_REGISTERS.legacy.notify.address,
      used: transport === 'modern' ? 'memory' : 'port',
      queueIndex: numbers.queueIndex,
    },
    handleQueue: handled.whileVhost,
    isBatched: compareReleases(qemu, '9.2') >= 0,
    notifierFirst: bugs.has(NOTIFIER_BEFORE_INDEX.name),
    closesFirst: bugs.has(CLOSED_NOTIFIER.name),
  });
  const waiter = vhostPollWakeup(ring.list, TX_WORK);
  const driver = byStatus
    ? statusDriver(m, {
        vcpu,
        queue,
        exitReason: driverCpu(machine).exitReason,
        isRunning: sender.running,
        submitsEarly: false,
      })
    : null;
  if (linkDown !== null) {
    const monitor = setLink(m, { linkDown, ...vhost }, sender.running);
    addMainLoop(machine, [watched(monitor), ...ownNotifier(notifier, handled.alone)]);
  } else if (pause !== undefined) {
    addMainLoop(machine, [watched(stopMonitor(machine, pause, vhost, change === 'migration'))], true);
  }
  const isOwnAtRest = ({ own }: HandedOverNotifier, s: State): boolean =>
    own !== null && s[own.watched] === 1 && s[host.count] === 0;
  return {
    ring,
    doorbell: doorbellOf(
      notifier.reader,
      (s) => s[vcpu.mmioRegister] === NOTIFY_WRITE && isAssigned(s),
      signalledBy(KVM, host, waiter, ring.isAttached),
    ),
    access: {
      write:
        linkDown === null
          ? null
          : notifyByHostNotifier(VIRTIO_NET, {
              host,
              waiter,
              isAttached: ring.isAttached,
              handler: bugs.has(NOTIFY_PAST_VHOST.name) ? handled.whileVhost : null,
            }),
      ...(driver === null
        ? {}
        : {
            control: {
              isWritten: (s: State) => s[vcpu.mmioRegister] === STATUS_WRITE,
              write: vhostStatusWrite({
                transport: transport === 'legacy' ? 'legacy' : 'modern',
                vhost,
                isDriverOk: driver.isDriverOk,
                reset: queue.enableKick,
              }),
            },
          }),
    },
    driver,
    serviceResumes: 'set-backend',
    safety: {
      'no-stale-index': 'stale-index',
      ...(change === 'link' ? { 'no-use-after-close': 'used-after-close' } : {}),
    },
    isSettled: (s) => pause?.isRunning(s) !== false && (ring.hasBackend(s) || isOwnAtRest(notifier, s)),
  };
}

/** The ioeventfd, which is waited for where the guest runs while it is taken away. */
function doorbellOf(
  reader: Field | null,
  isRung: (s: State) => boolean,
  signalled: SignalledEventfd,
): Doorbell {
  if (reader === null) return { isRung, write: ioeventfdWrite(signalled) };
  const found = (s: State): void => {
    s[reader] = 1;
  };
  return { isRung, found, write: ioeventfdWriteUnderSrcu(signalled, reader) };
}

function watched({ command, dispatch }: Monitor): WatchedFd {
  return { suffix: '', eventfd: { name: 'monitor', count: command }, handler: dispatch };
}

/** QEMU's own notifier, while vhost does not have it. */
function ownNotifier({ eventfd, own }: HandedOverNotifier, handleQueue: Procedure): WatchedFd[] {
  if (own === null) return [];
  const handler = hostNotifierRead(MAIN_LOOP, eventfd, handleQueue);
  return [{ suffix: ' host-notifier', eventfd, handler, changing: own }];
}

function stopMonitor(
  { m, lock, sender }: SendingMachine,
  pause: VcpuPause,
  vhost: VhostNetDevice,
  migrates: boolean,
): Monitor {
  const status = { statusOnStop: vhost.stop, statusOnContinue: vhost.start };
  // There is no block device, and the notifiers are not the bus's.
  const none = { stop: null, start: null, drainAll: {} };
  return vmStop(m, { bql: lock, pause, ...none, ...status, migrates }, sender.running);
}

function addMainLoop(
  { m, lock, otherCpu }: VirtioNetMachine,
  fds: readonly WatchedFd[],
  isAlone = false,
): void {
  const loop = mainLoop(m, lock, fds, null);
  m.process('main loop', { kind: 'thread', cpu: otherCpu }, isAlone ? readsAlone(loop) : loop);
}
