import type { State } from '../engine/state.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { eventfd, signalledBy, signalledUnread } from '../machine/kernel/eventfd.ts';
import { ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import { irqfdAtomic } from '../machine/kernel/irqfd.ts';
import { setMsiInAtomic } from '../machine/kernel/kvm-msi.ts';
import { KICK_WORK, vhostScsi } from '../machine/kernel/vhost-scsi.ts';
import { vhostPollWakeup } from '../machine/kernel/vhost-worker.ts';
import { KVM, MAIN_LOOP, VHOST, VIRTIO_PCI } from '../machine/parties.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { guestNotifierRead, isrRead, raiseIntx } from '../machine/qemu/virtio-pci-intx.ts';
import type { DeviceParts, VirtioBackend } from './virtio-backend.ts';
import type { GuestInterrupt, LineInterrupt } from './virtio-interrupt.ts';
import type { VirtioMachine } from './virtio-machine.ts';

/**
 * Adds a device that the kernel serves: QEMU has set up both eventfds, and no thread of it takes part, but where the
 * guest notifier is not an irqfd. Source: trace X3-net-vhost-on; QEMU hw/virtio/virtio-pci.c
 * `virtio_pci_set_guest_notifiers` (7.2).
 */
export function vhostBackend(
  machine: VirtioMachine,
  interrupt: GuestInterrupt,
  line: LineInterrupt | null,
  parts: DeviceParts,
): VirtioBackend {
  const { m, queue, disk, depth, vcpu, otherCpu, poolCpu } = machine;
  const notifier = eventfd(m, 'guest-notifier');
  const irqfd =
    line === null
      ? irqfdAtomic({ suffix: '', eventfd: notifier, raise: setMsiInAtomic(interrupt.lapic) })
      : undefined;
  const { signal } = signalledBy(VHOST, notifier, irqfd);
  const list = vhostScsi(m, {
    queue,
    disk,
    depth,
    workerCpu: otherCpu,
    targetCpu: poolCpu,
    signal,
    ...parts,
  });
  if (line !== null) {
    const raise = raiseIntx(line.isr, line.pciLine, VIRTIO_PCI);
    const handler = guestNotifierRead(MAIN_LOOP, notifier, raise);
    m.process(
      'main loop',
      { kind: 'thread', cpu: otherCpu },
      mainLoop(m, machine.lock, [{ suffix: '', eventfd: notifier, handler }], null),
    );
  }
  const isRung = (s: State): boolean => s[vcpu.mmioRegister] === NOTIFY_WRITE;
  const isKicked = list.isQueued(KICK_WORK);
  return {
    doorbell: {
      isRung,
      write: ioeventfdWrite({
        signal: signalledUnread(KVM, 'host-notifier', vhostPollWakeup(list, KICK_WORK)),
      }),
    },
    access: {
      isRead: (s) => s[vcpu.mmioRegister] === ISR_READ,
      read: line === null ? null : isrRead(machine.transport, line.isr, line.pciLine, VIRTIO_PCI),
      write: null,
    },
    kickHandler: 'handle-kick',
    isKickAtRest: (s) => !isKicked(s),
    isPolling: () => false,
    isCallAtRest: (s) => s[notifier.count] === 0,
  };
}
