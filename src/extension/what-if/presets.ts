import type { PathSettings } from '../../paths/path.ts';
import type { Overlay } from './device-store.ts';

/** Under which heading *Add Device…* lists a preset. */
export type PresetGroup = 'assigned' | 'virtio' | 'emulated';

/** What is known about a piece of hardware that no launch file says. */
export interface Nature {
  /** Facts that this device changes, by the names of the assumptions: `guest.msi` is off for one without MSI. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Settings of its paths, by their names in `irqpath simulate --set`. */
  readonly settings?: PathSettings;
}

/** A device that can be added with everything it needs. */
export interface Preset extends Nature {
  /** As people know it; the entry of the list. */
  readonly title: string;
  readonly group: PresetGroup;
  /** The `id=` that it gets, numbered if that is taken. */
  readonly id: string;
  readonly driver: string;
  /** What stands behind `-device DRIVER,id=ID`. */
  readonly options: Overlay;
  /** The rest of the command line that QEMU wants with it: `-netdev`, `-drive`, `-object`. */
  readonly backends?: readonly string[];
  /** What it is and which of its interrupts is run. */
  readonly detail: string;
}

const SHARED_MEMORY = ['-object memory-backend-memfd,id=mem0,size=1G,share=on -machine memory-backend=mem0'];
const DISK = ['-drive if=none,id=disk0,file=disk.img,format=raw'];

/**
 * The devices of *Add Device…*. To add one, copy the first:
 * - `id` and `driver` as they would stand behind `-device`, what else QEMU demands in `options` and `backends`;
 * - `facts` and `settings` only for what the hardware is, never for what a user may choose;
 * - `presets.test.ts` wants the paths that it takes.
 */
export const PRESETS: readonly Preset[] = [
  {
    title: 'Calxeda xgmac',
    group: 'assigned',
    id: 'xgmac',
    driver: 'vfio-calxeda-xgmac',
    options: { host: 'fff51000.ethernet' },
    detail: 'Calxeda Midway 10-gigabit Ethernet, by VFIO platform: level-triggered lines',
  },
  {
    title: 'AMD xgbe',
    group: 'assigned',
    id: 'xgbe',
    driver: 'vfio-amd-xgbe',
    options: { host: 'e0700000.xgmac' },
    detail:
      'AMD Seattle 10-gigabit Ethernet, by VFIO platform: two level and four edge interrupts; a level one is run',
  },
  {
    title: 'Intel 82540EM (e1000)',
    group: 'assigned',
    id: 'e1000',
    driver: 'vfio-pci',
    options: { host: '0000:03:00.0' },
    facts: { 'guest.msi': 'off' },
    detail: 'Gigabit Ethernet without MSI, by VFIO: its line',
  },
  {
    title: 'Intel 82574L (e1000e)',
    group: 'assigned',
    id: 'e1000e',
    driver: 'vfio-pci',
    options: { host: '0000:01:00.0' },
    detail: 'Gigabit Ethernet, by VFIO: MSI-X',
  },
  {
    title: 'NVMe',
    group: 'assigned',
    id: 'nvme',
    driver: 'vfio-pci',
    options: { host: '0000:02:00.0' },
    detail: 'A disk controller, by VFIO: MSI-X, a vector for each queue; one is run',
  },
  {
    title: 'GPU with broken INTx masking',
    group: 'assigned',
    id: 'gpu',
    driver: 'vfio-pci',
    options: { host: '0000:04:00.0' },
    facts: { 'guest.msi': 'off' },
    settings: { intxMask: 'broken' },
    detail: 'By VFIO, its line: DisINTx does not work, so the host disables its whole interrupt',
  },
  {
    title: 'virtio-blk',
    group: 'virtio',
    id: 'vblk',
    driver: 'virtio-blk-pci',
    options: { drive: 'disk0' },
    backends: DISK,
    detail: 'A disk that QEMU’s main loop serves',
  },
  {
    title: 'virtio-blk with an IOThread',
    group: 'virtio',
    id: 'vblk-iothread',
    driver: 'virtio-blk-pci',
    options: { drive: 'disk0', iothread: 'io0' },
    backends: DISK,
    detail: 'A disk that a thread of its own serves, without the BQL',
  },
  {
    title: 'virtio-net',
    group: 'virtio',
    id: 'vnet',
    driver: 'virtio-net-pci',
    options: { netdev: 'net0' },
    backends: ['-netdev tap,id=net0,vhost=off'],
    detail: 'A network card that QEMU serves',
  },
  {
    title: 'virtio-net with vhost',
    group: 'virtio',
    id: 'vnet-vhost',
    driver: 'virtio-net-pci',
    options: { netdev: 'net0' },
    backends: ['-netdev tap,id=net0,vhost=on'],
    detail: 'A network card that a worker of the host kernel serves',
  },
  {
    title: 'virtio-scsi',
    group: 'virtio',
    id: 'vscsi',
    driver: 'virtio-scsi-pci',
    options: {},
    detail: 'A SCSI host adapter that QEMU’s main loop serves',
  },
  {
    title: 'virtio-serial',
    group: 'virtio',
    id: 'vserial',
    driver: 'virtio-serial-pci',
    options: {},
    detail: 'A console and its ports',
  },
  {
    title: 'vhost-user-blk',
    group: 'virtio',
    id: 'vhost-user-blk',
    driver: 'vhost-user-blk-pci',
    options: { chardev: 'char0' },
    backends: ['-chardev socket,id=char0,path=/run/vhost-user-blk.sock', ...SHARED_MEMORY],
    detail: 'A disk that another process serves (SPDK, qemu-storage-daemon)',
  },
  {
    title: 'vhost-scsi',
    group: 'virtio',
    id: 'vhost-scsi',
    driver: 'vhost-scsi-pci',
    options: { wwpn: 'naa.5001405bd4a6c8f1' },
    detail: 'A SCSI host adapter that a worker of the host kernel serves',
  },
  {
    title: 'Emulated Intel 82574L (e1000e)',
    group: 'emulated',
    id: 'emulated-e1000e',
    driver: 'e1000e',
    options: { netdev: 'net0' },
    backends: ['-netdev user,id=net0'],
    detail: 'Gigabit Ethernet that QEMU emulates: MSI-X',
  },
  {
    title: 'Emulated NVMe',
    group: 'emulated',
    id: 'emulated-nvme',
    driver: 'nvme',
    options: { serial: 'irqpath', drive: 'disk0' },
    backends: DISK,
    detail: 'A disk controller that QEMU emulates: MSI-X and doorbells',
  },
  {
    title: 'Emulated AHCI',
    group: 'emulated',
    id: 'emulated-ahci',
    driver: 'ich9-ahci',
    options: {},
    detail: 'A SATA controller that QEMU emulates: MSI and register writes',
  },
  {
    title: 'Emulated UART (isa-serial)',
    group: 'emulated',
    id: 'emulated-uart',
    driver: 'isa-serial',
    options: { chardev: 'char0' },
    backends: ['-chardev null,id=char0'],
    detail: 'A 16550 that QEMU emulates: a line and port writes',
  },
];
