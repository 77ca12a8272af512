import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import { ackNotifier } from './ack-notifier.ts';
import { ATTACHED, CLOSING, GONE, stageField } from './irqfd-lifetime.ts';
import { levelIrqfd, released } from './level-irqfd.ts';
import type { LevelIrqfd, LevelIrqfdWiring } from './level-irqfd.ts';

const FILE = 'Linux virt/kvm/eventfd.c';
/** KVM_IRQFD_RESAMPLE_IRQ_SOURCE_ID, the one of all resampling irqfds. */
const SOURCE_ID = 1;

/** What an irqfd with a resampler is wired to that is assigned and taken away while the device runs. */
export interface ChangingIrqfdWiring {
  readonly held: HeldIrqfd;
  readonly gsi: number;
  /** `kvm_set_irq` with level 0 at the guest's end of interrupt, and when the resampler goes. */
  readonly lower: Procedure;
  /** Null if the pin that it then holds is one that the guest has masked. */
  readonly lowerAtShutdown: Procedure | null;
  /** Signals the resample eventfd. */
  readonly resample: Procedure;
  /** Known bug: the line is lowered only when the notifier is gone already. */
  readonly loweredLast: boolean;
  /** Whether the assignment looks for a signal that came before it. */
  readonly polls: boolean;
  /** CPU of the worker that cleans up. */
  readonly cleanupCpu: number;
}

/** An irqfd that comes and goes, as far as the way to the guest goes. */
export interface HeldIrqfd {
  readonly irqfd: LevelIrqfd;
  readonly stage: Field;
  readonly startsGone: boolean;
}

/** An irqfd that comes and goes. */
export interface ChangingIrqfd {
  /** Run by KVM at the guest's end of interrupt. */
  readonly acked: Procedure;
  /** ioctl(KVM_IRQFD), and the same with KVM_IRQFD_FLAG_DEASSIGN, which waits until KVM has let go. */
  readonly assign: Procedure;
  readonly deassign: Procedure;
}

/** Adds the irqfd and the worker that injects for it. */
export function heldIrqfd(
  m: ModelBuilder,
  wiring: Pick<LevelIrqfdWiring, 'eventfd' | 'raise' | 'gsi' | 'cpu'>,
  startsGone: boolean,
): HeldIrqfd {
  const stage = stageField(m, 'irqfd', startsGone ? GONE : ATTACHED);
  return {
    stage,
    startsGone,
    irqfd: levelIrqfd(m, { ...wiring, sourceId: SOURCE_ID, stage, startsGone }),
  };
}

/**
 * Adds how it is assigned and taken away: its resampler, and the worker that takes both apart.
 * Source: Linux virt/kvm/eventfd.c `kvm_irqfd_assign`, `kvm_irqfd_deassign`, `irqfd_shutdown`,
 * `irqfd_resampler_shutdown` (6.12).
 */
export function changingIrqfd(m: ModelBuilder, wiring: ChangingIrqfdWiring): ChangingIrqfd {
  const { gsi, held } = wiring;
  const { stage, irqfd, startsGone } = held;
  const notifier = ackNotifier(m, {
    name: 'resampler',
    at: `${FILE} irqfd_resampler_ack`,
    lower: wiring.lower,
    notify: wiring.resample,
    gsi,
    sourceId: SOURCE_ID,
    stage,
    startsGone,
  });
  const lower: Record<string, Step> = {
    'lower-resampled-line': {
      at: `${FILE} irqfd_resampler_shutdown (kvm_set_irq level 0)`,
      emits: ['function:kvm_set_irq'],
      ...(wiring.lowerAtShutdown ? { call: wiring.lowerAtShutdown } : {}),
    },
  };
  const shutdown = procedure<string>(KVM, 'irqfd_shutdown', {
    ...irqfd.unhook(true),
    ...(wiring.loweredLast ? {} : lower),
    ...notifier.unregister(true),
    ...(wiring.loweredLast ? lower : {}),
    ...released('irqfd', stage, `${FILE} irqfd_shutdown (kfree)`),
  });
  m.process(
    'kworker cleanup',
    { kind: 'thread', cpu: wiring.cleanupCpu },
    procedure(KVM, 'irqfd_cleanup_wq', {
      'shut-down-irqfd': {
        at: `${FILE} irqfd_shutdown (kworker of irqfd_cleanup_wq)`,
        cost: 'workqueue',
        rest: true,
        emits: ['workqueue:workqueue_execute_start function irqfd_shutdown'],
        when: (s) => s[stage] === CLOSING,
        call: shutdown,
      },
    }),
  );
  return {
    acked: notifier.acked,
    assign: procedure<string>(KVM, 'kvm_irqfd_assign', {
      'assign-irqfd': {
        at: `${FILE} kvm_irqfd_assign (KVM_IRQFD_FLAG_RESAMPLE)`,
        cost: 'syscall',
        emits: ['syscalls:sys_enter_ioctl cmd=KVM_IRQFD'],
        do: (s) => {
          s[stage] = ATTACHED;
        },
      },
      'register-notifier': {
        at: `${FILE} kvm_irqfd_assign (kvm_register_irq_ack_notifier, synchronize_srcu)`,
        cost: 'gracePeriod',
        do: (s) => {
          notifier.register(s);
        },
      },
      'poll-trigger': {
        at: `${FILE} kvm_irqfd_assign (vfs_poll: hooks the waiter; EPOLLIN: schedule_work)`,
        cost: 'eventfdRead',
        do: (s) => {
          irqfd.hook(s, wiring.polls);
        },
      },
    }),
    deassign: procedure<string>(KVM, 'kvm_irqfd_deassign', {
      'deassign-irqfd': {
        at: `${FILE} kvm_irqfd_deassign (irqfd_deactivate: queues the shutdown)`,
        cost: 'syscall',
        emits: ['syscalls:sys_enter_ioctl cmd=KVM_IRQFD'],
        do: (s) => {
          s[stage] = CLOSING;
        },
      },
      'flush-irqfd': {
        at: `${FILE} kvm_irqfd_deassign (flush_workqueue(irqfd_cleanup_wq))`,
        when: (s) => s[stage] === GONE,
      },
    }),
  };
}
