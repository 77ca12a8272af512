import type { KnownBug } from './path.ts';

/**
 * A vGIC that lets a level interrupt be pending while it is active never sees its end. A bug of irqfd alone: QEMU
 * lowers the line at an access, before the guest ends the interrupt.
 */
export const ACTIVE_PENDING_STORM: KnownBug = {
  name: 'active-pending-storm',
  title: 'A level interrupt made pending while active: its end is never seen, the line stays up',
  introducedIn: null,
  fixedIn: 'Linux 4.16',
  violates: 'no-storm',
  // Something has to take the vCPU out of the guest while the interrupt is active.
  needs: { mmap: 'off' },
  source:
    'Linux 67b5b673ad4d "KVM: arm/arm64: vgic: Disallow Active+Pending for level interrupts" (2018; that 4.16 is the ' +
    'first release with it is not verified)',
};

/** The end of an interrupt comes before its threaded handler has looked at the device. */
export const ONESHOT_RESAMPLE: KnownBug = {
  name: 'oneshot-resample',
  title:
    'A threaded ONESHOT handler: the resampler unmasks at the end of the interrupt, before the thread clears it',
  introducedIn: null,
  fixedIn: null,
  violates: 'no-spurious',
  needs: { handlerContext: 'threaded' },
  source:
    'D. Maluka, "KVM: Fix oneshot interrupts forwarding" (2022, x86 only); trace P1-gicv2-irqfd-on-threaded-oneshot',
};

/** An interrupt that comes before the machine is reset is forgotten by the guest's distributor, not by the host's. */
export const BOOT_WEDGE: KnownBug = {
  name: 'boot-wedge',
  title:
    'A line that is up before the machine is reset is masked at the host for ever (runs with start=reset)',
  introducedIn: 'QEMU 2.4',
  fixedIn: null,
  violates: 'no-lost-interrupt',
  needs: { start: 'reset' },
  source:
    'trace P7-gicv2-irqfd-on-asserted-before-boot-noquiesce (that the reset clears an edge latch is inferred); ' +
    'tiiuae/ghaf patches 0005 and 0006',
};

/** What is wrong, or was, with handling platform interrupts in QEMU. */
export const USERSPACE_BUGS: readonly KnownBug[] = [
  {
    name: 'early-eoi',
    title: 'The first access is taken for the end of the interrupt although the device still asserts',
    introducedIn: 'QEMU 2.4',
    fixedIn: null,
    violates: 'no-spurious',
    source: 'QEMU hw/vfio/platform.c vfio_platform_eoi; trace P2-gicv2-irqfd-off-t1100-readfirst',
  },
  {
    name: 'wrong-interrupt-eoi',
    title: 'An access ends the first ACTIVE interrupt of the device, whichever register it was for',
    introducedIn: 'QEMU 2.4',
    fixedIn: null,
    violates: 'no-wrong-end',
    needs: { lines: 2 },
    source: 'QEMU hw/vfio/platform.c vfio_platform_eoi; trace C1-gicv2-two-irqs-irqfd-off-t1100-readfirst',
  },
  {
    name: 'queued-twice',
    title: 'A queued interrupt that is signalled again is injected at once and again from the queue',
    introducedIn: 'QEMU 2.4',
    fixedIn: null,
    violates: 'no-double-injection',
    needs: {
      lines: 2,
      trigger: 'edge',
      guestTrigger: 'edge',
      handler: 'write-first',
      accesses: 1,
      mmap: 'off',
      mmapTimeoutMs: 0,
    },
    source:
      'QEMU hw/vfio/platform.c vfio_intp_interrupt; trace H1-gicv2-edge-two-irqs-head-of-line-irqfd-off',
  },
];
