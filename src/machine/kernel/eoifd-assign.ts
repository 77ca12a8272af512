import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { MANAGEMENT } from '../parties.ts';
import type { AckNotifier } from './ack-notifier.ts';
import { EOIFD_AT } from './eoifd.ts';
import { ATTACHED } from './irqfd-lifetime.ts';
import type { Management } from './irqfd-lifetime.ts';
import type { LevelIrqfd } from './level-irqfd.ts';

/** What a line is given again with. */
export interface EoifdAssignWiring {
  readonly irqfd: LevelIrqfd;
  readonly notifier: AckNotifier;
  readonly stages: { readonly irqfd: Field; readonly eoifd: Field };
  readonly sourceIds: SourceIds;
  /** VFIO's unmask operation, which comes last. */
  readonly unmask: Procedure;
  /** The guest's driver lets its function interrupt again. */
  readonly enable: (s: State) => void;
}

/** The irq source ids of the VM that this line can take, and those that it has taken or leaked. */
export interface SourceIds {
  readonly taken: Field;
  readonly most: number;
}

/**
 * QEMU gives the line back to a guest that wants it again, with a new irqfd and a new eoifd: the irqfd needs an irq source id of its own.
 * When all are taken, the assignment is refused, and QEMU is left with the line. Left out: the
 * notifiers of eoifds that it has forgotten, which lower what is not up and signal nobody.
 * Source: document 003; Linux arch/x86/kvm/irq_comm.c `kvm_request_irq_source_id` (-EFAULT); QEMU hw/vfio/pci.c
 * `vfio_intx_enable_kvm` for the order.
 */
export function assignAgain(
  { irqfd, notifier, stages, sourceIds: { taken, most }, unmask, enable }: EoifdAssignWiring,
  { asked, takenBack }: Management,
): Record<string, Step> {
  return {
    'assign-irqfd': {
      at: `${EOIFD_AT}: KVM_IRQFD with KVM_IRQFD_FLAG_LEVEL (kvm_request_irq_source_id: -EFAULT if all ids are taken)`,
      cost: 'syscall',
      emits: ['syscalls:sys_enter_ioctl cmd=KVM_IRQFD', 'function:kvm_request_irq_source_id'],
      marks: [(s) => (s[stages.irqfd] === ATTACHED ? 'irqfd-assigned' : 'assign-refused')],
      do: (s) => {
        if (s[taken] === most) return 'refused';
        s[taken] = (s[taken] as number) + 1;
        s[stages.irqfd] = ATTACHED;
        irqfd.hook(s);
        return undefined;
      },
    },
    'assign-eoifd': {
      at: `${EOIFD_AT}: KVM_EOIFD, which shares the irqfd's source id`,
      cost: 'syscall',
      emits: ['syscalls:sys_enter_ioctl cmd=KVM_EOIFD'],
      do: (s) => {
        s[stages.eoifd] = ATTACHED;
        notifier.register(s);
      },
    },
    'unmask-last': {
      at: 'QEMU hw/vfio/pci.c vfio_intx_enable_kvm (vfio_unmask_single_irqindex)',
      cost: 'setIrqsIoctl',
      do: (s) => {
        s[takenBack] = 0;
      },
      call: unmask,
    },
    'given-back': {
      at: 'Linux drivers/net/ethernet/intel/e1000/e1000_main.c e1000_open (request_irq, e1000_irq_enable; its exits are left out)',
      do: (s) => {
        s[asked] = 0;
        enable(s);
        return 'mask-first';
      },
    },
    refused: {
      at: 'QEMU hw/vfio/pci.c vfio_intx_enable_kvm (fails: from now on QEMU handles the line)',
      rest: true,
      when: () => false,
    },
  };
}

/** What makes QEMU take the line away and give it back. */
export interface DriverReloadWiring {
  /** Whether nothing of an interrupt is under way, and the world goes on. */
  readonly mayStop: (s: State) => boolean;
  /** The guest's driver no longer lets its function interrupt. */
  readonly disable: (s: State) => void;
}

/**
 * Adds a guest that stops using the line and starts again, as for a driver that is loaded anew, or one that goes over to
 * MSI and back: no interrupt is under way then.
 */
export function addDriverReload(
  m: ModelBuilder,
  asked: Field,
  { mayStop, disable }: DriverReloadWiring,
): void {
  m.process(
    'operator',
    { kind: 'hardware' },
    procedure(MANAGEMENT, 'driver reload', {
      'stop-using-line': {
        at: 'Linux drivers/net/ethernet/intel/e1000/e1000_main.c e1000_close (e1000_irq_disable, free_irq; its exits are left out)',
        cost: 'lifetimeChange',
        rest: true,
        when: (s) => s[asked] === 0 && mayStop(s),
        do: (s) => {
          disable(s);
          s[asked] = 1;
        },
      },
    }),
  );
}

/** Whether an id is taken that the irqfd and eoifd of the line do not share. */
export function hasLeaked({ taken }: SourceIds, s: State): boolean {
  return (s[taken] as number) > 1;
}
