import type { Source } from './option-doc.ts';
import { memory, read } from './sources.ts';

/** A trace point of QEMU that paths print or readers of traces know. */
export interface TracePointDoc {
  readonly name: string;
  /** The first release that has it under this name; null: it is older than all that was looked at. */
  readonly introduced: string | null;
  /** The first release without it, or without this name; null if it is still there. */
  readonly removed: string | null;
  /** What it is called afterwards; absent if it is gone, or still there. */
  readonly laterName?: string;
  /** Whether it prints the same under that name. */
  readonly laterText?: 'same' | 'another';
  readonly sources: readonly Source[];
}

const LISTED = read('qemu-system-x86_64 -trace help of QEMU 7.2 and 10.0');

/** Those that both releases have, by the file of their trace-events. */
const LASTING: Readonly<Record<string, string>> = {
  'accel/kvm': `kvm_irqchip_add_msi_route kvm_irqchip_commit_routes kvm_irqchip_release_virq kvm_irqchip_update_msi_route
    kvm_resample_fd_notify kvm_run_exit kvm_set_ioeventfd_mmio kvm_set_ioeventfd_pio kvm_set_user_memory`,
  'hw/block': 'virtio_blk_handle_read virtio_blk_req_complete virtio_blk_rw_complete',
  'hw/ide': 'ahci_irq_raise ahci_trigger_irq ncq_finish',
  'hw/scsi': `scsi_req_alloc scsi_req_continue scsi_req_dequeue scsi_req_parsed virtio_scsi_cmd_req virtio_scsi_cmd_resp`,
  'hw/intc': `apic_deliver_irq ioapic_clear_remote_irr ioapic_eoi_broadcast ioapic_eoi_delayed_reassert ioapic_mem_write
    ioapic_set_irq ioapic_set_remote_irr`,
  'hw/nvme': `pci_nvme_enqueue_req_completion pci_nvme_io_cmd pci_nvme_irq_msix pci_nvme_irq_pin pci_nvme_mmio_doorbell_cq
    pci_nvme_mmio_doorbell_sq pci_nvme_read pci_nvme_rw_complete_cb`,
  'hw/vfio': `vfio_intx_disable_kvm vfio_intx_enable_kvm vfio_intx_interrupt vfio_intx_update vfio_msi_enable
    vfio_msi_interrupt vfio_msix_enable vfio_msix_vector_do_use vfio_msix_vector_release vfio_region_mmaps_set_enabled
    vfio_region_read vfio_region_write`,
  'hw/virtio': `vhost_dev_start vhost_dev_stop virtio_mmio_read virtio_mmio_setting_irq virtio_mmio_write_offset virtio_notify
    virtio_pci_notify_write virtio_queue_notify virtio_set_status`,
  system: 'memory_region_ops_read memory_region_ops_write memory_region_ram_device_read',
};

/** Those of the VFIO platform devices, which went with them. */
const PLATFORM = `vfio_platform_realize vfio_platform_intp_interrupt vfio_intp_interrupt_set_pending
  vfio_platform_intp_inject_pending_lockheld vfio_platform_eoi vfio_platform_intp_mmap_enable
  vfio_platform_start_level_irqfd_injection vfio_platform_start_edge_irqfd_injection`;

/** Those that came, went or changed their name. */
const CHANGED: readonly TracePointDoc[] = [
  {
    name: 'vfio_intx_eoi',
    introduced: null,
    removed: '10.1',
    laterName: 'vfio_pci_intx_eoi',
    laterText: 'same',
    sources: [LISTED, read('QEMU commit 7163c0bca7')],
  },
  {
    name: 'vfio_pci_intx_eoi',
    introduced: '10.1',
    removed: null,
    sources: [read('QEMU commit 7163c0bca7')],
  },
  {
    name: 'vfio_platform_start_irqfd_injection',
    introduced: '2.4',
    removed: '2.5',
    sources: [read('QEMU hw/vfio/trace-events (2.4)')],
  },
  {
    name: 'vfio_realize',
    introduced: null,
    removed: '8.2',
    sources: [LISTED, memory('the release of its removal; 7.2 has it and 10.0 does not')],
  },
  {
    name: 'virtio_notify_irqfd',
    introduced: null,
    removed: '10.2',
    sources: [LISTED, read('QEMU hw/virtio/trace-events (10.1 and 10.2)')],
  },
  ...['virtio_blk_data_plane_start', 'virtio_blk_data_plane_stop'].map((name) => ({
    name,
    introduced: null,
    removed: '9.0',
    sources: [LISTED, read('QEMU commit 3bcc17f065')],
  })),
  ...(['read', 'write'] as const).map((access) => ({
    name: `apic_mem_${access}l`,
    introduced: null,
    removed: '9.0',
    laterName: `apic_register_${access}`,
    laterText: 'another' as const,
    sources: [LISTED, memory('the release of the change; 7.2 has the one and 10.0 the other')],
  })),
  ...(['read', 'write'] as const).map((access) => ({
    name: `apic_register_${access}`,
    introduced: '9.0',
    removed: null,
    sources: [LISTED, memory('the release of the change; 7.2 has the one and 10.0 the other')],
  })),
];

/** The trace points of QEMU that are known here. */
export const TRACE_POINTS: readonly TracePointDoc[] = [
  ...Object.entries(LASTING).flatMap(([folder, names]) =>
    words(names).map((name) => lasting(name, `QEMU ${folder}/trace-events`)),
  ),
  ...words(PLATFORM).map((name) => ({
    ...lasting(name, 'QEMU hw/vfio/trace-events'),
    removed: '10.2',
  })),
  ...CHANGED,
];

function lasting(name: string, where: string): TracePointDoc {
  return { name, introduced: null, removed: null, sources: [LISTED, read(where)] };
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
