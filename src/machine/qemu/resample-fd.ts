import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { QEMU_IOAPIC } from '../parties.ts';

/**
 * `kvm_resample_fd_notify`: QEMU writes the resample eventfd of an irqfd itself, since KVM without an IOAPIC never learns
 * of the end of the interrupt. `write` is the write. Source: QEMU accel/kvm/kvm-all.c (5.1 to 10.2), commit c82d9d43ed.
 */
export function kvmResampleFdNotify(gsi: number, write: Procedure): Procedure {
  return procedure(QEMU_IOAPIC, 'kvm_resample_fd_notify', {
    'resample-fd-notify': {
      at: 'QEMU accel/kvm/kvm-all.c kvm_resample_fd_notify (event_notifier_set)',
      cost: 'syscall',
      call: write,
    },
    'resample-fd-notified': {
      at: 'QEMU accel/kvm/kvm-all.c kvm_resample_fd_notify',
      emits: [`qemu:kvm_resample_fd_notify gsi ${String(gsi)}`],
    },
  });
}
