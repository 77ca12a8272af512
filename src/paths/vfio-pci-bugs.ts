import type { KnownBug } from './path.ts';
import { ACTIVE_PENDING_STORM } from './vfio-platform-bugs.ts';

/**
 * A function that cannot be masked by itself interrupts a second time before its line is masked. If the guest is done
 * by the time that the second interrupt looks at the flag, it is taken for a new one. With irqfd that takes an IO-APIC
 * that is slow to send it, since the worker that injects runs on the CPU of the interrupt. The form in which an interrupt
 * is lost needs a host's controller that does not signal a level again when it is unmasked: no platform here has one.
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
    'Linux 8b9f1289 "vfio/pci: Fix INTx handling on legacy non-PCI 2.3 devices" (IRQ_DISABLE_UNLAZY; 6.18 by the pull request of 2025-09-30; stable releases of 6.12 and others have got it since). It tells of ppc64 stalling after one interrupt as well, a host that is not modelled: IO-APIC and GIC signal a line that is still up again, so that here none is lost',
};

/** The vGIC's, which x86 has not. */
const ACTIVE_PENDING_STORM_PCI: KnownBug = {
  ...ACTIVE_PENDING_STORM,
  title: `${ACTIVE_PENDING_STORM.title} (arch=arm)`,
  needs: { ...ACTIVE_PENDING_STORM.needs, arch: 'arm' },
};

/** The end of an interrupt comes before its threaded handler has looked at the device. */
const ONESHOT_RESAMPLE_X86: KnownBug = {
  name: 'oneshot-resample',
  title:
    'A threaded ONESHOT handler: the resampler unmasks before the thread clears the device, and the assertion that ' +
    'follows is held at the masked pin and injected when the guest unmasks it',
  introducedIn: null,
  fixedIn: 'Linux 6.3',
  violates: 'no-spurious',
  needs: { handlerContext: 'threaded', napi: 'off', accesses: 1 },
  needsHost: { irqCpu: 1 },
  source:
    'Linux fef8f2b90edb "KVM: x86/ioapic: Resample the pending state of an IRQ when unmasking" and d583fbd7066a (D. ' +
    'Maluka, 2023; whether 6.3 or 6.4 is the first release with them is not verified)',
};

/** What is left of it: the pin is asked when it is unmasked, and the assertion may come later. */
const ONESHOT_LATE_SIGNAL: KnownBug = {
  ...ONESHOT_RESAMPLE_X86,
  name: 'oneshot-late-signal',
  title:
    'A threaded ONESHOT handler: what VFIO signals again at the early unmask reaches the pin after the guest has ' +
    'unmasked it (off: the resampler waits for that, as versions 1 and 2 of the fix proposed)',
  introducedIn: 'Linux 6.3',
  fixedIn: null,
  source:
    'Linux arch/x86/kvm/ioapic.c ioapic_write_indirect (fef8f2b90edb looks at what is pending then), drivers/vfio/virqfd.c ' +
    'virqfd_inject, virt/kvm/eventfd.c irqfd_inject (two workers on the way); inferred, no report of it is known',
};

/** The vCPU that ends the interrupt is no longer the one that the redirection entry names. */
const EOI_AFTER_MOVE: KnownBug = {
  name: 'eoi-after-move',
  title:
    'A redirection entry that is sent to another vCPU while its interrupt is in service: the end of the interrupt is not ' +
    'passed on, and remote-IRR stays set for ever',
  introducedIn: null,
  fixedIn: 'Linux 4.15',
  violates: 'no-lost-interrupt',
  needs: { affinity: 'move-in-handler', napi: 'off', accesses: 1 },
  source:
    'Linux 0fc5a36dd6b3 "KVM: x86: ioapic: Fix level-triggered EOI and IOAPIC reconfigure race" (2017; that 4.15 is the ' +
    'first release with it is not verified), after db2bdcbbbd32 for edges',
};

/** What is or was wrong with INTx that KVM injects and resamples. */
export const INTX_IRQFD_BUGS: readonly KnownBug[] = [
  LAZY_DISABLE,
  ACTIVE_PENDING_STORM_PCI,
  ONESHOT_RESAMPLE_X86,
  ONESHOT_LATE_SIGNAL,
  EOI_AFTER_MOVE,
];

/** A guest that cannot quieten its device in an interrupt gets to nothing else. */
const EOI_STORM: KnownBug = {
  name: 'eoi-storm',
  title:
    'A line that is still up at the end of its interrupt is sent again at once, for ever: a guest whose driver is not back ' +
    'yet never gets to bringing it back',
  introducedIn: null,
  fixedIn: 'Linux 3.18',
  violates: 'no-storm',
  needs: { driver: 'resuming', eoisBeforePause: 3, napi: 'off', accesses: 1, mmapTimeoutMs: 0 },
  source:
    'Linux 184564efae4d "kvm: ioapic: conditionally delay irq delivery duringeoi broadcast" (2014, ' +
    'IOAPIC_SUCCESSIVE_IRQ_MAX_COUNT; that 3.18 is the first release with it is not verified)',
};

/** The same at QEMU's IOAPIC. */
const EOI_STORM_QEMU: KnownBug = {
  ...EOI_STORM,
  name: 'eoi-storm-qemu',
  title: `${EOI_STORM.title} (irqchip=split or off)`,
  introducedIn: null,
  fixedIn: 'QEMU 4.1',
  needs: { ...EOI_STORM.needs, irqchip: 'split' },
  source:
    'QEMU 958a01dab8 "ioapic: allow buggy guests mishandling level-triggered interrupts to make progress" (2019, ' +
    'SUCCESSIVE_IRQ_MAX_COUNT; that 4.1 is the first release with it is not verified)',
};

/** Of QEMU's own handling of INTx. */
export const LINE_BEFORE_UNMAP: KnownBug = {
  name: 'line-before-unmap',
  title:
    'The line is raised before the BARs are unmapped: a guest that is faster acknowledges unseen and is interrupted again and again',
  introducedIn: 'QEMU 1.3',
  fixedIn: null,
  violates: 'no-storm',
  source:
    'QEMU hw/vfio/pci.c vfio_intx_interrupt (pci_irq_assert, then vfio_mmap_set_enabled); trace X4b-vfio-e1000-intx-nokvm-1100: 12 of 25 injections spurious',
};

/** What is wrong with handling INTx in QEMU. */
export const INTX_USERSPACE_BUGS: readonly KnownBug[] = [
  LINE_BEFORE_UNMAP,
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
  EOI_STORM,
  EOI_STORM_QEMU,
];

/** The same with the IOAPIC in QEMU, mended years later. */
const EOI_AFTER_MOVE_SPLIT: KnownBug = {
  ...EOI_AFTER_MOVE,
  title:
    'A redirection entry that is sent to another vCPU while its interrupt is in service: the end of the interrupt does not ' +
    'exit to QEMU, which never unmasks',
  fixedIn: 'Linux 6.2',
  source:
    'Linux fceb3a36c29a "KVM: x86: ioapic: Fix level-triggered EOI and userspace I/OAPIC reconfigure race" (A. Ttofari, ' +
    'December 2022; that 6.2 is the first release with it is not verified)',
};

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
      'QEMU c82d9d43ed (2020, "KVM: Kick resamplefd for split kernel irqchip"), c87759ce87; since Linux 5.2 (654f1f13ea56, in the pull request for 5.2-rc2; in 4.19.73 as well, which is left out) KVM refuses such an irqfd. That 2.6 is the first release with it is not verified',
  },
  LAZY_DISABLE,
  EOI_AFTER_MOVE_SPLIT,
];
