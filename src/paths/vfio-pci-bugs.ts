import type { KnownBug } from './path.ts';
import { ACTIVE_PENDING_STORM } from './vfio-platform-bugs.ts';

/**
 * A function that cannot be masked by itself interrupts a second time before its line is masked. If the guest is done
 * by the time that the second interrupt looks at the flag, it is taken for a new one. With irqfd that takes an IO-APIC
 * that is slow to send it, since the worker that injects runs on the CPU of the interrupt.
 */
export const LAZY_DISABLE: KnownBug = {
  name: 'lazy-disable',
  title: 'disable_irq_nosync only sets a flag: the second host interrupt may find the line enabled again',
  introducedIn: null,
  fixedIn: 'Linux 6.18',
  violates: 'no-spurious',
  needs: { intxMask: 'broken' },
  needsHost: { irqCpu: 1 },
  source:
    'Linux 8b9f1289 "vfio/pci: Fix INTx handling on legacy non-PCI 2.3 devices" (2025, IRQ_DISABLE_UNLAZY; that 6.18 is the first release with it is not verified)',
};

/** The vGIC's, which x86 has not. */
export const ACTIVE_PENDING_STORM_PCI: KnownBug = {
  ...ACTIVE_PENDING_STORM,
  title: `${ACTIVE_PENDING_STORM.title} (arch=arm)`,
  needs: { ...ACTIVE_PENDING_STORM.needs, arch: 'arm' },
};

/** What is wrong with handling INTx in QEMU. */
export const INTX_USERSPACE_BUGS: readonly KnownBug[] = [
  {
    name: 'line-before-unmap',
    title:
      'The line is raised before the BARs are unmapped: a guest that is faster acknowledges unseen and is interrupted again and again',
    introducedIn: 'QEMU 1.3',
    fixedIn: null,
    violates: 'no-storm',
    source:
      'QEMU hw/vfio/pci.c vfio_intx_interrupt (pci_irq_assert, then vfio_mmap_set_enabled); trace X4b-vfio-e1000-intx-nokvm-1100: 12 of 25 injections spurious',
  },
  {
    name: 'eoi-any-access',
    title: 'Any access to a BAR is taken for the end of the interrupt although the device still asserts',
    introducedIn: 'QEMU 1.3',
    fixedIn: null,
    violates: 'no-spurious',
    source:
      'QEMU hw/vfio/pci.c vfio_intx_eoi, hw/vfio/region.c vfio_region_read; trace X4m-vfio-e1000-intx-nokvm-0-other-bar-access',
  },
  LAZY_DISABLE,
];

/** What is or was wrong with INTx when the IOAPIC is in QEMU. */
export const INTX_SPLIT_BUGS: readonly KnownBug[] = [
  {
    name: 'resample-never-signalled',
    title:
      'QEMU leaves the resample eventfd to KVM, which has no IOAPIC and never signals it: the function stays masked after its first interrupt',
    introducedIn: 'QEMU 2.6',
    fixedIn: 'QEMU 5.1',
    violates: 'unmasked',
    source:
      'QEMU c82d9d43ed (2020, "KVM: Kick resamplefd for split kernel irqchip"), c87759ce87; since Linux 5.2 (654f1f13ea56, release unverified) KVM refuses such an irqfd. That 2.6 is the first release with it is not verified',
  },
  LAZY_DISABLE,
];
