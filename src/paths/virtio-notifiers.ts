import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { compareReleases } from '../facts/releases.ts';
import { statusDriver } from '../machine/guest/virtio-status-driver.ts';
import type { StatusDriver } from '../machine/guest/virtio-status-driver.ts';
import { STATUS_WRITE } from '../machine/guest/virtio-status-driver.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { IO_THREAD, MAIN_LOOP } from '../machine/parties.ts';
import type { AioHandler, BottomHalf } from '../machine/qemu/aio-context.ts';
import type { EmulatedAccess } from '../machine/qemu/emulating-vcpu-thread.ts';
import { changingNotifierRead, hostNotifier } from '../machine/qemu/host-notifier.ts';
import type { HostNotifier } from '../machine/qemu/host-notifier.ts';
import { stopBottomHalf } from '../machine/qemu/io-thread-detach.ts';
import { staleHandler } from '../machine/qemu/stale-handler.ts';
import { virtioBus } from '../machine/qemu/virtio-bus.ts';
import type { VirtioBus } from '../machine/qemu/virtio-bus.ts';
import { manyIoeventfds } from '../machine/qemu/many-ioeventfds.ts';
import { notifyWrite } from '../machine/qemu/virtio-pci.ts';
import { earlyNotify, statusWrite } from '../machine/qemu/virtio-status.ts';
import { driverCpu } from './virtio-interrupt.ts';
import { X86_REGISTERS } from './virtio-registers.ts';
import type { VirtioMachine } from './virtio-machine.ts';
import { addMonitor } from './virtio-notifier-monitor.ts';
import type { NotifierParts } from './virtio-notifier-parts.ts';
import { isByStatus, isDetachedByOthers } from './virtio-notifier-settings.ts';
import type { NotifierOptions } from './virtio-notifier-settings.ts';

/** Notifiers that come and go. */
export interface ChangingNotifiers {
  readonly notifier: HostNotifier;
  readonly isRung: (s: State) => boolean;
  readonly readHostNotifier: Procedure;
  /** The bottom halves of the device's event loop, with what is asked of it. */
  readonly bottomHalf: BottomHalf;
  /** What the main loop watches besides. */
  readonly handlers: readonly AioHandler[];
  readonly driver: StatusDriver | null;
  readonly access: Pick<EmulatedAccess, 'write' | 'control'>;
  /** Label of the step at which a notification is looked at. */
  readonly kickHandler: string;
  /** Label of the step with which the device begins to be served again, and has to look at its queue. */
  readonly serviceResumes: string;
  readonly safety: Readonly<Record<string, string>>;
  /** Whether the main loop of a device with IOThread only waits for commands, one at a time. */
  readonly isReadAlone: boolean;
  /** Whether all is as it is while nothing changes. */
  readonly isSettled: (s: State) => boolean;
}

