/** libvirt's attributes of `<driver>`, and the properties of QEMU that they become, for any virtio device. */
export const OF_ANY: Readonly<Record<string, string>> = {
  ioeventfd: 'ioeventfd',
  event_idx: 'event_idx',
  packed: 'packed',
  iommu: 'iommu_platform',
  ats: 'ats',
  page_per_vq: 'page-per-vq',
};

/** Those that only `<disk>` has. */
export const OF_DISK: Readonly<Record<string, string>> = { queues: 'num-queues', queue_size: 'queue-size' };

/** Those that only `<interface>` has. */
export const OF_INTERFACE: Readonly<Record<string, string>> = {
  rx_queue_size: 'rx_queue_size',
  tx_queue_size: 'tx_queue_size',
};

/** Those that only a `<controller>` for SCSI has. */
export const OF_SCSI: Readonly<Record<string, string>> = {
  queues: 'num_queues',
  cmd_per_lun: 'cmd_per_lun',
  max_sectors: 'max_sectors',
};

/** The attributes of `OF_ANY` that libvirt takes with every virtio device (virDomainVirtioOptionsParseXML). */
const TAKEN_BY_ALL: readonly string[] = ['packed', 'iommu', 'ats', 'page_per_vq'];

const TAKEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  disk: { ioeventfd: 'ioeventfd', event_idx: 'event_idx', ...OF_DISK, iothread: 'iothread' },
  interface: { ioeventfd: 'ioeventfd', event_idx: 'event_idx', ...OF_INTERFACE },
  controller: { ioeventfd: 'ioeventfd', ...OF_SCSI, iothread: 'iothread' },
};

/**
 * The attribute that `<driver>` in an element of that name has for a property of QEMU, as libvirt's schema takes it;
 * undefined where libvirt has none.
 */
export function driverAttribute(element: string, property: string): string | undefined {
  const ofAll = TAKEN_BY_ALL.map((name) => [name, OF_ANY[name]] as const);
  return [...Object.entries(TAKEN[element] ?? {}), ...ofAll].find(([, key]) => key === property)?.[0];
}
