/** Something that a run can come to, told by a mark of the step that does it. */
export interface Outcome {
  readonly title: string;
  readonly mark: string;
}

/** What `explore --reach` can be asked for. */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'spurious-guest-interrupt': { title: "the guest's handler finds nothing to do", mark: 'spurious' },
  'lowered-by-clearing-access': {
    title: 'the access that clears the device lowers the line as well, before the guest takes it again',
    mark: 'eoi-by:write',
  },
  'regions-mapped-again': { title: 'the mmap timer maps the regions again', mark: 'fast-path-on' },
  'stay-slow': { title: 'the mmap timer finds an interrupt still ACTIVE', mark: 'stay-slow' },
  'forwarding-assigned': { title: 'a line is forwarded while it runs', mark: 'forward-assigned' },
  'forwarding-refused': {
    title: 'a line is not forwarded, as its interrupt is active (-EAGAIN)',
    mark: 'forward-refused',
  },
  'signalled-again': {
    title: 'an unmask finds the device still asserting, and VFIO signals again without a host interrupt',
    mark: 'resignal',
  },
  'sent-again-at-eoi': {
    title: 'the line is up again, or still, at the end of the interrupt, and KVM sends it once more',
    mark: 'sent-again-at-eoi',
  },
  'paused-at-eoi': {
    title:
      'the line is still up after so many ends of interrupt in a row that the IOAPIC waits before it sends again',
    mark: 'paused-at-eoi',
  },
  'held-assertion-sent': {
    title: 'an assertion that was held at the IOAPIC pin is sent, as when the guest unmasks it',
    mark: 'held-assertion-sent',
  },
  'stale-view': {
    title: "an access that trapped is served through QEMU's old view of the memory, unseen by vfio",
    mark: 'stale-view',
  },
  'host-irq-none': {
    title: "the host's handler finds that its function does not assert (IRQ_NONE)",
    mark: 'host-irq-none',
  },
  'edges-merged-in-eventfd': {
    title:
      'QEMU has not read the eventfd yet when it is signalled again: one injection for any number of edges',
    mark: 'merged-in-eventfd',
  },
  'edges-merged-in-vgic': {
    title:
      'the guest has not taken an edge yet when the next is injected: one interrupt for any number of edges',
    mark: 'merged-in-vgic',
  },
  'irqfd-refused': {
    title: 'a level irqfd is not assigned, as no irq source id is left (-EFAULT)',
    mark: 'assign-refused',
  },
  'in-kernel-fault': {
    title: 'an access only maps the region and is issued again',
    mark: 'stage2-fault',
  },
};
