import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import { GONE } from './irqfd-lifetime.ts';

/** What a proposed acknowledge notifier does, and for whom. */
export interface AckNotifierWiring {
  /** Of the object it belongs to, as in labels, e.g. `eoifd`. */
  readonly name: string;
  /** Where the proposal stands. */
  readonly at: string;
  /** `kvm_set_irq` with level 0, as far as the interrupt controller goes. */
  readonly lower: Procedure;
  /** Signals userspace, or VFIO. */
  readonly notify: Procedure;
  readonly gsi: number;
  readonly sourceId: number;
  /** How far the object it belongs to has gone; null if it stays for ever. */
  readonly stage: Field | null;
  /** It is not registered yet. */
  readonly startsGone?: boolean;
}

/** An acknowledge notifier that can be taken away. */
export interface AckNotifier {
  /** Run by KVM at the guest's end of interrupt. */
  readonly acked: Procedure;
  /** Puts it there; until then nobody hears of an end of interrupt. */
  readonly register: (s: State) => void;
  /** Takes it away, and, if `waits`, waits until nobody runs it any more. */
  readonly unregister: (waits: boolean) => Record<string, Step>;
}

/**
 * Adds a notifier that lowers the line of its own source id and then signals. Notifiers run in a read section, so that
 * who takes one away can wait for them.
 * Source: Linux virt/kvm/eventfd.c `kvm_notify_acked_irq`, `kvm_unregister_irq_ack_notifier` (synchronize_srcu; in 2012
 * RCU).
 */
export function ackNotifier(m: ModelBuilder, wiring: AckNotifierWiring): AckNotifier {
  const { name, at, stage, gsi, sourceId } = wiring;
  const ack: Record<string, Step> = {
    [`${name}-ack`]: {
      at: `${at}: kvm_set_irq level 0 for its source id`,
      cost: 'resamplerAck',
      emits: [
        'function:kvm_set_irq',
        `kvm:kvm_set_irq gsi ${String(gsi)} level 0 source ${String(sourceId)}`,
      ],
      ...(stage === null ? {} : { marks: [usedAfterClose(stage)] }),
      call: wiring.lower,
    },
    [`${name}-notify`]: {
      at: `${at}: eventfd_signal`,
      ...(stage === null ? {} : { marks: [usedAfterClose(stage)] }),
      call: wiring.notify,
    },
  };
  if (stage === null) {
    return { acked: procedure(KVM, `${name}_acked`, ack), register: () => undefined, unregister: () => ({}) };
  }
  const registered = m.field('ack notifier', {
    initial: wiring.startsGone === true ? 0 : 1,
    values: ['unregistered', 'registered'],
  });
  const running = m.field('ack notifiers', { values: ['not running', 'running'] });
  const file = 'Linux virt/kvm/eventfd.c';
  return {
    acked: procedure<string>(KVM, `${name}_acked`, {
      'look-for-notifiers': {
        at: `${file} kvm_notify_acked_irq (srcu_read_lock; the notifiers of the pin)`,
        do: (s) => {
          if (s[registered] === 0) return RETURN;
          s[running] = 1;
          return undefined;
        },
      },
      ...ack,
      'notifiers-done': {
        at: `${file} kvm_notify_acked_irq (srcu_read_unlock)`,
        do: (s) => {
          s[running] = 0;
        },
      },
    }),
    register: (s) => {
      s[registered] = 1;
    },
    unregister: (waits) => ({
      'unregister-notifier': {
        at: `${file} kvm_unregister_irq_ack_notifier`,
        do: (s) => {
          s[registered] = 0;
        },
      },
      ...(waits
        ? {
            'synchronize-notifiers': {
              at: `${file} kvm_unregister_irq_ack_notifier (synchronize_srcu: waits for those that run)`,
              cost: 'gracePeriod',
              when: (s: State) => s[running] === 0,
            },
          }
        : {}),
    }),
  };
}

/** The mark of a step that uses what has been given back. */
export function usedAfterClose(stage: Field): (s: State) => string {
  return (s) => (s[stage] === GONE ? 'use-after-close' : 'in-use');
}
