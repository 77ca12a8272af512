import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { HostFacts } from '../facts/facts.ts';
import { ioeventfdRoom } from '../facts/io-bus-room.ts';
import { compareReleases } from '../facts/releases.ts';
import type { ChoiceSetting, NumberSetting, OtherSetting, PathSetting } from './path.ts';
import { FULL_BUS_ABORTS } from './virtio-notifier-bugs.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { Ways } from './virtio-settings.ts';

const CHANGES = ['status', 'start-up', 'early-kick', 'vm-stop', 'migration', 'block-drain'] as const;

/** What starts and stops the notifiers of a device; `running` if they are there all the time, `link` with vhost alone. */
export type NotifierChange = 'running' | 'link' | (typeof CHANGES)[number];

const CHANGING: OtherSetting = { setting: 'notifiers', values: CHANGES };

const NOTIFIERS: ChoiceSetting = {
  name: 'notifiers',
  kind: 'choice',
  choices: ['running', ...CHANGES],
  default: 'running',
  description:
    'what starts and stops the notifiers of the device meanwhile: running, nothing; status, the driver writes DRIVER_OK and resets the device again; start-up, the same after QEMU has looked at its start how many ioeventfds KVM has room for (QEMU before 8.2; without an IOThread); early-kick, status with a driver that notifies before DRIVER_OK; vm-stop, QMP stop and cont; migration, the same with another QEMU that goes on; block-drain, the block layer has the device pause (a snapshot)',
};

/** How long after another such a change comes. */
export const CHANGE_TIME: NumberSetting = {
  name: 'notifierUs',
  kind: 'number',
  unit: 'us',
  default: 2500,
  minimum: 0,
  maximum: 3_600_000_000,
  onlyWith: CHANGING,
  description: 'time until such a change (notifiers), and from one to the next',
};

const DESTINATION: ChoiceSetting = {
  name: 'destinationIoeventfd',
  kind: 'choice',
  choices: ['on', 'off'],
  default: 'on',
  onlyWith: { setting: 'notifiers', values: ['migration'] },
  description: 'ioeventfd= of the device in the QEMU that goes on after the migration',
};

const BUS_TAKEN: NumberSetting = {
  name: 'busTaken',
  kind: 'number',
  unit: 'ioeventfds',
  default: 0,
  minimum: 0,
  maximum: 1000,
  onlyWith: { setting: 'notifiers', values: ['start-up'] },
  description:
    "ioeventfds that other devices of the VM have on KVM's bus of ports when this one wants its own; a bus has room for 6 before Linux 2.6.34, then for 200, for 1000 from 3.5, and for any number from 3.11 on",
};

/** Of a device that the main loop runs. */
export const NOTIFIER_SETTINGS: readonly PathSetting[] = [NOTIFIERS, CHANGE_TIME, DESTINATION, BUS_TAKEN];

/** Of one with an IOThread, which needs ioeventfd=on everywhere. */
export const IOTHREAD_NOTIFIER_SETTINGS: readonly PathSetting[] = [
  { ...NOTIFIERS, choices: NOTIFIERS.choices.filter((choice) => choice !== 'start-up') },
  CHANGE_TIME,
];

/** Notifiers that come and go: why, and what is wrong or missing in it. */
export interface NotifierOptions {
  readonly change: Exclude<NotifierChange, 'running'>;
  /** What goes on after a migration has no ioeventfd. */
  readonly goesOnSync: boolean;
  readonly bugs: ReadonlySet<string>;
  /** False leaves out the kick at the start, to see what it is for. */
  readonly kicksAtStart: boolean;
  /** How QEMU has started; absent if that is not looked at. */
  readonly startUp?: StartUp;
}

