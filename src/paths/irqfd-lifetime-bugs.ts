import type { KnownBug } from './path.ts';

/** The order in which the resampler of today is taken apart. Both proposals are taken to have done the same. */
export const LOWERED_LAST: KnownBug = {
  name: 'lowered-last',
  title:
    'The line is lowered only after the acknowledge notifier is gone: until then the guest is interrupted again and again',
  introducedIn: null,
  fixedIn: null,
  violates: 'no-storm',
  needs: { lifetime: 'deassign' },
  source:
    'Linux virt/kvm/eventfd.c irqfd_resampler_shutdown (kvm_unregister_irq_ack_notifier, which waits in ' +
    'synchronize_srcu, then kvm_set_irq level 0); that the proposals of 2012 would have done it in this order is assumed',
};

/** What is wrong with two objects for one line. */
export const EOIFD_BUGS: readonly KnownBug[] = [
  {
    name: 'eoifd-first',
    title: 'QEMU takes the eoifd away before the irqfd: between the two calls nobody lowers the line',
    introducedIn: null,
    fixedIn: null,
    violates: 'no-storm',
    needs: { lifetime: 'deassign' },
    source:
      'a VFIO driver of QEMU that used KVM_EOIFD: vfio_disable_intx_kvm calls KVM_EOIFD, then KVM_IRQFD; that nobody ' +
      'lowers the line in between is inferred',
  },
  {
    name: 'forgotten-close',
    title: 'QEMU closes the irqfd and forgets the eoifd, which keeps the irq source id of both',
    introducedIn: null,
    fixedIn: null,
    violates: 'no-leaked-source-id',
    needs: { lifetime: 'close-irqfd' },
    source:
      'LKML 2012-07-24 [PATCH v7 2/2] "the reference counting of the _irq_source object allowing us to share it with an ' +
      'irqfd and cleanup regardless of the release order"; Linux arch/x86/kvm kvm_request_irq_source_id: BITS_PER_LONG ids (with lifetime=reassign they run out, and KVM_IRQFD is refused)',
  },
  LOWERED_LAST,
];

/** What is wrong with one object. */
export const DEASSERT_ON_ACK_BUGS: readonly KnownBug[] = [
  {
    name: 'vfio-loses-its-eventfd',
    title:
      'KVM keeps the context of deassert_eventfd and not its file: when QEMU closes it, VFIO lets go of it and nobody unmasks',
    introducedIn: null,
    fixedIn: null,
    violates: 'unmasked',
    needs: { lifetime: 'close-deassert' },
    source:
      'document 003 says "we can keep reference to it from irqfd", not of which kind; a resamplefd is kept as ' +
      'eventfd_ctx_fdget (Linux virt/kvm/eventfd.c kvm_irqfd_assign); drivers/vfio/virqfd.c virqfd_wakeup (EPOLLHUP). Inferred',
  },
  LOWERED_LAST,
];
