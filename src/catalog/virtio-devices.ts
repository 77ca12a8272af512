import { compareReleases } from '../facts/releases.ts';
import type { DeviceDoc } from './device-doc.ts';
import { memory, read } from './sources.ts';

/** One kind of virtio device: what its drivers have in common, on whatever transport. */
export interface VirtioKind {
  /** QEMU's name of it without transport, e.g. `virtio-blk`. */
  readonly name: string;
  readonly title: string;
  /** Its drivers on PCI, an alias that stands for the first of them included. */
  readonly pci: readonly string[];
  /** Its driver on the virtio bus of a machine with virtio-mmio. */
  readonly mmio: string;
  /** Who works on its queues: QEMU, QEMU or what `netdev=` names, the kernel's vhost, or another process. */
  readonly backend: 'qemu' | 'netdev' | 'vhost' | 'vhost-user';
  /** The first release whose PCI driver has `ioeventfd`; null: none, since vhost takes the notifiers in any case. */
  readonly ioeventfdSince: string | null;
  /** The first release, and machine type, whose PCI driver has MSI-X without being told so. */
  readonly vectorsSince: string;
  /** The first release with `iothread`; null if it has none. */
  readonly iothreadSince: string | null;
  /** From 2.8 up to this release the main loop completed through the guest notifier too; null: never. */
  readonly mainLoopIrqfdUntil: string | null;
  readonly introduced: string;
}

const FROM_QEMU = {
  backend: 'qemu',
  vectorsSince: '0.12',
  iothreadSince: null,
  mainLoopIrqfdUntil: null,
} as const;
const FROM_VHOST = { ...FROM_QEMU, ioeventfdSince: null } as const;

/** The kinds of virtio devices whose notifications are resolved. */
export const VIRTIO_KINDS: readonly VirtioKind[] = [
  {
    ...FROM_QEMU,
    ...drivers('virtio-blk', 'virtio-blk-device'),
    title: 'A virtio disk',
    ioeventfdSince: '0.14',
    iothreadSince: '2.1',
    mainLoopIrqfdUntil: '9.0',
    introduced: '0.11',
  },
  {
    ...FROM_QEMU,
    ...drivers('virtio-net', 'virtio-net-device'),
    title: 'A virtio network card',
    backend: 'netdev',
    ioeventfdSince: '0.14',
    introduced: '0.11',
  },
  {
    ...FROM_QEMU,
    ...drivers('virtio-scsi', 'virtio-scsi-device'),
    title: 'A virtio SCSI host adapter',
    ioeventfdSince: '1.2',
    iothreadSince: '2.2',
    mainLoopIrqfdUntil: '10.2',
    introduced: '1.1',
  },
  {
    ...FROM_QEMU,
    ...drivers('virtio-serial', 'virtio-serial-device'),
    title: 'A virtio console and its ports',
    ioeventfdSince: '0.15',
    introduced: '0.13',
  },
  {
    ...FROM_QEMU,
    ...drivers('virtio-9p', 'virtio-9p-device'),
    title: 'A shared directory',
    ioeventfdSince: '1.5',
    introduced: '0.13',
  },
  {
    ...FROM_QEMU,
    ...drivers('virtio-rng', 'virtio-rng-device'),
    title: 'A source of random numbers',
    ioeventfdSince: '7.2',
    vectorsSince: '7.2',
    introduced: '1.3',
  },
  {
    ...FROM_QEMU,
    ...drivers('virtio-balloon', 'virtio-balloon-device'),
    title: 'A memory balloon',
    ioeventfdSince: '10.0',
    vectorsSince: '10.0',
    introduced: '0.11',
  },
  vhost('vhost-scsi', 'vhost-scsi', 'A SCSI host adapter that the kernel serves', '1.5'),
  {
    ...vhost('vhost-vsock', 'vhost-vsock-device', 'Sockets between guest and host, by the kernel', '2.8'),
    pci: ['vhost-vsock-pci', 'vhost-vsock-pci-non-transitional'],
  },
  vhostUser('vhost-user-blk', 'vhost-user-blk', 'A disk that another process serves', '2.12'),
  vhostUser('vhost-user-scsi', 'vhost-user-scsi', 'A SCSI host adapter that another process serves', '2.10'),
  {
    ...vhostUser(
      'vhost-user-fs',
      'vhost-user-fs-device',
      'A shared directory that another process serves',
      '4.2',
    ),
    pci: ['vhost-user-fs-pci'],
  },
];

/** The drivers of a kind, on PCI and on virtio-mmio. */
export function driversOf({ pci, mmio }: VirtioKind): readonly string[] {
  return [...pci, mmio];
}

/** All virtio drivers whose notifications are resolved. */
export const VIRTIO_DEVICES: readonly DeviceDoc[] = VIRTIO_KINDS.flatMap((kind) =>
  driversOf(kind).map((driver) => ({
    driver,
    title: kind.title + transportOf(driver, kind),
    introduced: laterOf(kind.introduced, driver),
    deprecated: null,
    removed: null,
    last: null,
    sources: [read(`QEMU hw/virtio/${kind.name}-pci.c`), memory('the release of its introduction')],
  })),
);

function transportOf(driver: string, { mmio }: VirtioKind): string {
  if (driver === mmio) return ', on virtio-mmio';
  if (driver.endsWith('-non-transitional')) return ', on PCI, virtio 1.0 only';
  return driver.endsWith('-transitional') ? ', on PCI, legacy and virtio 1.0' : ', on PCI';
}

/** The drivers with a suffix came with 4.0, those for the virtio bus of other transports with 1.5. */
function laterOf(introduced: string, driver: string): string {
  if (driver.endsWith('transitional')) return later(introduced, '4.0');
  return driver.endsWith('-device') ? later(introduced, '1.5') : introduced;
}

function later(a: string, b: string): string {
  return compareReleases(a, b) > 0 ? a : b;
}

function drivers(name: string, mmio: string): Pick<VirtioKind, 'name' | 'pci' | 'mmio'> {
  return { name, mmio, pci: [...onPci(name), ...(name.startsWith('virtio-') ? [name] : [])] };
}

function onPci(name: string): string[] {
  return [`${name}-pci`, `${name}-pci-transitional`, `${name}-pci-non-transitional`];
}

function vhost(name: string, mmio: string, title: string, introduced: string): VirtioKind {
  return { ...FROM_VHOST, ...drivers(name, mmio), title, backend: 'vhost', introduced };
}

function vhostUser(name: string, mmio: string, title: string, introduced: string): VirtioKind {
  return { ...FROM_VHOST, ...drivers(name, mmio), title, backend: 'vhost-user', introduced };
}
