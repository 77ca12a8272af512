import type { Step } from '../../engine/step.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { Field } from '../../engine/state.ts';
import { KVM } from '../parties.ts';
import type { AckNotifier } from './ack-notifier.ts';
import { GONE } from './irqfd-lifetime.ts';
import type { Attachment } from './irqfd-lifetime.ts';
import { released } from './level-irqfd.ts';
import type { LevelIrqfd } from './level-irqfd.ts';

/** Where the proposal stands. Its text was not found, only what reviews quote of it. */
export const EOIFD_AT = 'KVM_EOIFD v7 (LKML 2012-07-24, never merged; its code was not found)';

/** What the two objects of a line are. */
export interface EoifdWiring {
  readonly irqfd: LevelIrqfd;
  readonly notifier: AckNotifier;
  readonly stages: { readonly irqfd: Field; readonly eoifd: Field };
  /** `kvm_set_irq` with level 0, as far as the interrupt controller goes. */
  readonly lower: Procedure;
  /** Whether the line is lowered only when the notifier is gone already. */
  readonly loweredLast: boolean;
  /** Whether a shutdown waits for who still uses its object. */
  readonly waits: boolean;
  /** Source ids that are taken, which the last user makes one fewer; null if nobody asks for another. */
  readonly sourceIdsTaken: Field | null;
}

/**
 * How irqfd and eoifd end, each by itself. They share an irq source id (`_irq_source`, counted), and whoever goes last
 * gives it back; that this lowers the line is not verified: kvm_free_irq_source_id clears the source's level, and leaves
 * what the pin remembers of it (`irr`) as it is.
 */
export function eoifdShutdowns(wiring: EoifdWiring): {
  readonly irqfd: Attachment;
  readonly eoifd: Attachment;
} {
  const { irqfd, notifier, stages, lower, loweredLast, waits, sourceIdsTaken } = wiring;
  const release = (name: 'irqfd' | 'eoifd', at: string): Record<string, Step> => {
    const other = stages[name === 'irqfd' ? 'eoifd' : 'irqfd'];
    return released(name, stages[name], at, (s) => {
      if (sourceIdsTaken !== null && s[other] === GONE) s[sourceIdsTaken] = (s[sourceIdsTaken] as number) - 1;
    });
  };
  const putSource = (own: string, other: Field): Record<string, Step> => ({
    [`put-source-of-${own}`]: {
      at: `${EOIFD_AT}: the last user gives the irq source id back (that the line goes down is not verified)`,
      emits: [(s) => (s[other] === GONE ? 'function:kvm_free_irq_source_id' : '')],
      do: (s) => (s[other] === GONE ? undefined : `release-${own}`),
      call: lower,
    },
  });
  const lowerFirst: Record<string, Step> = {
    'lower-unused-line': {
      at: `${EOIFD_AT}: not in it: lowers the line if the irqfd is gone, so that nobody raises it any more`,
      do: (s) => (s[stages.irqfd] === GONE ? undefined : 'unregister-notifier'),
      call: lower,
    },
  };
  return {
    irqfd: {
      name: 'irqfd',
      stage: stages.irqfd,
      shutdown: procedure<string>(KVM, 'irqfd_shutdown', {
        ...irqfd.unhook(waits),
        ...putSource('irqfd', stages.eoifd),
        ...release('irqfd', 'Linux virt/kvm/eventfd.c irqfd_shutdown (kfree)'),
      }),
    },
    eoifd: {
      name: 'eoifd',
      stage: stages.eoifd,
      shutdown: procedure<string>(KVM, 'eoifd_shutdown', {
        ...(loweredLast ? {} : lowerFirst),
        ...notifier.unregister(waits),
        ...(loweredLast ? putSource('eoifd', stages.irqfd) : {}),
        ...release('eoifd', `${EOIFD_AT}: the eoifd is freed`),
      }),
    },
  };
}
