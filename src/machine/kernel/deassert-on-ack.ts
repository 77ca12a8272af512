import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM, MANAGEMENT, VFIO_PCI } from '../parties.ts';
import type { AckNotifier } from './ack-notifier.ts';
import type { Eventfd } from './eventfd.ts';
import { addRequest, CLOSING, GONE } from './irqfd-lifetime.ts';
import type { Attachment } from './irqfd-lifetime.ts';
import { released } from './level-irqfd.ts';
import type { LevelIrqfd } from './level-irqfd.ts';

/** Where the proposal stands: flags and lifetime rules in a mail; nobody wrote the code. */
export const DEASSERT_ON_ACK_AT = 'document 003: KVM_IRQFD_FLAG_DEASSERT_ON_ACK (2012, never written)';

/** What the one object of a line is. */
export interface DeassertOnAckWiring {
  readonly irqfd: LevelIrqfd;
  readonly notifier: AckNotifier;
  readonly stage: Field;
  /** `kvm_set_irq` with level 0, as far as the interrupt controller goes. */
  readonly lower: Procedure;
  /** Whether the line is lowered only when the notifier is gone already. */
  readonly loweredLast: boolean;
  /** Whether the shutdown waits for who still uses the object. */
  readonly waits: boolean;
}

/** How the irqfd ends, and with it its deassert_eventfd and its irq source id: "source id is internal to irqfd". */
export function deassertOnAckShutdown(wiring: DeassertOnAckWiring): Attachment {
  const { irqfd, notifier, stage, loweredLast, waits } = wiring;
  const lower: Record<string, Step> = {
    'lower-line': {
      at: `${DEASSERT_ON_ACK_AT}: the source id goes away with the irqfd (the line goes down)`,
      emits: ['function:kvm_set_irq'],
      call: wiring.lower,
    },
  };
  return {
    name: 'irqfd',
    stage,
    shutdown: procedure<string>(KVM, 'irqfd_shutdown', {
      ...irqfd.unhook(waits),
      ...(loweredLast ? {} : lower),
      ...notifier.unregister(waits),
      ...(loweredLast ? lower : {}),
      ...released('irqfd', stage, 'Linux virt/kvm/eventfd.c irqfd_shutdown (kfree)'),
    }),
  };
}

/**
 * Adds QEMU's thread that closes deassert_eventfd alone, which does nothing to the irqfd: it has a reference. If that is
 * not one to the file, the file is gone with QEMU's descriptor, and VFIO, which waits on the same eventfd, is told so.
 * Source: document 003; Linux drivers/vfio/virqfd.c `virqfd_wakeup` (EPOLLHUP), `virqfd_shutdown`.
 */
export function addDeassertClose(
  m: ModelBuilder,
  wiring: {
    /** How far VFIO's waiter on the eventfd has gone; null if the file stays. */
    readonly virqfd: Field | null;
    readonly deassert: Eventfd;
    readonly cpu: number;
  },
): void {
  const { virqfd, cpu } = wiring;
  const asked = m.field('close of deassert_eventfd', { values: ['not asked for', 'asked for'] });
  addRequest(m, asked);
  m.process(
    'management',
    { kind: 'thread', cpu },
    procedure<string>(MANAGEMENT, 'close_deassert_eventfd', {
      'close-deassert': {
        at:
          virqfd === null
            ? `${DEASSERT_ON_ACK_AT}: "closing deassert_eventfd does nothing" (the irqfd keeps its file)`
            : 'Linux fs/eventfd.c eventfd_release (close: EPOLLHUP to VFIO; the irqfd keeps its context only)',
        cost: 'syscall',
        rest: true,
        when: (s) => s[asked] === 1,
        ...(virqfd === null
          ? {}
          : {
              do: (s) => {
                s[virqfd] = CLOSING;
              },
            }),
      },
      settled: { at: 'QEMU: nothing more is done here', rest: true, when: () => false },
    }),
  );
  if (virqfd === null) return;
  m.process(
    'kworker vfio cleanup',
    { kind: 'thread', cpu },
    procedure<string>(VFIO_PCI, 'vfio_irqfd_cleanup_wq', {
      'virqfd-shutdown': {
        at: 'Linux drivers/vfio/virqfd.c virqfd_shutdown (kworker; eventfd_ctx_remove_wait_queue)',
        cost: 'workqueue',
        rest: true,
        emits: ['workqueue:workqueue_execute_start function virqfd_shutdown'],
        // While there is a signal that VFIO has not taken away, its signaller holds the wait queue's lock.
        when: (s) => s[virqfd] === CLOSING && s[wiring.deassert.count] === 0,
        do: (s) => {
          s[virqfd] = GONE;
        },
      },
      'cleaned-up': {
        at: 'Linux kernel/workqueue.c worker_thread (nothing is queued)',
        rest: true,
        when: () => false,
      },
    }),
  );
}
