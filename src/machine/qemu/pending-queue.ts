import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { RETURN } from '../../engine/step.ts';
import type { Step } from '../../engine/step.ts';
import { INTP_ACTIVE, INTP_INACTIVE, INTP_PENDING } from './intp.ts';
import type { IntpWiring } from './intp.ts';

const FILE = 'QEMU hw/vfio/platform.c';

/** `pending_intp_queue`: interrupts that wait because another one of the device is in service. */
export interface PendingQueue {
  /** The part of `vfio_intp_interrupt` that puts interrupt `index` into the queue. */
  readonly delaySteps: (index: number) => Record<string, Step>;
  /** The part of `vfio_platform_eoi` that injects the head of the queue. */
  readonly injectSteps: () => Record<string, Step>;
  readonly isEmpty: (s: State) => boolean;
}

/**
 * Adds the queue. An entry is the number of an interrupt plus one. An interrupt that is PENDING and signalled again
 * is injected at once and stays in the queue (trace H1), unless that bug is mended.
 */
export function addPendingQueue(
  m: ModelBuilder,
  { intps, queuedTwice }: { readonly intps: readonly IntpWiring[]; readonly queuedTwice: boolean },
  states: readonly Field[],
): PendingQueue {
  const entries = intps.map((_, i) => m.field(`pending queue ${String(i)}`, { max: intps.length }));
  const busy = (s: State): boolean =>
    states.some((state) => s[state] === INTP_ACTIVE || s[state] === INTP_PENDING);
  return {
    isEmpty: (s) => s[entries[0] as Field] === 0,
    delaySteps: (index) => {
      const { suffix, trigger } = intps[index] as IntpWiring;
      const state = states[index] as Field;
      return {
        [`look-at-others${suffix}`]: {
          at: `${FILE} vfio_intp_interrupt (another one ACTIVE or PENDING?)`,
          cost: 'deviceModel',
          // As all that touches the states of interrupts and the queue, under the BQL.
          local: true,
          do: (s) => {
            const delayed = s[state] === INTP_INACTIVE || (s[state] === INTP_PENDING && !queuedTwice);
            return delayed && busy(s) ? undefined : `read-eventfd${suffix}`;
          },
        },
        [`set-pending${suffix}`]: {
          at: `${FILE} vfio_intp_interrupt (state = VFIO_IRQ_PENDING, tail of pending_intp_queue)`,
          cost: 'eventfdRead',
          emits: [
            `qemu:vfio_intp_interrupt_set_pending irq ${String(index)} is set PENDING`,
            'function:eventfd_read',
          ],
          do: (s) => {
            s[trigger.count] = 0;
            if (s[state] === INTP_PENDING) return RETURN;
            s[state] = INTP_PENDING;
            const free = entries.find((entry) => s[entry] === 0);
            if (free !== undefined) s[free] = index + 1;
            return RETURN;
          },
        },
      };
    },
    injectSteps: () => {
      const steps: Record<string, Step> = {
        'inject-queued': {
          at: `${FILE} vfio_platform_eoi (head of pending_intp_queue)`,
          local: true,
          do: (s) => {
            const head = s[entries[0] as Field] as number;
            if (head === 0) return RETURN;
            for (let i = 0; i < entries.length; i++) {
              const next = entries[i + 1];
              s[entries[i] as Field] = next === undefined ? 0 : (s[next] as number);
            }
            const again = s[states[head - 1] as Field] !== INTP_PENDING;
            return `${again ? 'inject-twice' : 'inject-pending'}${intps[head - 1]?.suffix ?? ''}`;
          },
        },
      };
      intps.forEach(({ suffix, raiseLine, endless }, i) => {
        const inject: Step = {
          at: `${FILE} vfio_intp_inject_pending_lockheld`,
          cost: 'deviceModel',
          emits: [`qemu:vfio_platform_intp_inject_pending_lockheld Inject pending IRQ #${String(i)}`],
          local: true,
          do: (s) => {
            s[states[i] as Field] = endless ? INTP_INACTIVE : INTP_ACTIVE;
          },
          call: raiseLine,
        };
        const done: Step = {
          at: `${FILE} vfio_intp_inject_pending_lockheld`,
          local: true,
          do: () => RETURN,
        };
        steps[`inject-pending${suffix}`] = inject;
        steps[`pending-injected${suffix}`] = done;
        // It was injected already when it was signalled again: nobody took it out of the queue.
        steps[`inject-twice${suffix}`] = { ...inject, marks: ['double-injection'] };
        steps[`injected-twice${suffix}`] = done;
      });
      return steps;
    },
  };
}
