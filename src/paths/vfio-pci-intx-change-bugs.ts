import type { KnownBug } from './path.ts';
import { LINE_BEFORE_UNMAP } from './vfio-pci-bugs.ts';

/** How KVM takes the resampler of a GSI apart. */
export const RESAMPLER_LOWERED_LAST: KnownBug = {
  name: 'resampler-lowered-last',
  title:
    'KVM lowers the line of a resampler only after its acknowledge notifier is gone: until then nobody lowers it at an end of interrupt, and the guest is interrupted again and again',
  introducedIn: 'Linux 3.7',
  fixedIn: null,
  violates: 'no-storm',
  needs: { switching: 'disable', mmapTimeoutMs: 0, napi: 'off', accesses: 1 },
  source:
    'Linux virt/kvm/eventfd.c irqfd_resampler_shutdown (kvm_unregister_irq_ack_notifier, which waits in synchronize_srcu, then kvm_set_irq level 0); since 7a84428a (2012; that 3.7 is the first release with it is not verified). No trace shows it: inferred from the order',
};

/** What is wrong while the handling of INTx changes, or while QEMU has it. */
export const INTX_CHANGE_BUGS: readonly KnownBug[] = [
  RESAMPLER_LOWERED_LAST,
  {
    ...LINE_BEFORE_UNMAP,
    title: `${LINE_BEFORE_UNMAP.title} (switching: while QEMU handles it)`,
    needs: { switching: 'disable', mmapTimeoutMs: 0, napi: 'off', accesses: 1 },
  },
];
