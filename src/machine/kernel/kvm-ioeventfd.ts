import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';

/** The two addresses at which a transitional virtio-pci device is notified. */
export interface NotifyAddresses {
  /** In memory: registered without length and value, on the fast bus too. */
  readonly memory: number;
  /** A port: registered with the number of the queue as value. */
  readonly port: number;
  /** Which of the two the guest's driver uses. */
  readonly used: 'memory' | 'port';
  /** The number of the queue; 0 if left out. */
  readonly queueIndex?: number;
}

/**
 * The ioctls that put the ioeventfds of one queue on KVM's buses or take them away, memory before ports, as both are
 * parts of one update of QEMU's memory regions. Each copies the bus and waits until nobody uses the old one, who may be a
 * vCPU that has found the ioeventfd: `reader`, null if no guest runs meanwhile.
 * Source: Linux virt/kvm/eventfd.c `kvm_ioeventfd`, virt/kvm/kvm_main.c `kvm_io_bus_register_dev`,
 * `kvm_io_bus_unregister_dev` (synchronize_srcu_expedited; 6.12), QEMU accel/kvm/kvm-all.c `kvm_set_ioeventfd_mmio`,
 * `kvm_set_ioeventfd_pio` (7.2); ftrace-setup and QEMU traces of X1-blk-ioeventfd-on and X2-blk-iothread.
 */
export function kvmIoeventfd(
  assigned: Field,
  { memory, port, used, queueIndex = 0 }: NotifyAddresses,
  assign: 0 | 1,
  reader: Field | null = null,
): Procedure {
  const name = assign === 1 ? 'kvm_assign_ioeventfd' : 'kvm_deassign_ioeventfd';
  const verb = assign === 1 ? 'assign' : 'deassign';
  const ioctl = (bus: 'mmio' | 'pio', address: number): Step<never> => ({
    at: `Linux virt/kvm/eventfd.c ${name} (KVM_${bus.toUpperCase()}_BUS)`,
    cost: 'ioeventfdIoctl',
    emits: [
      `qemu:kvm_set_ioeventfd_${bus} @0x${address.toString(16)} val=0x${queueIndex.toString(16)} assign: ${String(assign)} ${bus === 'mmio' ? 'size: 0 match: 0' : 'size: 2 match: 1'}`,
      'syscalls:sys_enter_ioctl cmd=KVM_IOEVENTFD',
    ],
    ...(used === (bus === 'mmio' ? 'memory' : 'port')
      ? {
          do: (s) => {
            s[assigned] = assign;
          },
        }
      : {}),
  });
  return procedure<string>(KVM, name, {
    [`${verb}-ioeventfd-memory`]: ioctl('mmio', memory),
    [`${verb}-ioeventfd-port`]: ioctl('pio', port),
    ...(reader === null || assign === 1
      ? {}
      : {
          'wait-for-bus-readers': {
            at: 'Linux virt/kvm/kvm_main.c kvm_io_bus_unregister_dev (synchronize_srcu_expedited)',
            when: (s: State) => s[reader] === 0,
          },
        }),
  });
}

/**
 * The ioctls for the guest notifier of one queue with MSI-X: a route for its message, and the irqfd; or the irqfd's end.
 * Deliveries while it is not there are not modelled, as there are none: the device has been drained.
 * Source: QEMU hw/virtio/virtio-pci.c `kvm_virtio_pci_vector_vq_use`, `kvm_virtio_pci_vector_vq_release` (7.2);
 * traces as above.
 */
export function kvmIrqfd(assign: 0 | 1): Procedure {
  return guestNotifierIoctls(assign, { device: 'virtio-blk-pci', vector: 1, virq: 2 }, false);
}

/**
 * The same for the transmit queue of a network card that can mask its guest notifier itself: the irqfd is there before the
 * vector is looked at. Source: QEMU hw/virtio/virtio-pci.c `kvm_virtio_pci_vector_vq_use`, `virtio_pci_one_vector_unmask`
 * (7.2); trace X3-net-vhost-on.
 */
export function kvmMaskableIrqfd(assign: 0 | 1): Procedure {
  return guestNotifierIoctls(assign, { device: 'virtio-net-pci', vector: 2, virq: 24 }, true);
}

function guestNotifierIoctls(
  assign: 0 | 1,
  { device, vector, virq }: { readonly device: string; readonly vector: number; readonly virq: number },
  irqfdFirst: boolean,
): Procedure {
  const routing = (what: string): Step<never> => ({
    at: 'Linux virt/kvm/irqchip.c kvm_set_irq_routing (KVM_SET_GSI_ROUTING)',
    cost: 'ioeventfdIoctl',
    emits: [
      `qemu:kvm_irqchip_${what}`,
      'qemu:kvm_irqchip_commit_routes',
      'syscalls:sys_enter_ioctl cmd=KVM_SET_GSI_ROUTING',
    ],
  });
  const irqfd: Step<never> = {
    at: `Linux virt/kvm/eventfd.c ${assign === 1 ? 'kvm_irqfd_assign' : 'kvm_irqfd_deassign'}`,
    cost: 'ioeventfdIoctl',
    emits: [
      'syscalls:sys_enter_ioctl cmd=KVM_IRQFD',
      ...(assign === 1 ? [] : [`qemu:kvm_irqchip_release_virq virq ${String(virq)}`]),
    ],
  };
  if (assign === 0) return procedure<string>(KVM, 'kvm_irqfd_deassign', { 'deassign-irqfd': irqfd });
  const add = routing(`add_msi_route dev ${device} vector ${String(vector)} virq ${String(virq)}`);
  const update = { 'update-msi-route': routing(`update_msi_route Updating MSI route virq=${String(virq)}`) };
  return procedure<string>(KVM, 'kvm_irqfd_assign', {
    'add-msi-route': add,
    ...(irqfdFirst ? { 'assign-irqfd': irqfd, ...update } : { ...update, 'assign-irqfd': irqfd }),
  });
}
