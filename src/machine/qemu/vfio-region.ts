import type { Step } from '../../engine/step.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';

/** `VFIORegion` of QEMU include/hw/vfio/vfio-common.h: a region of a device, mapped into the guest by a slot. */
export interface VfioRegion {
  /** Behind labels of this region; empty if the device has only one. */
  readonly suffix: string;
  readonly slot: MemorySlot;
}

/**
 * `vfio_mmap_set_enabled(false)`: the regions in their order, each with a transaction of its own, so that for a while
 * the guest has one and not the other. Of the listeners KVM is told first, then VFIO.
 * Source: QEMU hw/vfio/platform.c, hw/vfio/common.c `vfio_region_mmaps_set_enabled`; traces P2, C1 and H1.
 */
export function disableMmaps(regions: readonly VfioRegion[]): Record<string, Step> {
  const steps: Record<string, Step> = {};
  for (const { suffix, slot } of regions) {
    steps[`disable-mmap${suffix}`] = {
      at: 'QEMU softmmu/memory.c memory_region_transaction_commit (listeners: KVM first, then VFIO)',
      cost: 'memoryCommit',
      emits: ['qemu:vfio_region_mmaps_set_enabled Region mmaps enabled: 0'],
      call: slot.remove,
    };
    steps[`unmap-dma${suffix}`] = {
      at: 'QEMU hw/vfio/common.c vfio_listener_region_del (VFIO_IOMMU_UNMAP_DMA)',
      cost: 'dmaUnmap',
      emits: ['syscalls:sys_enter_ioctl cmd=VFIO_IOMMU_UNMAP_DMA'],
    };
  }
  return steps;
}

/** `vfio_mmap_set_enabled(true)`: the same order of regions; of the listeners VFIO is told first, then KVM. */
export function enableMmaps(regions: readonly VfioRegion[]): Record<string, Step> {
  const steps: Record<string, Step> = {};
  for (const { suffix, slot } of regions) {
    steps[`map-dma${suffix}`] = {
      at: 'QEMU hw/vfio/common.c vfio_listener_region_add (VFIO_IOMMU_MAP_DMA)',
      cost: 'dmaMap',
      emits: [
        'qemu:vfio_region_mmaps_set_enabled Region mmaps enabled: 1',
        'syscalls:sys_enter_ioctl cmd=VFIO_IOMMU_MAP_DMA',
      ],
    };
    steps[`enable-mmap${suffix}`] = {
      at: 'QEMU accel/kvm/kvm-all.c kvm_region_add (KVM_SET_USER_MEMORY_REGION)',
      call: slot.create,
    };
  }
  return steps;
}