/** QEMU's start on a KVM whose buses have little room, or enough. */
export interface StartUp {
  /** How many ioeventfds fit on a bus; null if any number does. */
  readonly room: number | null;
  /** Whether QEMU looks whether many do. */
  readonly probes: boolean;
  /** What happens to the ioeventfd of the device itself where the bus is full; null if it is not. */
  readonly whenFull: 'rollback' | 'abort' | null;
}

/** What the settings ask for, null if nothing; an error says what else they have to say. */
export function notifierOptions(
  settings: CompleteSettings,
  { call }: Ways,
  bugs: ReadonlySet<string>,
  host: HostFacts,
): Result<NotifierOptions | null> {
  const change = settings.choice('notifiers', 'running') as NotifierChange;
  if (change === 'running') return ok(null);
  const wanted = { arch: 'x86', device: 'virtio-blk', surroundings: 'quiet', vectorChange: 'none' };
  for (const [name, value] of Object.entries(wanted)) {
    if (settings.choice(name, value) !== value) {
      return fail(
        `notifiers=${change} needs ${name}=${value}: more is not modelled while notifiers come and go`,
      );
    }
  }
  if (settings.choice('transport') === 'modern-pio') {
    return fail(`notifiers=${change} is not modelled with transport=modern-pio`);
  }
  if (call === 'intx') {
    return fail(
      `notifiers=${change}: notifiers of a device without MSI-X that come and go are not modelled yet`,
    );
  }
  const goesOnSync = change === 'migration' && settings.choice('destinationIoeventfd', 'on') === 'off';
  if (goesOnSync && call === 'irqfd') {
    return fail(
      'destinationIoeventfd=off: QEMU would go on without irqfd as well; that is modelled where QEMU sends its message itself (from 9.0 on)',
    );
  }
  if (change !== 'start-up') return ok({ change, goesOnSync, bugs, kicksAtStart: true });
  const startUp = startUpOf(settings.number('busTaken'), bugs, host);
  const isSync = startUp.whenFull === 'rollback' || (startUp.probes && (startUp.room ?? Infinity) < MANY);
  if (isSync && call === 'irqfd') {
    return fail(
      'notifiers=start-up: a device that falls back has no irqfd either; that is modelled where QEMU sends its message itself (before 2.8 and from 9.0 on)',
    );
  }
  return ok({ change, goesOnSync, bugs, kicksAtStart: true, startUp });
}

/** QEMU commit 5d9ec1f4c7. */
const PROBE_GONE = '8.2';
/** As many as QEMU asks for. */
const MANY = 7;

function startUpOf(taken: number, bugs: ReadonlySet<string>, { kernel, qemu }: HostFacts): StartUp {
  const room = ioeventfdRoom(kernel);
  const isFull = room !== null && taken >= room;
  return {
    room,
    probes: compareReleases(qemu, PROBE_GONE) < 0,
    whenFull: isFull ? (bugs.has(FULL_BUS_ABORTS.name) ? 'abort' : 'rollback') : null,
  };
}

/** Whether a thread other than the event loop that watches the notifier may take it away. */
export function isDetachedByOthers({ change, bugs }: NotifierOptions): boolean {
  return change === 'block-drain' || bugs.has('handler-after-detach');
}

/** Whether it is the guest's driver that starts and stops them. */
export function isByStatus({ change }: Pick<NotifierOptions, 'change'>): boolean {
  return change === 'status' || change === 'start-up' || change === 'early-kick';
}

/** Whether the whole VM is stopped for it. */
export function stopsVm({ change }: Pick<NotifierOptions, 'change'>): boolean {
  return change === 'vm-stop' || change === 'migration';
}

/** How long KVM takes to change a bus or a routing table, of which readers have to be waited for: assumed. */
const IOEVENTFD_IOCTL_NS = 20_000;

/** What these changes cost, in nanoseconds. */
export function changeCosts(settings: CompleteSettings): Readonly<Record<string, number>> {
  return { notifierChange: settings.number('notifierUs') * 1000, ioeventfdIoctl: IOEVENTFD_IOCTL_NS };
}
