import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { Eventfd } from './eventfd.ts';
import { pulse } from './irqfd-pulse.ts';
import { irqfdAtomic, irqfdWithWorker } from './irqfd.ts';
import type { VcpuKick } from './vgic-listed.ts';
import type { LpiInjection, VgicLpi } from './vgic-lpi.ts';

const FILE = 'Linux arch/arm64/kvm/vgic/vgic-its.c';

/** A message that KVM's ITS translates: which LPI it becomes, and whose. */
export interface ItsMessage {
  readonly lpi: VgicLpi;
  readonly vcpu: VcpuKick;
  /** The route of the message, as irqfd code numbers it. */
  readonly gsi: number;
  /** Whether the kernel keeps translations (since Linux 5.4), which can be used in any context. */
  readonly hasCache: boolean;
}

const CACHED: LpiInjection = {
  label: 'inject-cached-lpi',
  at: `${FILE} vgic_its_inject_cached_translation`,
  emits: ['function:vgic_its_inject_cached_translation'],
};

/** A translation that is looked up under its_lock, and kept where the kernel has a cache. */
function trigger(cache: Field | null): LpiInjection {
  return {
    label: 'trigger-lpi',
    at: `${FILE} vgic_its_trigger_msi (vgic_its_resolve_lpi, under its_lock)`,
    emits: ['function:kvm_set_msi', 'function:vgic_its_inject_msi'],
    ...(cache === null
      ? {}
      : {
          also: (s) => {
            s[cache] = 1;
          },
        }),
  };
}

const SET_MSI_LOW = procedure(KVM, 'kvm_set_msi(0)', {
  'set-msi-low': {
    at: 'Linux arch/arm64/kvm/vgic/vgic-irqfd.c kvm_set_msi (level 0: nothing is done)',
    emits: ['function:kvm_set_msi'],
  },
});

/** What an irqfd of a message is bound to. */
export interface ItsIrqfdWiring {
  readonly eventfd: Eventfd;
  readonly message: ItsMessage;
  /** Whether no translation is kept at first: boot, or the guest has moved or unmapped one, which forgets all. */
  readonly isCold: boolean;
  /** CPU whose worker pool translates what is not kept. */
  readonly cpu: number;
}

/**
 * Adds the irqfd of a message to a guest with an ITS: a translation that is kept is used in the context of whoever
 * signals the eventfd; one that is not is left to a worker, which may sleep on `its_lock` and keeps what it finds.
 * Returns what runs inside the signal, and the work where there can be any.
 * Source: Linux arch/arm64/kvm/vgic/vgic-irqfd.c `kvm_arch_set_irq_inatomic`, `kvm_set_msi`; vgic-its.c (6.12); trace
 * A2-gicv3-vfio-e1000e-msix-irqfd, which only has translations that are kept.
 */
export function itsIrqfd(
  m: ModelBuilder,
  { eventfd, message, isCold, cpu }: ItsIrqfdWiring,
): { readonly wakeup: Procedure; readonly work: Field | null } {
  const { lpi, vcpu, gsi, hasCache } = message;
  const raiseCached = lpi.inject(CACHED, vcpu);
  if (hasCache && !isCold)
    return { wakeup: irqfdAtomic({ suffix: '', eventfd, raise: raiseCached }), work: null };
  const cache = hasCache ? m.field('ITS translation cache', { values: ['empty', 'filled'] }) : null;
  const { wakeup, work } = irqfdWithWorker(m, {
    suffix: '',
    eventfd,
    raise: pulse({ suffix: '', gsi, raise: lpi.inject(trigger(cache), vcpu), lower: SET_MSI_LOW }),
    cpu,
    why: 'no translation without its_lock',
    wakeupEmits: [],
    injectEmits: ['function:irqfd_inject'],
  });
  if (cache === null) return { wakeup, work };
  return {
    work,
    wakeup: procedure<string>(KVM, 'irqfd_wakeup', {
      'irqfd-wakeup': {
        at: 'Linux virt/kvm/eventfd.c irqfd_wakeup',
        cost: 'irqfdWakeup',
        emits: ['function:irqfd_wakeup', 'function:kvm_arch_set_irq_inatomic'],
        do: (s) => {
          s[eventfd.count] = 0;
          return s[cache] === 1 ? undefined : 'leave-to-worker';
        },
        call: raiseCached,
      },
      'cached-lpi-injected': { at: 'Linux virt/kvm/eventfd.c irqfd_wakeup', do: () => RETURN },
      'leave-to-worker': {
        at: 'Linux virt/kvm/eventfd.c irqfd_wakeup (-EWOULDBLOCK: schedule_work)',
        emits: [
          'function:vgic_its_inject_cached_translation',
          'workqueue:workqueue_queue_work function=irqfd_inject',
        ],
        do: (s) => {
          s[work] = 1;
        },
      },
    }),
  };
}

/**
 * ioctl(KVM_SIGNAL_MSI) on a guest with an ITS: a translation that is kept is used here as well; one that is not is
 * found under its_lock in the same thread, which nobody can tell from outside.
 * Source: Linux virt/kvm/irqchip.c `kvm_send_userspace_msi`, arch/arm64/kvm/vgic/vgic-its.c `vgic_its_inject_msi`
 * (6.12); trace A1-gicv3-blk-pci-ioeventfd-off.
 */
export function signalMsiToIts({ lpi, vcpu, hasCache }: ItsMessage): Procedure {
  return procedure(KVM, 'kvm_send_userspace_msi', {
    'signal-msi': {
      at: 'Linux virt/kvm/irqchip.c kvm_send_userspace_msi (kvm_set_msi, vgic_its_inject_msi)',
      cost: 'irqLineIoctl',
      emits: [
        'syscalls:sys_enter_ioctl cmd=KVM_SIGNAL_MSI',
        'function:kvm_send_userspace_msi',
        'function:kvm_set_msi',
        'function:vgic_its_inject_msi',
      ],
      call: lpi.inject(hasCache ? CACHED : { ...trigger(null), emits: [] }, vcpu),
    },
  });
}
