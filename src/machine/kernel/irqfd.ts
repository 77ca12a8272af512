import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Observation, Procedure, Tracepoint } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { Eventfd } from './eventfd.ts';

/** What a KVM irqfd for a wired interrupt is bound to. */
export interface IrqfdWiring {
  readonly suffix: string;
  readonly eventfd: Eventfd;
  /** `kvm_vgic_inject_irq` with level 1. */
  readonly raise: Procedure;
  readonly gsi: number;
  /**
   * Whether KVM injects in the context of whoever signals the eventfd, a hard interrupt included. Kernels before
   * the change of 2020 leave it to a worker.
   */
  readonly atomic: boolean;
  /** CPU whose worker pool runs the injection when it is not atomic. */
  readonly cpu: number;
}

/**
 * Adds the irqfd and, on older kernels, the worker that injects for it. Returns what runs inside the signal.
 * Source: Linux virt/kvm/eventfd.c `irqfd_wakeup`, `irqfd_inject`; arch/arm64/kvm/vgic/vgic-irqfd.c
 * `kvm_arch_set_irq_inatomic`; trace P1.
 */
export function irqfd(m: ModelBuilder, wiring: IrqfdWiring): Procedure {
  return irqfdOfSpi(m, wiring).wakeup;
}

/** As {@link irqfd}, with the work that is queued where the injection is left to a worker; null where it is not. */
export function irqfdOfSpi(
  m: ModelBuilder,
  wiring: IrqfdWiring,
): { readonly wakeup: Procedure; readonly work: Field | null } {
  const { suffix, eventfd, raise, gsi } = wiring;
  if (wiring.atomic) return { wakeup: irqfdAtomic(wiring), work: null };
  return irqfdWithWorker(m, {
    suffix,
    eventfd,
    raise,
    cpu: wiring.cpu,
    why: 'no SPI in atomic context',
    wakeupEmits: [],
    injectEmits: [`kvm:kvm_set_irq gsi ${String(gsi)} level 1 source 1`],
  });
}

/** An irqfd that injects in the context of whoever signals it. Source: as {@link irqfd}; trace X5-split. */
export function irqfdAtomic({
  suffix,
  eventfd,
  raise,
}: Pick<IrqfdWiring, 'suffix' | 'eventfd' | 'raise'>): Procedure {
  return procedure<string>(KVM, `irqfd_wakeup${suffix}`, {
    [`irqfd-wakeup${suffix}`]: {
      at: 'Linux virt/kvm/eventfd.c irqfd_wakeup',
      cost: 'irqfdWakeup',
      emits: ['function:irqfd_wakeup', 'function:kvm_arch_set_irq_inatomic'],
      do: (s) => {
        s[eventfd.count] = 0;
      },
      call: raise,
    },
  });
}

/** What an irqfd is bound to that leaves the injection to a worker. */
export interface IrqfdWithWorkerWiring extends Pick<IrqfdWiring, 'suffix' | 'eventfd' | 'raise' | 'cpu'> {
  /** Why it cannot inject in the context of the signaller. */
  readonly why: string;
  /** What the wake-up and the worker print besides their own lines. */
  readonly wakeupEmits: readonly Tracepoint[];
  readonly injectEmits: readonly Tracepoint[];
  readonly injectMarks?: readonly Observation[];
  /** 1 while the worker injects; absent if nobody ever waits for that. */
  readonly running?: Field;
}

/** Adds an irqfd that queues its injection, and the worker. Source: as {@link irqfd}; traces X4a and X4k. */
export function irqfdWithWorker(
  m: ModelBuilder,
  wiring: IrqfdWithWorkerWiring,
): { readonly wakeup: Procedure; readonly work: Field } {
  const { suffix, eventfd, running } = wiring;
  const work = m.field(`irqfd inject work${suffix}`, { values: ['idle', 'queued'] });
  m.process(
    `kworker${suffix}`,
    { kind: 'thread', cpu: wiring.cpu },
    procedure<string>(KVM, `irqfd_inject${suffix}`, {
      [`irqfd-inject${suffix}`]: {
        at: 'Linux virt/kvm/eventfd.c irqfd_inject (kworker)',
        cost: 'workqueue',
        rest: true,
        emits: ['workqueue:workqueue_execute_start function irqfd_inject', ...wiring.injectEmits],
        ...(wiring.injectMarks ? { marks: wiring.injectMarks } : {}),
        when: (s) => s[work] === 1,
        do: (s) => {
          s[work] = 0;
          if (running !== undefined) s[running] = 1;
        },
        call: wiring.raise,
      },
      ...(running === undefined
        ? {}
        : {
            [`inject-done${suffix}`]: {
              at: 'Linux kernel/workqueue.c process_one_work (irqfd_inject has returned)',
              do: (s: State) => {
                s[running] = 0;
              },
            },
          }),
    }),
  );
  const wakeup = procedure<string>(KVM, `irqfd_wakeup${suffix}`, {
    [`irqfd-wakeup${suffix}`]: {
      at: `Linux virt/kvm/eventfd.c irqfd_wakeup (schedule_work: ${wiring.why})`,
      cost: 'irqfdWakeup',
      emits: [
        'function:irqfd_wakeup',
        ...wiring.wakeupEmits,
        'workqueue:workqueue_queue_work function=irqfd_inject',
      ],
      do: (s) => {
        s[eventfd.count] = 0;
        s[work] = 1;
      },
    },
  });
  return { wakeup, work };
}