/** Adds what starts and stops the notifiers of a device. */
export function changingNotifiers(
  machine: VirtioMachine,
  qemu: string,
  parts: NotifierParts,
  options: NotifierOptions,
): ChangingNotifiers {
  const { m, vcpu, application, pause } = machine;
  const { inIoThread, handleQueue } = parts;
  const { change, bugs } = options;
  const byStatus = isByStatus(options);
  const isDrain = change === 'block-drain';
  const isContended = bugs.has('handler-after-detach');
  const notifier = hostNotifier(m, parts.host, !byStatus, isContended);
  const watching = { notifier, ...watchedBy(machine, notifier, parts, options) };
  const stop = {
    ...watching,
    handleQueue,
    checksLast: !bugs.has('no-last-check'),
    isDetachedByOthers: isDetachedByOthers(options),
  };
  const ofLoop: BottomHalf = inIoThread
    ? { ...parts.bottomHalf, isScheduled: (s) => notifier.isAssigned(s) && parts.bottomHalf.isScheduled(s) }
    : parts.bottomHalf;
  const detaches = inIoThread && !isDetachedByOthers(options);
  const inLoop = detaches ? stopBottomHalf(m, machine.notifier, ofLoop, stop) : null;
  const stale = bugs.has('stale-notifier-fd') ? m.field('stale handler', { values: ['none', 'left'] }) : null;
  const { startUp } = options;
  const probe = startUp?.probes === true ? manyIoeventfds(m, startUp.room, machine.otherCpu) : null;
  const whenFull = startUp?.whenFull ?? null;
  const disabled =
    whenFull === 'rollback' ? m.field('ioeventfd_disabled', { values: ['no', 'yes'], notable: true }) : null;
  // A device that does not use its ioeventfds is notified in the vCPU thread.
  const isSync = (s: State): boolean =>
    (probe !== null && !probe.hasMany(s)) || (disabled !== null && s[disabled] === 1);
  const bus = virtioBus({
    ...stop,
    ...(disabled === null ? {} : { whenFull: { kind: 'rollback', disabled } as const }),
    ...(whenFull === 'abort' ? { whenFull: { kind: 'abort' } as const } : {}),
    hasRequests: parts.hasRequests,
    // A vCPU thread that resets the device finds no request.
    completions: byStatus || inIoThread ? null : parts.bottomHalf,
    addresses: {
      memory: X86_REGISTERS.modern.notify.address,
      port: X86_REGISTERS.legacy.notify.address,
      used: machine.transport === 'modern' ? 'memory' : 'port',
    },
    // Without an IOThread it came with 2.8.
    hasIrqfd: options.startUp === undefined || compareReleases(qemu, '2.8') >= 0,
    stopInLoop: inLoop?.wait ?? null,
    kicksAtStart: options.kicksAtStart,
    staleHandler: stale,
    isDataPlane: compareReleases(qemu, '9.0') < 0,
  });
  const driver = byStatus
    ? statusDriver(m, {
        vcpu,
        queue: machine.queue,
        exitReason: driverCpu(machine).exitReason,
        isRunning: application.running,
        submitsEarly: change === 'early-kick',
        ...(probe ? { mayBegin: probe.isKnown } : {}),
      })
    : null;
  const monitor = byStatus ? null : addMonitor(machine, parts, options, { ...watching, bus });
  return {
    notifier,
    isRung: (s) => s[vcpu.mmioRegister] === NOTIFY_WRITE && notifier.isAssigned(s),
    readHostNotifier: changingNotifierRead(inIoThread ? IO_THREAD : MAIN_LOOP, notifier, handleQueue),
    bottomHalf: inLoop?.bottomHalf ?? ofLoop,
    handlers: [...(stale === null ? [] : [staleHandler(stale)]), ...(monitor === null ? [] : [monitor])],
    driver,
    access:
      driver === null
        ? { write: options.goesOnSync ? notifyWrite(machine.transport, handleQueue) : null }
        : {
            ...statusAccess(machine, driver, bus, (s) => notifier.isAssigned(s) || isSync(s)),
            ...notifyAccess(machine, parts, options, bus),
          },
    kickHandler: stale === null ? 'notify-queue' : 'read-stale-notifier',
    serviceResumes: isDrain ? 'end-drain' : 'attach-host-notifier',
    safety: { ...safetyOf(machine, parts, isDrain), ...(startUp ? { 'no-abort': 'qemu-aborted' } : {}) },
    isReadAlone: inIoThread && stale === null,
    isSettled: (s) =>
      pause?.isRunning(s) !== false && (s[notifier.handler.watched] === 1 || options.goesOnSync || isSync(s)),
  };
}

/** What a device with IOThread promises. A drain takes the notifier from one that may be about to handle it. */
function safetyOf(
  { eventIdx }: VirtioMachine,
  { inIoThread, polling }: NotifierParts,
  isDrain: boolean,
): Readonly<Record<string, string>> {
  if (!inIoThread) return {};
  return {
    ...(isDrain ? {} : { 'no-notifier-after-stop': 'notifier-after-stop' }),
    // With event indices, one that is behind may as well belong to a notification on its way.
    ...(polling === null || eventIdx ? {} : { 'no-sleep-unnotified': 'asleep-unnotified' }),
  };
}

/** How the event loop of the device begins to watch its notifier, and ends to. */
function watchedBy(
  { queue }: VirtioMachine,
  { handler }: HostNotifier,
  { polling }: NotifierParts,
  { bugs }: NotifierOptions,
): { readonly attach: (s: State) => void; readonly detach: (s: State) => void } {
  const { watched, revents } = handler;
  // What polling had turned off is turned on again (QEMU 9.0).
  const enables = polling !== null && !bugs.has('drain-leaves-polling');
  return {
    attach: (s) => {
      s[watched] = 1;
      if (enables) queue.enableKick(s);
    },
    detach: (s) => {
      s[watched] = 0;
      s[revents] = 0;
      if (polling === null) return;
      s[polling.polled] = 0;
      // That polling has ended the loop tells nobody whose handler is gone.
      s[polling.started] = 0;
    },
  };
}

/** What QEMU does with notifications that reach it: before DRIVER_OK, or of a device without ioeventfd. */
function notifyAccess(
  { transport }: VirtioMachine,
  { handleQueue }: NotifierParts,
  { change, startUp }: NotifierOptions,
  bus: VirtioBus,
): Pick<EmulatedAccess, 'write'> {
  if (change === 'early-kick') return { write: notifyWrite(transport, earlyNotify(bus)) };
  return { write: startUp === undefined ? null : notifyWrite(transport, handleQueue) };
}

/** What QEMU does with writes of the status. */
function statusAccess(
  { vcpu, transport, queue }: VirtioMachine,
  driver: StatusDriver,
  bus: VirtioBus,
  isStarted: (s: State) => boolean,
): Pick<EmulatedAccess, 'control'> {
  return {
    control: {
      isWritten: (s) => s[vcpu.mmioRegister] === STATUS_WRITE,
      write: statusWrite({
        transport: transport === 'legacy' ? 'legacy' : 'modern',
        bus,
        isDriverOk: driver.isDriverOk,
        isStarted,
        reset: queue.enableKick,
      }),
    },
  };
}
