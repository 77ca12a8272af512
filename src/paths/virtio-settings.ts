import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { CPU_FLAG_SETTINGS } from './cpu-flags.ts';
import { archSetting, PCI_GIC_SETTING } from './vfio-pci-settings.ts';
import type { ChoiceSetting, NumberSetting, PathSetting } from './path.ts';
import {
  QUEUE_DEPTH_SETTING,
  REQUEST_PERIOD_SETTING,
  SERVICE_SETTING,
  WAITING_GUEST_SETTING,
} from './request-settings.ts';
import { VIRTIO_NET_SETTINGS } from './virtio-net-settings.ts';
import { SURROUNDINGS_SETTING } from './workload-settings.ts';
import type { CompleteSettings } from './read-settings.ts';

/** How a notification of the guest reaches the device. */
export type KickWay = 'sync' | 'ioeventfd' | 'iothread' | 'vhost' | 'vhost-user';
/** How the device's notification reaches the guest. */
export type CallWay = 'irqfd' | 'userspace' | 'intx';

/** Where the driver finds the device's registers. */
export type VirtioTransport = 'modern' | 'modern-pio' | 'legacy' | 'mmio';

/** Both ways of one device. */
export interface Ways {
  readonly kick: KickWay;
  readonly call: CallWay;
}

/** Not named: what QEMU does by itself. */
const BY_ITSELF = 'auto';

/** How the other leg of a kick path goes. */
export const CALL_SETTING: ChoiceSetting = {
  name: 'call',
  kind: 'choice',
  choices: [BY_ITSELF, 'irqfd', 'userspace', 'intx'],
  default: BY_ITSELF,
  description:
    "how the device interrupts the guest: by KVM's irqfd, by a message that QEMU sends, by a line (vectors=0); auto: as QEMU of the host does it with MSI-X",
};

/** How the other leg of a call path goes. */
export const KICK_SETTING: ChoiceSetting = {
  name: 'kick',
  kind: 'choice',
  choices: [BY_ITSELF, 'sync', 'ioeventfd', 'iothread', 'vhost', 'vhost-user'],
  default: BY_ITSELF,
  description:
    'how the guest notifies the device: in the vCPU thread (ioeventfd=off), the main loop, an IOThread, a worker of the kernel, or another process; auto: the nearest to the defaults of QEMU of the host that has this call',
};

/** How long an IOThread polls. */
export const POLL_SETTING: NumberSetting = {
  name: 'pollMaxNs',
  kind: 'number',
  unit: 'ns',
  default: 32_768,
  minimum: 0,
  maximum: 1_000_000_000,
  description:
    'poll-max-ns of the IOThread: how long it looks at its queue before it blocks, unless it has blocked for longer the time before; 0 never. With cpus=2 the threads of the pool share its CPU',
};

/** The same for a path whose kick may go another way. */
export const POLL_OF_KICK: NumberSetting = {
  ...POLL_SETTING,
  onlyWith: { setting: 'kick', values: [BY_ITSELF, 'iothread'] },
};

/** How the process of a vhost-user device waits. */
export const BACKEND_SETTING: ChoiceSetting = {
  name: 'backend',
  kind: 'choice',
  choices: ['sleep', 'poll'],
  default: 'sleep',
  description:
    'how the other process waits: sleep, at its eventfd, as qemu-storage-daemon; poll, as SPDK, which takes a CPU for itself, wants no notifications and offers no event_idx',
};

/** The same for a path whose device may be another. */
export const BACKEND_OF_DEVICE: ChoiceSetting = {
  ...BACKEND_SETTING,
  onlyWith: { setting: 'device', values: ['vhost-user-blk'] },
};

