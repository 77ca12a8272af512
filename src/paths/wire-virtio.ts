import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { compile } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { VIRTIO_PCI } from '../machine/parties.ts';
import type { CompleteSettings } from './read-settings.ts';
import { vhostBackend } from './vhost-backend.ts';
import { vhostUserBackend } from './vhost-user-backend.ts';
import type { VhostNotifierOptions } from './vhost-notifier-settings.ts';
import type { BackendProcess } from './vhost-user-backend.ts';
import { armLine, armMessage } from './virtio-arm-interrupt.ts';
import { addArmGuest, addArmVcpu } from './virtio-arm-vcpu.ts';
import { virtioBackend } from './virtio-backend.ts';
import type { DeviceParts, NotifierChanges, VirtioBackend } from './virtio-backend.ts';
import { x86CallTarget } from './virtio-call-target.ts';
import type { CallTarget } from './virtio-call-target.ts';
import { lineInterrupt, messageInterrupt, takeUsed } from './virtio-interrupt.ts';
import type { DriverParts, GuestInterrupt } from './virtio-interrupt.ts';
import { addDiskGuest } from './virtio-disk-guest.ts';
import { callLeg, kickLeg } from './virtio-legs.ts';
import { armVirtioMachine, virtioMachine } from './virtio-machine.ts';
import type { VirtioCore, VirtioDisk } from './virtio-machine.ts';
import type { NotifierParts } from './virtio-notifier-parts.ts';
import { changeCosts, isDetachedByOthers } from './virtio-notifier-settings.ts';
import type { NotifierOptions } from './virtio-notifier-settings.ts';
import { changingNotifiers } from './virtio-notifiers.ts';
import { checkQueues } from './virtio-queues.ts';
import { checkDevice, isElsewhere } from './virtio-settings.ts';
import type { Ways } from './virtio-settings.ts';
import { changingQueueVector, checkVectorChange } from './virtio-vector.ts';
import { addVcpu } from './virtio-vcpu.ts';
import { wireTwoQueues } from './wire-two-queues.ts';
import { wireVirtioNet } from './wire-virtio-net.ts';
import { wireVirtioSerial } from './wire-virtio-serial.ts';
import type { Wiring } from './wiring.ts';

/** What can be left out of the machine, to see what it is for (`virtio-ring-bugs.ts`). */
export interface VirtioParts {
  /** The driver looks at the used ring once more after it wants interrupts again. */
  readonly driverLooksAgain: boolean;
  /** The device looks at the available ring once more after it wants notifications again. */
  readonly deviceLooksAgain: boolean;
  /** An IOThread polls a last time when it has ended polling. */
  readonly pollsOnceMore: boolean;
  /** Known bug: QEMU never lowers the device's line. */
  readonly lineStaysUp?: boolean;
  /** What is notified while the guest has masked the vector is kept; it is if this is left out. */
  readonly keepsMasked?: boolean;
  /** Known bug of a vGIC: nobody is told of a message behind one that is in service. */
  readonly messageUnseen?: boolean;
  /** What has vhost take the notifier of a network card's queue and give it back; nothing does if this is left out. */
  readonly handover?: VhostNotifierOptions | null;
}

const WHOLE: VirtioParts = { driverLooksAgain: true, deviceLooksAgain: true, pollsOnceMore: true };

/**
 * Wires a virtio device whose kick and call go these ways, with the known bugs of these names or, if the path has none, of
 * the facts, and looks at one leg of it. Errors as of {@link virtioMachine}.
 */
export function wireVirtio(
  leg: 'kick' | 'call',
  ways: Ways,
  settings: CompleteSettings,
  facts: Facts,
  parts = WHOLE,
  notifiers: NotifierOptions | null = null,
  bugs: ReadonlySet<string> | null = null,
): Result<Wiring> {
  const served = checkDevice(settings, ways, facts);
  if (!served.ok) return served;
  const pollMaxNs = ways.kick === 'iothread' ? settings.number('pollMaxNs') : 0;
  const driver = {
    emptyMark: leg === 'call' ? 'spurious' : 'empty-call',
    looksAgain: parts.driverLooksAgain,
  };
  const device = {
    emptyMark: leg === 'kick' ? 'spurious' : 'empty-kick',
    looksAgain: parts.deviceLooksAgain,
    pollsOnceMore: parts.pollsOnceMore,
  };
  const changes = checkVectorChange(settings, ways);
  if (!changes.ok) return changes;
  const queues = checkQueues(settings, ways, facts, notifiers !== null || (parts.handover ?? null) !== null);
  if (!queues.ok) return queues;
  if (queues.value && settings.choice('device') === 'virtio-blk') {
    return wireTwoQueues({ leg, ways, settings, facts, pollMaxNs, driver, device });
  }
  if (settings.choice('device') === 'virtio-serial') {
    if (notifiers !== null) return fail('device=virtio-serial is modelled with notifiers that stay');
    const emptyMarks = { call: driver.emptyMark, kick: device.emptyMark };
    return wireVirtioSerial({ leg, ways, settings, facts, emptyMarks });
  }
  if (settings.choice('device') === 'virtio-net') {
    const { handover = null, keepsMasked = true } = parts;
    const vhost = { handover, keepsMasked: changes.value ? keepsMasked : null };
    return wireVirtioNet({ leg, ways, settings, facts, driver, device, bugs, vhost });
  }
  const addMachine = settings.choice('arch') === 'arm' ? armMachine : x86Machine;
  const { lineStaysUp = false, messageUnseen = false } = parts;
  const keepsMasked = changes.value ? (parts.keepsMasked ?? true) : null;
  const common = { ways, settings, facts, pollMaxNs, driver, device };
  const wired = addMachine({ ...common, lineStaysUp, messageUnseen, keepsMasked, notifiers });
  if (!wired.ok) return wired;
  const { architecture, machine, backend, interrupt } = wired.value;
  const { m, vcpu } = machine;
  const { source, takenMark, isAtRest } =
    leg === 'kick' ? kickLeg(machine.queue, backend) : callLeg(machine.queue, interrupt, backend);
  return ok({
    architecture,
    model: compile(m),
    costs: {
      period: settings.number('periodUs') * 1000,
      diskService: settings.number('serviceUs') * 1000,
      ...(pollMaxNs > 0 ? { pollMax: pollMaxNs } : {}),
      ...(changes.value ? { vectorChangePeriod: settings.number('vectorChangeUs') * 1000 } : {}),
      ...(notifiers === null ? {} : changeCosts(settings)),
    },
    sources: [source],
    // Notifications that come for nothing are allowed on both legs: whoever is notified may have looked before.
    safety: backend.changing?.safety ?? {},
    takenMark,
    countsCyclesOnly: true,
    // A guest that reads or writes registers is on its way.
    isAtRest: (s) => isAtRest(s) && s[vcpu.mmioRegister] === 0,
  });
}

