import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';

/** What tells whoever waits for an eventfd. */
interface Signal {
  readonly signal: Procedure;
}

/**
 * What KVM does when a guest writes to the address of an ioeventfd: it signals the eventfd in the vCPU thread, inside
 * the exit; the value written is dropped. Whoever waits by callback runs right there.
 * Source: Linux virt/kvm/eventfd.c `ioeventfd_write` (6.12); trace X1-blk-ioeventfd-on.
 */
export function ioeventfdWrite({ signal }: Signal): Procedure {
  return procedure(KVM, 'ioeventfd_write', {
    'ioeventfd-write': {
      at: 'Linux virt/kvm/eventfd.c ioeventfd_write',
      emits: ['function:ioeventfd_write'],
      call: signal,
    },
  });
}

/**
 * The same for two addresses next to each other, each with an eventfd of its own; `isSecond` says which is written to.
 * Source: Linux virt/kvm/kvm_main.c `kvm_io_bus_get_first_dev`, virt/kvm/eventfd.c `ioeventfd_write` (6.12).
 */
export function ioeventfdOfTwo(first: Signal, second: Signal, isSecond: (s: State) => boolean): Procedure {
  const at = 'Linux virt/kvm/eventfd.c ioeventfd_write';
  const emits = ['function:ioeventfd_write'];
  return procedure<string>(KVM, 'ioeventfd_write', {
    'find-device': {
      at: 'Linux virt/kvm/kvm_main.c kvm_io_bus_get_first_dev',
      do: (s) => (isSecond(s) ? 'ioeventfd-write-second' : undefined),
      local: true,
    },
    'ioeventfd-write': { at, emits, call: first.signal },
    'ioeventfd-written': { at, do: () => RETURN, local: true },
    'ioeventfd-write-second': { at, emits, call: second.signal },
  });
}

/**
 * The same for an ioeventfd that may be taken away meanwhile: who does that waits until `reader`, which is set when the
 * ioeventfd is found, is clear again. Source: Linux virt/kvm/kvm_main.c `kvm_io_bus_unregister_dev`
 * (synchronize_srcu_expedited; 6.12).
 */
export function ioeventfdWriteUnderSrcu(signal: Signal, reader: Field): Procedure {
  return procedure<string>(KVM, 'kvm_io_bus_write', {
    'bus-reader-writes': {
      at: 'Linux virt/kvm/kvm_main.c kvm_io_bus_write (under kvm->srcu)',
      call: ioeventfdWrite(signal),
    },
    'bus-reader-done': {
      at: 'Linux arch/x86/kvm/x86.c vcpu_run (kvm_vcpu_srcu_read_unlock)',
      do: (s) => {
        s[reader] = 0;
      },
    },
  });
}