/** What every path of a virtio-blk-pci device has. */
export const VIRTIO_SETTINGS: readonly PathSetting[] = [
  archSetting(['x86', 'arm']),
  {
    name: 'irqchip',
    kind: 'choice',
    choices: ['on', 'split'],
    default: 'on',
    description:
      'kernel-irqchip: messages go to the local APIC, which on and split both have in KVM; on Arm only on is modelled',
  },
  {
    ...PCI_GIC_SETTING,
    description:
      'version of the GIC, of the host and of the guest alike: for messages 2 has a GICv2m, 3 an ITS (arch=arm)',
  },
  ...CPU_FLAG_SETTINGS,
  {
    name: 'device',
    kind: 'choice',
    choices: ['virtio-blk'],
    default: 'virtio-blk',
    description: 'the kind of virtio device',
  },
  {
    name: 'ring',
    kind: 'choice',
    choices: ['split', 'packed'],
    default: 'split',
    description:
      'packed=on of the device: how the requests lie in memory, and how notifications are asked for (from source)',
  },
  {
    name: 'transport',
    kind: 'choice',
    choices: ['modern', 'modern-pio', 'legacy', 'mmio'],
    default: 'modern',
    description:
      'where the guest notifies: in memory (modern, and transitional devices with a modern driver), at a port (legacy: disable-modern=on; modern-pio: modern-pio-notify=on; arch=x86), or a register of virtio-mmio (arch=arm; it has a line and no messages)',
  },
  {
    name: 'trigger',
    kind: 'choice',
    choices: ['edge', 'level'],
    default: 'edge',
    onlyWith: { setting: 'transport', values: ['mmio'] },
    description:
      "how the guest configures the SPI of a device on virtio-mmio: an edge by the device tree of QEMU's virt machine (traces A1), a level by its ACPI tables (from source)",
  },
  {
    name: 'eventIdx',
    kind: 'choice',
    choices: ['on', 'off'],
    default: 'on',
    description:
      'event_idx: whether both sides say at which request they want to be notified, or only whether',
  },
  {
    ...QUEUE_DEPTH_SETTING,
    description:
      'requests, or packets to be sent, that the guest has outstanding at most (of one thread that submits ahead, or of so many threads that each wait for theirs); buffers of a queue that receives',
  },
  {
    ...SERVICE_SETTING,
    onlyWith: { setting: 'device', values: ['virtio-blk', 'virtio-scsi', 'vhost-scsi', 'vhost-user-blk'] },
  },
  REQUEST_PERIOD_SETTING,
  WAITING_GUEST_SETTING,
  SURROUNDINGS_SETTING,
];

/** The settings of a path that has these devices, the first if nothing is said. */
export function settingsWithDevices(devices: readonly [string, ...string[]]): readonly PathSetting[] {
  return VIRTIO_SETTINGS.map((setting) =>
    setting.name === 'device' && setting.kind === 'choice'
      ? { ...setting, choices: devices, default: devices[0] }
      : setting,
  );
}

/** The disks that QEMU serves. */
export const QEMU_DISKS = ['virtio-blk', 'virtio-scsi'] as const;

/** What a path has on which QEMU serves the device, in the vCPU thread or the main loop. */
export const QEMU_SERVED_SETTINGS: readonly PathSetting[] = [
  ...settingsWithDevices([...QEMU_DISKS, 'virtio-net', 'virtio-serial']),
  ...VIRTIO_NET_SETTINGS,
];

/** The first release in which the main loop sends the messages of a disk itself: QEMU commit 1e9181dc52 for the second. */
const MAIN_LOOP_SENDS_SINCE: Readonly<Record<string, string>> = {
  'virtio-blk': '9.0',
  'virtio-scsi': '10.2',
};

/** Whether the main loop serves this device and calls by irqfd: from QEMU 9ffe337c08 and ad07cd69ec (2.8) on. */
export function mainLoopCallsIrqfd(qemu: string, device: string): boolean {
  const until = MAIN_LOOP_SENDS_SINCE[device];
  return until !== undefined && compareReleases(qemu, '2.8') >= 0 && compareReleases(qemu, until) < 0;
}

/** The call of a kick path as far as the settings say it: a device on virtio-mmio has nothing but its line. */
export function wantedCall(settings: CompleteSettings): string {
  const call = settings.choice('call');
  return call === BY_ITSELF && settings.choice('transport') === 'mmio' ? 'intx' : call;
}

/** How the call goes if nothing is said; virtio-net that QEMU serves never has an irqfd (trace X3-net-vhost-off). */
function usualCall(kick: KickWay, qemu: string, device: string): CallWay {
  if (kick === 'iothread' || isElsewhere(kick)) return 'irqfd';
  return kick === 'ioeventfd' && mainLoopCallsIrqfd(qemu, device) ? 'irqfd' : 'userspace';
}

/** The call of a kick path as its setting says; an error says why no QEMU combines the two. */
export function callOf(kick: KickWay, setting: string, qemu: string, device = 'virtio-blk'): Result<Ways> {
  const call = setting === BY_ITSELF ? usualCall(kick, qemu, device) : (setting as CallWay);
  return check({ kick, call }, qemu, device);
}

