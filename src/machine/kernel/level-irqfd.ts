import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { usedAfterClose } from './ack-notifier.ts';
import type { Eventfd } from './eventfd.ts';
import { GONE } from './irqfd-lifetime.ts';
import { irqfdWithWorker } from './irqfd.ts';

/** What the irqfd is wired to. */
export interface LevelIrqfdWiring {
  readonly eventfd: Eventfd;
  /** `kvm_set_irq` with level 1, as far as the interrupt controller goes. */
  readonly raise: Procedure;
  /** Its GSI; of one that is assigned anew with another, the one of the moment. */
  readonly gsi: number | ((s: State) => number);
  readonly sourceId: number;
  /** CPU whose worker pool runs the injection. */
  readonly cpu: number;
  /** How far it has gone; null if it stays for ever. */
  readonly stage: Field | null;
  /** It is not there yet. */
  readonly startsGone?: boolean;
}

/** An irqfd that only raises its line, and holds it with an irq source id of its own. */
export interface LevelIrqfd {
  readonly wakeup: Procedure;
  readonly work: Field;
  /** Whether it still hears of its eventfd. */
  readonly isHooked: (s: State) => boolean;
  /** Hooks it up anew, and, if it `polls`, queues an injection for a signal that came before. */
  readonly hook: (s: State, polls?: boolean) => void;
  /** Unhooks it and, if `flushes`, waits for an injection that is under way. */
  readonly unhook: (flushes: boolean) => Record<string, Step>;
}

/**
 * Adds the irqfd and its worker. That the proposals of 2012 inject as a plain irqfd does, in a worker, is inferred.
 * Source: Linux virt/kvm/eventfd.c `irqfd_wakeup`, `irqfd_inject`, `irqfd_shutdown`.
 */
export function levelIrqfd(m: ModelBuilder, wiring: LevelIrqfdWiring): LevelIrqfd {
  const { stage, gsi, sourceId } = wiring;
  const ends =
    stage === null
      ? null
      : {
          hooked: m.field('irqfd waiter', {
            initial: wiring.startsGone === true ? 0 : 1,
            values: ['removed', 'on the wait queue'],
          }),
          running: m.field('irqfd_inject', { values: ['not running', 'running'] }),
        };
  const { wakeup, work } = irqfdWithWorker(m, {
    suffix: '',
    eventfd: wiring.eventfd,
    raise: wiring.raise,
    cpu: wiring.cpu,
    why: 'no IOAPIC in atomic context',
    wakeupEmits: [],
    injectEmits: [
      'function:irqfd_inject',
      'function:kvm_set_irq',
      typeof gsi === 'number'
        ? `kvm:kvm_set_irq gsi ${String(gsi)} level 1 source ${String(sourceId)}`
        : (s) => `kvm:kvm_set_irq gsi ${String(gsi(s))} level 1 source ${String(sourceId)}`,
    ],
    ...(ends === null || stage === null
      ? {}
      : { running: ends.running, injectMarks: [usedAfterClose(stage)] }),
  });
  return {
    wakeup,
    work,
    isHooked: (s) => ends === null || s[ends.hooked] === 1,
    hook: (s, polls = true) => {
      if (ends === null) return;
      s[ends.hooked] = 1;
      if (polls && s[wiring.eventfd.count] !== 0) s[work] = 1;
      // KVM leaves the count, which the next signal takes away with its own: nobody looks at it any more.
      s[wiring.eventfd.count] = 0;
    },
    unhook: (flushes) =>
      ends === null
        ? {}
        : {
            'unhook-irqfd': {
              at: 'Linux virt/kvm/eventfd.c irqfd_shutdown (eventfd_ctx_remove_wait_queue)',
              cost: 'eventfdRead',
              // The irqfd takes every signal away at once: while there is one, the signaller holds the wait queue's lock.
              when: (s) => s[wiring.eventfd.count] === 0,
              do: (s) => {
                s[ends.hooked] = 0;
              },
            },
            ...(flushes
              ? {
                  'flush-inject': {
                    at: 'Linux virt/kvm/eventfd.c irqfd_shutdown (flush_work: waits for an injection)',
                    when: (s: State) => s[work] === 0 && s[ends.running] === 0,
                  },
                }
              : {}),
          },
  };
}

/** The last step of a shutdown, which gives back what `put` does. */
export function released(
  name: string,
  stage: Field,
  at: string,
  put: (s: State) => void = () => undefined,
): Record<string, Step> {
  return {
    [`release-${name}`]: {
      at,
      do: (s) => {
        s[stage] = GONE;
        put(s);
      },
    },
  };
}
