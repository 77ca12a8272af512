import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';

/**
 * What KVM does when a guest writes to the address of an ioeventfd: it signals the eventfd in the vCPU thread, inside
 * the exit; the value written is dropped. Whoever waits by callback runs right there.
 * Source: Linux virt/kvm/eventfd.c `ioeventfd_write` (6.12); trace X1-blk-ioeventfd-on.
 */
export function ioeventfdWrite({ signal }: { readonly signal: Procedure }): Procedure {
  return procedure(KVM, 'ioeventfd_write', {
    'ioeventfd-write': {
      at: 'Linux virt/kvm/eventfd.c ioeventfd_write',
      emits: ['function:ioeventfd_write'],
      call: signal,
    },
  });
}
