import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { ChangingIrqfd } from '../kernel/irqfd-assign.ts';
import type { UnmaskEventfd } from '../kernel/vfio-unmask-eventfd.ts';
import { OTHER_VCPU_THREAD } from '../parties.ts';
import type { ChangingFdHandler } from './main-loop.ts';

const FILE = 'QEMU hw/vfio/pci.c';

/** QEMU's own handling of the interrupt. */
export interface UserspaceIntx {
  readonly fdHandler: ChangingFdHandler;
  /** `vdev->intx.pending`; QEMU's line is high exactly then. */
  readonly pending: Field;
  readonly lowerLine: Procedure;
}

/** What the change from one handling to the other is wired to. */
export interface IntxKvmWiring {
  /** Null where QEMU never comes to handle an interrupt, as it has the BQL from one change to the next. */
  readonly userspace: UserspaceIntx | null;
  readonly irqfd: ChangingIrqfd;
  readonly unmaskEventfd: UnmaskEventfd;
  /** The mask and unmask of ioctl(VFIO_DEVICE_SET_IRQS). */
  readonly mask: Procedure;
  readonly unmask: Procedure;
  /** Whether the change ends with an unmask. */
  readonly unmasksLast: boolean;
}

/**
 * From QEMU's handling to an irqfd of KVM. Nobody listens while the function is masked; at the end it is unmasked, and an
 * interrupt that came meanwhile is sent again.
 * Source: QEMU hw/vfio/pci.c `vfio_intx_enable_kvm` (7.2).
 */
export function vfioIntxEnableKvm(wiring: IntxKvmWiring): Procedure {
  const { userspace, irqfd } = wiring;
  return procedure<string>(OTHER_VCPU_THREAD, 'vfio_intx_enable_kvm', {
    ...(userspace === null ? {} : { 'drop-fd-handler': setHandler(userspace, 0) }),
    'mask-before-enable': mask('vfio_intx_enable_kvm', wiring),
    ...(userspace === null ? {} : settle('vfio_intx_enable_kvm', userspace)),
    'kvm-irqfd': {
      at: `${FILE} vfio_intx_enable_kvm (kvm_irqchip_add_irqfd_notifier_gsi)`,
      call: irqfd.assign,
    },
    'set-unmask-eventfd': {
      ...setIrqs(`${FILE} vfio_intx_enable_kvm (vfio_set_irq_signaling: ACTION_UNMASK, the eventfd)`),
      call: wiring.unmaskEventfd.enable,
    },
    ...unmask('vfio_intx_enable_kvm', wiring),
    'kvm-enabled': {
      at: `${FILE} vfio_intx_enable_kvm (intx.kvm_accel = true)`,
      emits: ['qemu:vfio_intx_enable_kvm (0000:00:10.0) KVM INTx accel enabled'],
    },
  });
}

/**
 * And back. The line is QEMU's to lower only if QEMU raised it, which it has not: `pci_irq_deassert` does nothing.
 * Source: QEMU hw/vfio/pci.c `vfio_intx_disable_kvm` (7.2).
 */
export function vfioIntxDisableKvm(wiring: IntxKvmWiring): Procedure {
  const { userspace, irqfd } = wiring;
  return procedure<string>(OTHER_VCPU_THREAD, 'vfio_intx_disable_kvm', {
    'mask-before-disable': mask('vfio_intx_disable_kvm', wiring),
    'kvm-irqfd-deassign': {
      at: `${FILE} vfio_intx_disable_kvm (kvm_irqchip_remove_irqfd_notifier_gsi)`,
      call: irqfd.deassign,
    },
    'cleanup-unmask-notifier': {
      at: `${FILE} vfio_intx_disable_kvm (event_notifier_cleanup: closes the unmask eventfd)`,
      call: wiring.unmaskEventfd.close,
    },
    ...(userspace === null ? {} : { 'set-fd-handler': setHandler(userspace, 1) }),
    ...unmask('vfio_intx_disable_kvm', wiring),
    'kvm-disabled': {
      at: `${FILE} vfio_intx_disable_kvm (intx.kvm_accel = false)`,
      emits: ['qemu:vfio_intx_disable_kvm (0000:00:10.0) KVM INTx accel disabled'],
    },
  });
}

function setHandler({ fdHandler }: UserspaceIntx, watched: 0 | 1): Step {
  const what = watched === 1 ? 'vfio_intx_disable_kvm' : 'vfio_intx_enable_kvm';
  return {
    at: `${FILE} ${what} (qemu_set_fd_handler${watched === 1 ? ': vfio_intx_interrupt' : ': none'})`,
    cost: 'deviceModel',
    do: (s) => {
      s[fdHandler.watched] = watched;
      s[fdHandler.revents] = 0;
    },
  };
}

function mask(caller: string, wiring: IntxKvmWiring): Step {
  return {
    ...setIrqs(`${FILE} ${caller} (vfio_mask_single_irqindex: DATA_NONE, MASK)`),
    call: wiring.mask,
  };
}

/** Nothing is awaited any more, and QEMU's line is down. */
function settle(caller: string, { pending, lowerLine }: UserspaceIntx): Record<string, Step> {
  return {
    'forget-pending': {
      at: `${FILE} ${caller} (intx.pending = false; pci_irq_deassert)`,
      cost: 'deviceModel',
      do: (s) => {
        if (s[pending] === 0) return 'kvm-irqfd';
        s[pending] = 0;
        return undefined;
      },
      call: lowerLine,
    },
  };
}

function unmask(caller: string, wiring: IntxKvmWiring): Record<string, Step> {
  const label = caller === 'vfio_intx_enable_kvm' ? 'unmask-after-enable' : 'unmask-after-disable';
  if (!wiring.unmasksLast) return {};
  return {
    [label]: {
      ...setIrqs(`${FILE} ${caller} (vfio_unmask_single_irqindex: DATA_NONE, UNMASK)`),
      call: wiring.unmask,
    },
  };
}

function setIrqs(at: string): Step {
  return { at, cost: 'setIrqsIoctl', emits: ['syscalls:sys_enter_ioctl cmd=VFIO_DEVICE_SET_IRQS'] };
}
