import type { State } from '../engine/state.ts';
import type { AioHandler } from '../machine/qemu/aio-context.ts';
import { blockDrain } from '../machine/qemu/block-drain.ts';
import type { HostNotifier } from '../machine/qemu/host-notifier.ts';
import type { VcpuPause } from '../machine/qemu/vcpu-pause.ts';
import { waitForRequests } from '../machine/qemu/virtio-bus.ts';
import type { VirtioBus } from '../machine/qemu/virtio-bus.ts';
import { vmStop } from '../machine/qemu/vm-stop.ts';
import type { Monitor } from '../machine/qemu/vm-stop.ts';
import type { VirtioMachine } from './virtio-machine.ts';
import type { NotifierOptions } from './virtio-notifier-settings.ts';
import type { NotifierParts } from './virtio-notifier-parts.ts';

/** What the commands of the monitor work on. */
export interface MonitoredNotifiers {
  readonly notifier: HostNotifier;
  readonly attach: (s: State) => void;
  readonly detach: (s: State) => void;
  readonly bus: VirtioBus;
}

/** Adds who sends commands to QEMU's monitor, and what the main loop does with them. */
export function addMonitor(
  machine: VirtioMachine,
  parts: NotifierParts,
  options: NotifierOptions,
  notifiers: MonitoredNotifiers,
): AioHandler {
  const { pause } = machine;
  const { command, dispatch } =
    pause === undefined
      ? drainMonitor(machine, parts, options, notifiers)
      : stopMonitor(machine, parts, options, notifiers, pause);
  return { name: 'monitor', eventfd: { name: 'monitor', count: command }, handler: dispatch };
}

function stopMonitor(
  { m, lock, application }: VirtioMachine,
  { inIoThread, hasRequests, completionsWithout }: NotifierParts,
  { change, goesOnSync }: NotifierOptions,
  { bus }: MonitoredNotifiers,
  pause: VcpuPause,
): Monitor {
  // An IOThread has completed everything by then; a device without ioeventfd has not.
  const wait = { hasRequests, completions: inIoThread ? null : completionsWithout };
  return vmStop(
    m,
    {
      bql: lock,
      pause,
      stop: bus.stop,
      start: goesOnSync ? null : bus.start,
      drainAll: waitForRequests(wait, 'QEMU softmmu/cpus.c do_vm_stop (bdrv_drain_all)', 'drain-all'),
      migrates: change === 'migration',
    },
    application.running,
  );
}

function drainMonitor(
  { m, application }: VirtioMachine,
  { inIoThread, hasRequests, bottomHalf }: NotifierParts,
  { bugs }: NotifierOptions,
  { notifier, attach, detach }: MonitoredNotifiers,
): Monitor {
  const { count } = notifier.eventfd;
  const kick = (s: State): void => {
    s[count] = Math.min(2, (s[count] as number) + 1);
  };
  const wait = { hasRequests, completions: inIoThread ? null : bottomHalf };
  return blockDrain(
    m,
    {
      detach,
      attach,
      kick: bugs.has('drain-leaves-polling') ? null : kick,
      waitForRequests: waitForRequests(wait, 'QEMU block/io.c bdrv_drain_poll', 'drained'),
    },
    application.running,
  );
}
