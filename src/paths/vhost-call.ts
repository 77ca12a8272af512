import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { eventfd } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { MAIN_LOOP } from '../machine/parties.ts';
import type { EmulatedAccess } from '../machine/qemu/emulating-vcpu-thread.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { guestNotifierRead } from '../machine/qemu/virtio-pci-intx.ts';
import type { CallTarget } from './virtio-call-target.ts';
import type { VirtioCore } from './virtio-machine.ts';

/** How who serves a queue outside of QEMU interrupts the guest. */
export interface VhostCall {
  /** The call eventfd. */
  readonly notifier: Eventfd;
  /** What runs inside its signal; undefined if QEMU's main loop reads it. */
  readonly wakeup: Procedure | undefined;
  /** Whether it is there; undefined if it always is. */
  readonly isAttached: ((s: State) => boolean) | undefined;
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds the guest notifier of a queue that QEMU does not serve: an irqfd where the guest uses messages; for a line QEMU's
 * main loop reads it and raises the line. Source: QEMU hw/virtio/virtio-pci.c `virtio_pci_set_guest_notifiers`,
 * hw/virtio/virtio-mmio.c `virtio_mmio_set_guest_notifier` (7.2).
 */
export function vhostCall({ m, lock }: VirtioCore, target: CallTarget, mainLoopCpu: number): VhostCall {
  const notifier = eventfd(m, 'guest-notifier');
  const isRead = (s: State): boolean => s[notifier.count] === 0;
  if (target.kind === 'message') {
    const irqfd = target.irqfd(notifier);
    const { wakeup, isAttached } = irqfd;
    // Of an irqfd that is assigned when something has come the eventfd is not read.
    const isAtRest = (s: State): boolean => (isAttached !== undefined || isRead(s)) && irqfd.isAtRest(s);
    return { notifier, wakeup, isAttached, isAtRest };
  }
  const handler = guestNotifierRead(MAIN_LOOP, notifier, target.raise);
  m.process(
    'main loop',
    { kind: 'thread', cpu: mainLoopCpu },
    mainLoop(m, lock, [{ suffix: '', eventfd: notifier, handler }], null),
  );
  return { notifier, wakeup: undefined, isAttached: undefined, isAtRest: isRead };
}

/** What is left for QEMU in the vCPU thread: registers that have to do with a line. */
export function vhostAccess({ vcpu }: VirtioCore, target: CallTarget): EmulatedAccess {
  const isLine = target.kind === 'line';
  return {
    isRead: (s) => s[vcpu.mmioRegister] === ISR_READ,
    read: isLine ? target.read : null,
    write: isLine && target.write !== null ? target.write(null, false) : null,
  };
}
