import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import type { X86MemorySlot } from '../kernel/x86-memory-slot.ts';

/** QEMU's view of the guest's memory as far as a device region goes: by its mmap, or by read and write. */
export interface MemoryView {
  /** An access finds the region in the view of this moment, before it waits for the BQL. */
  readonly lookUp: Readonly<Record<string, Step>>;
  /** Whether the access that now has the BQL goes by a view in which the region was still mapped. */
  readonly isStale: (s: State) => boolean;
  /** Such an access: it reaches the device through the mmap, and nobody takes it for the end of an interrupt. */
  readonly staleAccess: (access: (s: State) => void, next: string) => Readonly<Record<string, Step>>;
  /** Unmaps the regions (`vfio_mmap_set_enabled(false)`) and maps them again: steps of the main loop. */
  readonly disable: Readonly<Record<string, Step>>;
  readonly enable: Readonly<Record<string, Step>>;
}

const COMMIT = 'QEMU softmmu/memory.c memory_region_transaction_commit';
const TRAPPED = 0;
const MAPPED = 1;

/**
 * Adds the view. Listeners (KVM, then VFIO) act on a change before the new view is published, so an access that traps
 * in between is still served through the old one. That this explains trace A3 and the end of the storm in trace X4b,
 * accesses without `vfio_intx_eoi`, is an inference. The machine q35 has a second address space, for SMM, with a slot
 * of its own; null on a machine without. `isMapped` is how the region is found at the start.
 * Source: QEMU softmmu/memory.c `address_space_set_flatview`, softmmu/physmem.c `flatview_read` (7.2); trace X4b.
 */
export function memoryView(
  m: ModelBuilder,
  slot: MemorySlot,
  smm: X86MemorySlot['smm'] | null,
  isMapped = true,
): MemoryView {
  const current: Field = m.field('memory view', {
    initial: isMapped ? MAPPED : TRAPPED,
    values: ['trapped', 'mapped'],
  });
  const found: Field = m.field('view of the access', { values: ['trapped', 'mapped'] });
  const publish = (view: number): Step<never> => ({
    at: 'QEMU softmmu/memory.c address_space_set_flatview (current_map)',
    do: (s) => {
      s[current] = view;
    },
  });
  const commitSmm = (call: Procedure): Step<never> => ({
    at: `${COMMIT} (KVM-SMRAM listener: the second address space)`,
    call,
  });
  return {
    lookUp: {
      'look-up-region': {
        at: 'QEMU softmmu/physmem.c flatview_read, flatview_write (address_space_to_flatview, under RCU)',
        do: (s) => {
          s[found] = s[current] as number;
        },
      },
    },
    isStale: (s) => s[found] === MAPPED,
    staleAccess: (access, next) => ({
      'ram-device-access': {
        at: 'QEMU softmmu/memory.c memory_region_ram_device_read, memory_region_ram_device_write',
        cost: 'ramDeviceAccess',
        emits: ['qemu:memory_region_ram_device_read'],
        marks: ['stale-view'],
        do: (s) => {
          access(s);
          s[found] = TRAPPED;
          return next;
        },
      },
    }),
    disable: {
      'disable-mmap': {
        at: `${COMMIT} (listeners: KVM first, then VFIO)`,
        cost: 'memoryCommit',
        emits: ['qemu:vfio_region_mmaps_set_enabled Region mmaps enabled: 0'],
        call: slot.remove,
      },
      'unmap-dma': {
        at: 'QEMU hw/vfio/common.c vfio_listener_region_del (VFIO_IOMMU_UNMAP_DMA)',
        cost: 'dmaUnmap',
        emits: ['syscalls:sys_enter_ioctl cmd=VFIO_IOMMU_UNMAP_DMA'],
      },
      'publish-trapped-view': publish(TRAPPED),
      ...(smm ? { 'commit-smm-view': commitSmm(smm.remove) } : {}),
    },
    enable: {
      'map-dma': {
        at: 'QEMU hw/vfio/common.c vfio_listener_region_add (VFIO_IOMMU_MAP_DMA)',
        cost: 'dmaMap',
        emits: [
          'qemu:vfio_region_mmaps_set_enabled Region mmaps enabled: 1',
          'syscalls:sys_enter_ioctl cmd=VFIO_IOMMU_MAP_DMA',
        ],
      },
      'enable-mmap': {
        at: 'QEMU accel/kvm/kvm-all.c kvm_region_add (KVM_SET_USER_MEMORY_REGION)',
        call: slot.create,
      },
      'publish-mapped-view': publish(MAPPED),
      ...(smm ? { 'commit-smm-view-again': commitSmm(smm.create) } : {}),
    },
  };
}
