import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { vectorChange } from '../machine/guest/msix-vector.ts';
import type { GuestTask } from '../machine/guest/x86-edge-guest.ts';
import { writtenBy } from '../machine/kernel/eventfd.ts';
import { maskableCall } from '../machine/kernel/vhost-masked-call.ts';
import { lockingWorker } from '../machine/kernel/vhost-vq-mutex.ts';
import type { LockingWorker } from '../machine/kernel/vhost-vq-mutex.ts';
import { VIRTIO_PCI } from '../machine/parties.ts';
import {
  MASK_QUEUE_VECTOR,
  UNMASK_QUEUE_VECTOR,
  writeMaskedNotifierVector,
} from '../machine/qemu/virtio-pci-vector.ts';
import type { KnownBug } from './path.ts';
import type { VhostCall } from './vhost-call.ts';
import type { VirtioNetMachine } from './virtio-net-machine.ts';

/** No release has it; it is there to show what the look at the notifier is for. */
export const MASKED_UNSEEN: KnownBug = {
  name: 'masked-notifier-unseen',
  title:
    'QEMU gives vhost the guest notifier back when the vector is unmasked, and does not look at the masked_notifier: what vhost signalled meanwhile is forgotten',
  introducedIn: null,
  fixedIn: null,
  whatIf: true,
  violates: 'no-lost-interrupt',
  needs: { vectorChange: 'mask', guest: 'busy', device: 'virtio-net' },
  source:
    'QEMU hw/virtio/virtio-pci.c virtio_pci_one_vector_unmask ("Test after unmasking to avoid losing events": guest_notifier_pending, event_notifier_set; 7.2); the look came with the masking (f1d0f15a6d, from memory, unverified)',
};

/** The vector of a queue that vhost serves, masked and unmasked by the guest. */
export interface VhostNetVector extends Pick<LockingWorker, 'addWorker'> {
  /** Signals the eventfd that vhost has at the moment. */
  readonly signal: Procedure;
  readonly task: GuestTask;
  /** What QEMU does when the guest writes vector control. */
  readonly tableWrite: Procedure;
  readonly isAtRest: (s: State) => boolean;
}

/** Adds what masks the vector; `toGuestNotifier` signals the guest notifier. */
export function vhostNetVector(
  { m, vcpu, otherCpu, traffic }: VirtioNetMachine,
  call: VhostCall,
  toGuestNotifier: Procedure,
  looks: boolean,
): VhostNetVector {
  const running = traffic.kind === 'receive' ? (): boolean => false : traffic.sender.running;
  const task = vectorChange(m, {
    vcpu,
    running,
    change: 'mask',
    registers: { mask: MASK_QUEUE_VECTOR, unmask: UNMASK_QUEUE_VECTOR },
  });
  const worker = lockingWorker(m, otherCpu);
  const { signal, masked, toMasked, toGuest } = maskableCall(m, toGuestNotifier, worker.mayLock);
  return {
    addWorker: worker.addWorker,
    signal,
    task,
    tableWrite: writeMaskedNotifierVector(vcpu.mmioRegister, {
      mask: toMasked,
      unmask: toGuest,
      pending: masked.count,
      notify: writtenBy(VIRTIO_PCI, call.notifier, call.wakeup),
      looks,
    }),
    isAtRest: (s) => s[masked.count] === 0,
  };
}