/** The kick of a call path as its setting says; an error says why no QEMU combines the two. */
export function kickOf(call: CallWay, setting: string, qemu: string, device: string): Result<Ways> {
  if (setting !== BY_ITSELF) return check({ kick: setting as KickWay, call }, qemu, device);
  const alone = SERVED_ALONE[device];
  if (alone !== undefined) return check({ kick: alone, call }, qemu, device);
  if (device === 'virtio-net' && call === 'irqfd') return check({ kick: 'vhost', call }, qemu, device);
  if (device === 'virtio-net') return check({ kick: 'ioeventfd', call }, qemu, device);
  if (call === 'intx') return ok({ kick: 'ioeventfd', call });
  const inMainLoop = mainLoopCallsIrqfd(qemu, device);
  if (call === 'irqfd') return ok({ kick: inMainLoop ? 'ioeventfd' : 'iothread', call });
  return ok({ kick: inMainLoop ? 'sync' : 'ioeventfd', call });
}

/** Devices that are served in one way alone. */
const SERVED_ALONE: Readonly<Record<string, KickWay>> = {
  'vhost-scsi': 'vhost',
  'vhost-user-blk': 'vhost-user',
};

/** Whether QEMU does not serve the queue. */
export function isElsewhere(kick: KickWay): boolean {
  return kick === 'vhost' || kick === 'vhost-user';
}

/** Whether the device of these settings can be served this way on this host; an error says what serves it. */
export function checkDevice(settings: CompleteSettings, { kick, call }: Ways, { host }: Facts): Result<true> {
  const device = settings.choice('device');
  const alone = SERVED_ALONE[device];
  if (alone !== undefined && alone !== kick) return fail(`device=${device} is served by kick=${alone} alone`);
  const isVhostNet = device === 'virtio-net' && kick === 'vhost';
  if (alone === undefined && isElsewhere(kick) && !isVhostNet) {
    const disk = Object.keys(SERVED_ALONE).find((name) => SERVED_ALONE[name] === kick) ?? '';
    return fail(`kick=${kick} is built for device=${disk}, and not for ${device}`);
  }
  if (kick === 'vhost-user' && call === 'intx' && settings.choice('backend') === 'poll' && host.cpus < 3) {
    return fail(
      'backend=poll takes a CPU for itself, and so does the vCPU: with a line QEMU needs a third (cpus=3)',
    );
  }
  if (device === 'virtio-scsi' && settings.choice('transport') === 'mmio') {
    return fail('device=virtio-scsi is modelled on PCI, not on virtio-mmio');
  }
  return checkRing(settings);
}

function checkRing(settings: CompleteSettings): Result<true> {
  if (settings.choice('ring') === 'split') return ok(true);
  if (settings.choice('transport') === 'legacy') {
    return fail('ring=packed needs virtio 1.1: a legacy driver cannot use it');
  }
  const device = settings.choice('device');
  return device === 'virtio-blk'
    ? ok(true)
    : fail(`ring=packed is modelled for virtio-blk in QEMU, not for device=${device}`);
}

function check(ways: Ways, qemu: string, device: string): Result<Ways> {
  const { kick, call } = ways;
  if (device === 'virtio-net' && !isElsewhere(kick)) return checkNet(ways);
  if (call === 'intx') return ok(ways);
  if (kick === 'sync' && call === 'irqfd') {
    return fail('a queue without ioeventfd has no irqfd either: QEMU sets up both together (trace X1)');
  }
  if (isElsewhere(kick) && call === 'userspace') {
    return fail(
      `kick=${kick}: who serves the queue signals an eventfd, which is an irqfd wherever MSI-X is used`,
    );
  }
  if (kick === 'iothread' && call === 'userspace') {
    return fail('an IOThread does not hold the BQL, so it calls by irqfd and never sends a message itself');
  }
  if (kick === 'ioeventfd' && (call === 'irqfd') !== mainLoopCallsIrqfd(qemu, device)) {
    const since = MAIN_LOOP_SENDS_SINCE[device] ?? '';
    return fail(
      call === 'irqfd'
        ? `${device} in the main loop of QEMU ${qemu} sends its message itself; by irqfd from 2.8 until before ${since} only`
        : `${device} in the main loop of QEMU ${qemu} calls by irqfd; it sends its message itself from ${since} on`,
    );
  }
  return ok(ways);
}

/** What QEMU does with a network card that it serves itself. */
function checkNet(ways: Ways): Result<Ways> {
  if (ways.kick === 'iothread') return fail('virtio-net has no iothread=: QEMU serves it in the main loop');
  if (ways.call === 'irqfd') {
    return fail(
      'virtio-net without vhost has no irqfd, with ioeventfd or without: QEMU sends its message itself (trace X3)',
    );
  }
  return ok(ways);
}
