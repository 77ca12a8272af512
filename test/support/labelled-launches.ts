/** A domain of libvirt, the options that libvirt makes of it, and the paths that a person wrote down for both. */
export interface LabelledLaunch {
  readonly name: string;
  readonly xml: string;
  readonly args: string;
  /** For each device the path of each of its legs, in their order; null where there is none. */
  readonly paths: Readonly<Record<string, readonly (string | null)[]>>;
}

interface Guest {
  readonly arch?: 'x86_64' | 'aarch64';
  readonly machine?: string;
  readonly type?: 'kvm' | 'qemu';
  /** Arguments of its kernel. */
  readonly kernel?: string;
  /** Elements beside `<devices>`, and what they are on the command line. */
  readonly more?: readonly [xml: string, args: string];
}

/** A guest without any device but these. */
function launch(
  name: string,
  devices: readonly [xml: string, args: string],
  paths: LabelledLaunch['paths'],
  { arch = 'x86_64', machine = 'q35', type = 'kvm', kernel = 'quiet', more = ['', ''] }: Guest = {},
): LabelledLaunch {
  const accelerator = type === 'kvm' ? 'kvm' : 'tcg';
  return {
    name,
    paths,
    xml: `<domain type='${type}'>
  <os><type arch='${arch}' machine='${machine}'>hvm</type><cmdline>${kernel}</cmdline></os>
  ${more[0]}
  <devices>
    <emulator>/usr/bin/qemu-system-${arch}</emulator>
    <controller type='usb' model='none'/>
    ${devices[0]}
    <memballoon model='none'/>
  </devices>
</domain>
`,
    args: `/usr/bin/qemu-system-${arch} -machine ${machine} -accel ${accelerator} -append ${kernel} ${more[1]} \\\n${devices[1]}\n`,
  };
}

function json(option: string, value: Readonly<Record<string, string | number | boolean>>): string {
  return `-${option} '${JSON.stringify(value)}' `;
}

function disk(driver: string, model = ''): string {
  return `<disk type='file' device='disk'${model}><driver name='qemu' ${driver}/><target dev='vda' bus='virtio'/></disk>`;
}

function blk(more: Readonly<Record<string, string | number | boolean>> = {}): string {
  return json('device', { driver: 'virtio-blk-pci', id: 'virtio-disk0', ...more });
}

function card(inside: string, type = 'bridge'): string {
  return `<interface type='${type}'><source bridge='br0'/>${inside}</interface>`;
}

function net(
  netdev: Readonly<Record<string, string | boolean>>,
  device: Readonly<Record<string, string | number | boolean>> = {},
): string {
  const driver = { driver: 'virtio-net-pci', netdev: 'hostnet0', id: 'net0', ...device };
  return json('netdev', { ...netdev, id: 'hostnet0' }) + json('device', driver);
}

const VIRTIO = "<model type='virtio'/>";
const ASSIGNED = "<hostdev mode='subsystem' type='pci'><source><address bus='0x03'/></source></hostdev>";
const VFIO = json('device', { driver: 'vfio-pci', host: '0000:03:00.0', id: 'hostdev0' });
const SPLIT = ["<features><ioapic driver='qemu'/></features>", '-M kernel_irqchip=split'] as const;
const THREAD = [
  '<iothreads>1</iothreads>',
  json('object', { 'qom-type': 'iothread', id: 'iothread1' }),
] as const;
const SHARED = [
  "<memory>1</memory><memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>",
  json('object', { 'qom-type': 'memory-backend-memfd', id: 'ram', share: true, size: 1 }),
] as const;

const IOEVENTFD = ['virtio/notify-ioeventfd', 'virtio/call-userspace'] as const;
const SYNC = ['virtio/notify-sync', 'virtio/call-userspace'] as const;
const IOTHREAD = ['virtio/notify-iothread', 'virtio/call-irqfd'] as const;
const VHOST = ['virtio/notify-vhost', 'virtio/call-irqfd'] as const;
const LINE = ['virtio/notify-ioeventfd', 'virtio/call-intx'] as const;
const NONE = [null, null] as const;