/** What a machine is built from. */
interface MachineRequest {
  readonly ways: Ways;
  readonly settings: CompleteSettings;
  readonly facts: Facts;
  readonly pollMaxNs: number;
  readonly driver: DriverParts;
  readonly device: DeviceParts;
  readonly lineStaysUp: boolean;
  /** Whether what is notified while the vector is masked is kept; null if it never is masked. */
  readonly keepsMasked: boolean | null;
  /** What starts and stops the notifiers; null if nothing does. */
  readonly notifiers: NotifierOptions | null;
  readonly messageUnseen: boolean;
}

/** The whole machine, before it is said which leg is looked at. */
interface WiredMachine extends Pick<Wiring, 'architecture'> {
  readonly machine: VirtioCore & VirtioDisk;
  readonly backend: VirtioBackend;
  readonly interrupt: Pick<GuestInterrupt, 'isAtRest'>;
}

function x86Machine(request: MachineRequest): Result<WiredMachine> {
  const { ways, settings, facts, pollMaxNs, driver, keepsMasked, notifiers } = request;
  const built = virtioMachine(settings, facts, ways.call, pollMaxNs, notifiers);
  if (!built.ok) return built;
  const machine = built.value;
  const handler = takeUsed(machine, driver);
  const line = ways.call === 'intx' ? lineInterrupt(machine, handler, driver, request.lineStaysUp) : null;
  const interrupt = line ?? messageInterrupt(machine, handler);
  const proxy = isElsewhere(ways.kick) ? VIRTIO_PCI : machine.device.party;
  const vector =
    keepsMasked === null || ways.call === 'intx'
      ? null
      : changingQueueVector(machine, interrupt, proxy, ways.call, keepsMasked);
  const target = vector?.target ?? x86CallTarget(machine, interrupt, line, proxy);
  const changes = notifiers && {
    add: (parts: NotifierParts) => changingNotifiers(machine, facts.host.qemu, parts, notifiers),
    isDetachedByOthers: isDetachedByOthers(notifiers),
  };
  const backend = addBackend(request, machine, target, changes);
  addVcpu(machine, interrupt, vector ? { ...backend, access: vector.withTable(backend.access) } : backend);
  addDiskGuest(machine, interrupt, { task: vector?.task, status: backend.changing?.driver });
  const isCallAtRest = (s: State): boolean => backend.isCallAtRest(s) && vector?.isAtRest(s) !== false;
  return ok({ architecture: 'x86', machine, backend: { ...backend, isCallAtRest }, interrupt });
}

/** Who serves the queue. */
function addBackend(
  { ways, settings, facts, device }: MachineRequest,
  machine: VirtioCore & VirtioDisk,
  target: CallTarget,
  changes: NotifierChanges | null = null,
): VirtioBackend {
  if (ways.kick === 'vhost') return vhostBackend(machine, target, device);
  if (ways.kick === 'vhost-user') {
    return vhostUserBackend(machine, settings.choice('backend') as BackendProcess, target, device);
  }
  return virtioBackend(machine, ways, target, facts.host.qemu, device, changes);
}

function armMachine(request: MachineRequest): Result<WiredMachine> {
  const { ways, settings, facts, pollMaxNs, driver } = request;
  const built = armVirtioMachine(settings, facts, ways.call, pollMaxNs);
  if (!built.ok) return built;
  const machine = built.value;
  const interrupt =
    ways.call === 'intx'
      ? armLine(machine, driver, settings, request.lineStaysUp)
      : armMessage(machine, driver, settings, facts, request.messageUnseen);
  const backend = addBackend(request, machine, interrupt.target);
  addArmVcpu(machine, interrupt, backend);
  addArmGuest(machine, interrupt);
  return ok({ architecture: 'arm64', machine, backend, interrupt });
}
