// What Proxmox takes (qemu-server src/PVE/QemuServer.pm and below).

/** src/PVE/QemuServer/PCI.pm $hostpci_fmt; older versions take four digits of a domain, newer ones more. */
export const HOST_ADDRESSES = (() => {
  const address = '(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\\.[a-f0-9])?';
  return new RegExp(`^${address}(?:;${address})*$`);
})();

/** src/PVE/QemuServer/Network.pm $nic_model_list. */
export const MODELS: readonly string[] = [
  'e1000',
  'e1000-82540em',
  'e1000-82544gc',
  'e1000-82545em',
  'e1000e',
  'i82551',
  'i82557b',
  'i82559er',
  'ne2k_isa',
  'ne2k_pci',
  'pcnet',
  'rtl8139',
  'virtio',
  'vmxnet3',
];

export const ADAPTERS: readonly string[] = [
  'lsi',
  'lsi53c810',
  'virtio-scsi-pci',
  'virtio-scsi-single',
  'megasas',
  'pvscsi',
];

export const DISPLAYS: readonly string[] = [
  'cirrus',
  'none',
  'qxl',
  'qxl2',
  'qxl3',
  'qxl4',
  'serial0',
  'serial1',
  'serial2',
  'serial3',
  'std',
  'virtio',
  'virtio-gl',
  'vmware',
];

export const ARCHITECTURES: readonly string[] = ['x86_64', 'aarch64'];
export const MACHINES =
  /^(?:pc|q35|virt|(?:pc|pc-i440fx|pc-q35|virt)-\d+(?:\.\d+)+(?:\+pve\d+)?(?:\.pxe)?|virt\+pve\d+)$/;

/** The settings that are read here, without their numbers. */
export const READ: ReadonlySet<string> = new Set([
  'agent',
  'arch',
  'args',
  'balloon',
  'cores',
  'cpu',
  'hostpci',
  'ide',
  'kvm',
  'machine',
  'net',
  'rng',
  'sata',
  'scsi',
  'scsihw',
  'serial',
  'sockets',
  'vcpus',
  'vga',
  'virtio',
]);

/** The others of Proxmox, so that none of them is taken for a mistake. */
const OTHERS: readonly string[] = [
  'acpi',
  'affinity',
  'amd-sev',
  'audio',
  'autostart',
  'bios',
  'boot',
  'bootdisk',
  'cdrom',
  'cicustom',
  'cipassword',
  'citype',
  'ciupgrade',
  'ciuser',
  'cpulimit',
  'cpuunits',
  'description',
  'digest',
  'efidisk',
  'freeze',
  'hookscript',
  'hotplug',
  'hugepages',
  'intel-tdx',
  'ipconfig',
  'ivshmem',
  'keephugepages',
  'keyboard',
  'localtime',
  'lock',
  'memory',
  'meta',
  'migrate_downtime',
  'migrate_speed',
  'name',
  'nameserver',
  'numa',
  'onboot',
  'ostype',
  'parallel',
  'parent',
  'protection',
  'reboot',
  'running-nets-host-mtu',
  'runningcpu',
  'runningmachine',
  'searchdomain',
  'shares',
  'smbios',
  'smp',
  'snaptime',
  'snapstate',
  'spice_enhancements',
  'sshkeys',
  'startdate',
  'startup',
  'tablet',
  'tags',
  'tdf',
  'template',
  'tpmstate',
  'unused',
  'usb',
  'virtiofs',
  'vmgenid',
  'vmstate',
  'vmstatestorage',
  'vmstorage',
  'watchdog',
];

export const KINDS: ReadonlySet<string> = new Set([...READ, ...OTHERS]);
