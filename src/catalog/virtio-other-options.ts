const XHCI =
  'p2 p3 intrs slots streams superspeed-ports-first force-pcie-endcap conditional-intr-mapping host';

/**
 * Names of properties of virtio and emulated devices that say nothing about interrupts, by the words that the names of
 * their drivers begin with. From the property tables of QEMU's hw/block, hw/net, hw/scsi, hw/virtio, hw/nvme, hw/usb,
 * hw/ide and hw/char; later releases may have more.
 */
const BY_PREFIX: readonly (readonly [prefix: string, names: string])[] = [
  [
    'virtio-blk',
    `serial bootindex logical_block_size physical_block_size min_io_size opt_io_size discard_granularity write-cache
     share-rw backend_defaults account-invalid account-failed stats-intervals cyls heads secs rerror werror config-wce
     scsi discard report-discard-granularity write-zeroes max-discard-sectors max-write-zeroes-sectors
     x-enable-wce-if-config-wce config-size-check lcyls lheads lsecs`,
  ],
  [
    'virtio-net',
    `mac vlan bootindex csum guest_csum gso guest_tso4 guest_tso6 guest_ecn guest_ufo guest_announce host_tso4 host_tso6
     host_ecn host_ufo mrg_rxbuf status ctrl_vq ctrl_rx ctrl_vlan ctrl_rx_extra ctrl_mac_addr ctrl_guest_offloads rss
     hash ebpf-rss-fds guest_rsc_ext rsc_interval host_mtu x-mtu-bypass-backend speed duplex failover guest_uso4
     guest_uso6 host_uso host_tunnel host_tunnel_csum guest_tunnel guest_tunnel_csum hash-ipv4 hash-tcp4 hash-udp4`,
  ],
  ['virtio-scsi', 'max_sectors cmd_per_lun hotplug param_change seg_max_adjust'],
  ['virtio-serial', 'max_ports emergency-write'],
  ['virtio-9p', 'fsdev mount_tag'],
  ['virtio-rng', 'rng max-bytes period'],
  [
    'virtio-balloon',
    'deflate-on-oom free-page-hint free-page-reporting page-poison qemu-4-0-config-size guest-stats iothread guest-stats-polling-interval',
  ],
  [
    'vhost-scsi',
    'wwpn boot_tpgt vhostfd max_sectors cmd_per_lun num_queues virtqueue_size t10_pi migratable hotplug worker_per_virtqueue seg_max_adjust',
  ],
  ['vhost-vsock', 'guest-cid vhostfd seqpacket'],
  [
    'vhost-user-blk',
    'num-queues queue-size config-wce discard write-zeroes bootindex skip-get-vring-base-on-force-shutdown',
  ],
  [
    'vhost-user-scsi',
    'num_queues virtqueue_size max_sectors cmd_per_lun boot_tpgt param_change hotplug t10_pi seg_max_adjust',
  ],
  ['vhost-user-fs', 'tag num-request-queues queue-size cache-size bootindex'],
  [
    'nvme',
    `drive serial cmb_size_mb pmrdev num_queues max_ioqpairs msix_qsize msix-exclusive-bar aerl aer_max_queued mdts vsl
     use-intel-id legacy-cmb dbcs subsys bootindex logical_block_size physical_block_size min_io_size opt_io_size
     discard_granularity write-cache share-rw zoned.zasl zoned.auto_transition sriov_max_vfs sriov_vq_flexible
     sriov_vi_flexible sriov_max_vi_per_vf sriov_max_vq_per_vf mqes ocp ctratt.mem atomic.dn atomic.awun atomic.awupf
     spdm_port spdm_trans oncs account-invalid account-failed backend_defaults smart_critical_warning`,
  ],
  [
    'e1000',
    'mac netdev vlan bootindex autonegotiation mitigation extra_mac_registers migrate_tso_props init-vet',
  ],
  ['e1000e', 'disable_vnet_hdr subsys_ven subsys migrate-timadj'],
  ['igb', 'mac netdev bootindex sriov_max_vfs x-pcie-flr-init'],
  ['rtl8139', 'mac netdev vlan bootindex'],
  ['qemu-xhci', XHCI],
  ['nec-usb-xhci', XHCI],
  ['ich9-ahci', ''],
  ['ahci', ''],
  ['isa-serial', 'index iobase irq chardev baudbase wakeup'],
  ['pci-serial', 'chardev prog_if baudbase wakeup'],
];

const OF_EVERY_VIRTIO_PCI = `
  class aer migrate-extra virtio-pci-bus-master-bug-migration x-ats-page-aligned x-ignore-backend-features x-disable-pcie x-pcie-deverr-init
  x-pcie-flr-init x-pcie-lnkctl-init x-pcie-pm-init x-pcie-pm-no-soft-reset x-disable-legacy-check
`;

/** Those names of a driver; undefined for a driver that is none of these. */
export function virtioOrEmulatedOthers(driver: string): string[] | undefined {
  const own = BY_PREFIX.filter(([prefix]) => driver.startsWith(prefix)).map(([, names]) => names);
  if (own.length === 0) return undefined;
  const isVirtio = driver.startsWith('virtio-') || driver.startsWith('vhost-');
  return [...own, ...(isVirtio ? [OF_EVERY_VIRTIO_PCI] : [])]
    .join(' ')
    .split(/\s+/)
    .filter((name) => name !== '');
}
