import type { KnownBug, PathSettings } from './path.ts';

/** A level and an edge line, and as little else as can be: only an edge is signalled again while it is queued. */
const MIXED_LINES: PathSettings = {
  lines: 2,
  trigger: 'mixed',
  guestTrigger: 'mixed',
  handler: 'write-first',
  accesses: 1,
  mmap: 'off',
  mmapTimeoutMs: 0,
};

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

/**
 * Every line that is masked interrupts a second time, and the second exception masks it at the GIC (traces P1, P2). A vCPU on another CPU that has the device served and the line unmasked before that exception has looked at
 * the flag makes a new interrupt of it, behind which there is nothing.
 */
export const LAZY_DISABLE_PLATFORM: KnownBug = {
  name: 'lazy-disable',
  title:
    'disable_irq_nosync only sets a flag: the second exception may find the line enabled again, with nothing behind it',
  introducedIn: null,
  fixedIn: null,
  violates: 'no-spurious',
  needsHost: { irqCpu: 1 },
  source:
    'Linux kernel/irq/chip.c __irq_disable, handle_fasteoi_irq; drivers/vfio/platform/vfio_platform_irq.c sets no ' +
    'IRQ_DISABLE_UNLAZY in any version that was read (vfio-pci does since 8b9f1289, 2025). The second exception is in ' +
    'traces P1 and P2; that it is late enough to be taken for a new interrupt was found by exploring and is in none',
};

/** A write that is posted is behind the end of the interrupt, which goes another way. */
export const EOI_BEFORE_WRITE: KnownBug = {
  name: 'eoi-before-write',
  title:
    "The guest ends the interrupt before its clearing write is at the device: the line, unmasked, is still up (off: a barrier in the guest's gic_eoi_irq)",
  introducedIn: null,
  fixedIn: null,
  violates: 'no-spurious',
  needs: { postedWrites: 'on' },
  source:
    'L. Yan proposed a wmb in gic_eoi for it, by mail; that it was not merged is from memory, unverified. No trace shows it',
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

/**
 * An edge that comes while the interrupt is on its vCPU's list is noted and nobody is told. An edge has no maintenance
 * interrupt at its end, so that a guest that stays in guest mode never sees it. Needs a signaller on another CPU than
 * the vCPU's: a physical interrupt there takes the guest out anyway.
 */
const QUEUED_EDGE_UNSEEN: KnownBug = {
  name: 'queued-edge-unseen',
  title: 'An edge that comes while the last one is in service is not seen before an unrelated exit',
  introducedIn: 'Linux 4.7',
  fixedIn: 'Linux 4.10',
  violates: 'edge-count',
  source:
    'Linux virt/kvm/arm/vgic/vgic.c vgic_queue_irq_unlock: no kick in 2016, one today for just this reason (that 4.7 ' +
    'is the first release with it and 4.10 the first without it is from memory, unverified)',
};

/** On the path through QEMU the main loop injects, from another CPU. */
const QUEUED_EDGE_UNSEEN_USERSPACE: KnownBug = {
  ...QUEUED_EDGE_UNSEEN,
  needs: {
    trigger: 'edge',
    guestTrigger: 'edge',
    guest: 'busy',
    handler: 'write-first',
    accesses: 1,
    mmapTimeoutMs: 0,
  },
};

/** With irqfd the hard interrupt injects. */
export const QUEUED_EDGE_UNSEEN_IRQFD: KnownBug = {
  ...QUEUED_EDGE_UNSEEN,
  needs: { trigger: 'edge', guestTrigger: 'edge', guest: 'busy' },
  needsHost: { irqCpu: 1 },
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
    needs: MIXED_LINES,
    source:
      'QEMU hw/vfio/platform.c vfio_intp_interrupt; trace H1-gicv2-edge-two-irqs-head-of-line-irqfd-off',
  },
  {
    name: 'head-of-line',
    title:
      "An ACTIVE interrupt whose handler makes no access holds up the device's others for ever (off: a fix that nobody " +
      'has written, an interrupt that VFIO does not mask needs no end and is INACTIVE once injected)',
    introducedIn: 'QEMU 2.4',
    fixedIn: null,
    violates: 'no-lost-interrupt',
    needs: { ...MIXED_LINES, handlerWithoutAccess: 'second' },
    source:
      'QEMU hw/vfio/platform.c vfio_intp_interrupt, vfio_platform_eoi; trace ' +
      'H1-gicv2-edge-two-irqs-head-of-line-irqfd-off',
  },
  QUEUED_EDGE_UNSEEN_USERSPACE,
  LAZY_DISABLE_PLATFORM,
];
