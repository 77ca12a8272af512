import type { Party } from '../engine/step.ts';

/** Who takes part in interrupt paths. A diagram has a column for each that a path uses, in this order. */
export const XGMAC: Party = { name: 'xgmac', home: 'hardware' };
export const GIC: Party = { name: 'GIC', home: 'hardware' };
export const E1000: Party = { name: 'e1000', home: 'hardware' };
export const NVME: Party = { name: 'NVMe', home: 'hardware' };
export const IOMMU: Party = { name: 'IOMMU', home: 'hardware' };
export const VIRTUAL_APIC: Party = { name: 'virtual APIC', home: 'hardware' };
export const AMD_IOMMU: Party = { name: 'AMD-Vi', home: 'kernel' };
export const GENIRQ: Party = { name: 'genirq', home: 'kernel' };
export const VFIO_PLATFORM: Party = { name: 'vfio-platform', home: 'kernel' };
export const VFIO_PCI: Party = { name: 'vfio-pci', home: 'kernel' };
export const VGIC: Party = { name: 'vGIC', home: 'kernel' };
export const KVM_VFIO: Party = { name: 'KVM-VFIO', home: 'kernel' };
export const IOAPIC: Party = { name: 'KVM IOAPIC', home: 'kernel' };
export const LAPIC: Party = { name: 'KVM LAPIC', home: 'kernel' };
export const KVM: Party = { name: 'KVM', home: 'kernel' };
export const SCHEDULER: Party = { name: 'scheduler', home: 'kernel' };
export const MAIN_LOOP: Party = { name: 'main loop', home: 'qemu' };
export const QEMU_IOAPIC: Party = { name: 'QEMU IOAPIC', home: 'qemu' };
export const QEMU_APIC: Party = { name: 'QEMU APIC', home: 'qemu' };
export const MANAGEMENT: Party = { name: 'management', home: 'qemu' };
export const VCPU_THREAD: Party = { name: 'vCPU thread', home: 'qemu' };
export const GUEST_KERNEL: Party = { name: 'guest kernel', home: 'guest' };
export const XGMAC_DRIVER: Party = { name: 'xgmac driver', home: 'guest' };
export const E1000_DRIVER: Party = { name: 'e1000 driver', home: 'guest' };
export const NVME_DRIVER: Party = { name: 'nvme driver', home: 'guest' };