/** Written by hand, in the shape of what libvirt prints; what is expected follows from QEMU's code, not from a run. */
export const LABELLED_LAUNCHES: readonly LabelledLaunch[] = [
  launch('a disk', [disk("type='raw'"), blk()], { 'virtio-disk0': IOEVENTFD }),
  launch('a disk of i440fx', [disk("type='raw'"), blk()], { 'virtio-disk0': IOEVENTFD }, { machine: 'pc' }),
  launch('a disk without ioeventfd', [disk("ioeventfd='off'"), blk({ ioeventfd: false })], {
    'virtio-disk0': SYNC,
  }),
  launch('a disk with ioeventfd', [disk("ioeventfd='on'"), blk({ ioeventfd: true })], {
    'virtio-disk0': IOEVENTFD,
  }),
  launch(
    'a disk with a thread',
    [disk("iothread='1'"), blk({ iothread: 'iothread1' })],
    { 'virtio-disk0': IOTHREAD },
    { more: THREAD },
  ),
  launch(
    'a thread without ioeventfd, which QEMU refuses',
    [disk("iothread='1' ioeventfd='off'"), blk({ iothread: 'iothread1', ioeventfd: false })],
    { 'virtio-disk0': NONE },
    { more: THREAD },
  ),
  launch('a thread that is not there', [disk("iothread='7'"), blk({ iothread: 'iothread7' })], {
    'virtio-disk0': NONE,
  }),
  launch('a disk without KVM', [disk("type='raw'"), blk()], { 'virtio-disk0': NONE }, { type: 'qemu' }),
  launch(
    'a disk of another process',
    [
      "<disk type='vhostuser' device='disk'><target dev='vda' bus='virtio'/></disk>",
      json('device', { driver: 'vhost-user-blk-pci', id: 'virtio-disk0' }),
    ],
    { 'virtio-disk0': ['virtio/notify-vhost-user', 'virtio/call-irqfd'] },
    { more: SHARED },
  ),
  launch(
    'a SATA disk',
    [
      "<disk type='file' device='disk'><target dev='sda' bus='sata'/></disk>",
      json('device', { driver: 'ide-hd', id: 'sata0-0-0' }),
    ],
    { 'sata0-0-0': [] },
  ),
  launch('a card with vhost', [card(VIRTIO), net({ type: 'tap', vhost: true })], { net0: VHOST }),
  launch('a card of the main loop', [card(`${VIRTIO}<driver name='qemu'/>`), net({ type: 'tap' })], {
    net0: IOEVENTFD,
  }),
  launch(
    'a card of the main loop without ioeventfd',
    [card(`${VIRTIO}<driver name='qemu' ioeventfd='off'/>`), net({ type: 'tap' }, { ioeventfd: false })],
    { net0: SYNC },
  ),
  launch('a card of user networking', [card(VIRTIO, 'user'), net({ type: 'user' })], { net0: IOEVENTFD }),
  launch(
    'a card with queues',
    [
      card(`${VIRTIO}<driver name='vhost' queues='4'/>`),
      net({ type: 'tap', vhost: true }, { mq: true, vectors: 10 }),
    ],
    { net0: VHOST },
  ),
  launch(
    'a card of another process',
    [
      "<interface type='vhostuser'><model type='virtio'/></interface>",
      json('netdev', { type: 'vhost-user', chardev: 'c', id: 'hostnet0' }) +
        json('device', { driver: 'virtio-net-pci', netdev: 'hostnet0', id: 'net0' }),
    ],
    { net0: ['virtio/notify-vhost-user', 'virtio/call-irqfd'] },
    { more: SHARED },
  ),
  launch('an e1000e', [card("<model type='e1000e'/>"), net({ type: 'tap' }, { driver: 'e1000e' })], {
    net0: ['emulated/msi', 'emulated/doorbell-sync'],
  }),
  launch('an e1000', [card("<model type='e1000'/>"), net({ type: 'tap' }, { driver: 'e1000' })], {
    net0: ['emulated/line', 'emulated/doorbell-sync'],
  }),
  launch('a card without a model', [card(''), net({ type: 'tap' }, { driver: 'rtl8139' })], {
    net0: ['emulated/line', 'emulated/doorbell-sync'],
  }),
  launch('an assigned function', [ASSIGNED, VFIO], { hostdev0: ['vfio-pci/msi-irqfd'] }),
  launch(
    'an assigned function, split',
    [ASSIGNED, VFIO],
    { hostdev0: ['vfio-pci/msi-irqfd'] },
    { more: SPLIT },
  ),
  launch('an assigned function without KVM', [ASSIGNED, VFIO], { hostdev0: [null] }, { type: 'qemu' }),
  launch(
    'a guest that may not use messages',
    [ASSIGNED, VFIO],
    { hostdev0: ['vfio-pci/intx-irqfd'] },
    { kernel: 'pci=nomsi' },
  ),
  launch(
    'an interface that is a function of the host',
    ["<interface type='hostdev'><source><address bus='0x03'/></source></interface>", VFIO],
    { hostdev0: ['vfio-pci/msi-irqfd'] },
  ),
  launch(
    'a SCSI adapter with a thread',
    [
      "<controller type='scsi' index='0' model='virtio-scsi'><driver iothread='1'/></controller>",
      json('device', { driver: 'virtio-scsi-pci', iothread: 'iothread1', id: 'scsi0' }),
    ],
    { scsi0: IOTHREAD },
    { more: THREAD },
  ),
  launch(
    'a serial line',
    [
      "<serial type='pty'><target type='isa-serial' port='0'/></serial>",
      json('device', { driver: 'isa-serial', id: 'serial0' }),
    ],
    { serial0: ['emulated/line', 'emulated/doorbell-sync'] },
  ),
  launch(
    'a socket of vhost',
    ["<vsock model='virtio'/>", json('device', { driver: 'vhost-vsock-pci', id: 'vsock0' })],
    { vsock0: VHOST },
  ),
  launch(
    'a disk of Arm',
    [disk("type='raw'"), blk()],
    { 'virtio-disk0': IOEVENTFD },
    {
      arch: 'aarch64',
      machine: 'virt',
      more: ["<features><gic version='3'/></features>", '-M gic-version=3'],
    },
  ),
  launch(
    'a disk of Arm on virtio-mmio',
    [
      "<disk type='file' device='disk'><target dev='vda' bus='virtio'/><address type='virtio-mmio'/></disk>",
      json('device', { driver: 'virtio-blk-device', id: 'virtio-disk0' }),
    ],
    { 'virtio-disk0': LINE },
    {
      arch: 'aarch64',
      machine: 'virt',
      more: ["<features><gic version='2'/></features>", '-M gic-version=2'],
    },
  ),
  launch(
    'an assigned function of Arm',
    [ASSIGNED, VFIO],
    { hostdev0: ['vfio-pci/msi-irqfd'] },
    {
      arch: 'aarch64',
      machine: 'virt',
      more: ["<features><gic version='3'/></features>", '-M gic-version=3'],
    },
  ),
  launch(
    'an NVMe controller of QEMU',
    ["<controller type='nvme' index='0'/>", json('device', { driver: 'nvme', id: 'nvme0', serial: 's' })],
    { nvme0: ['emulated/msi', 'emulated/doorbell-sync'] },
  ),
];
