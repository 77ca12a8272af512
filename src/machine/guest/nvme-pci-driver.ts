import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { NVME_DRIVER } from '../parties.ts';
import { registerAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';
import type { NvmeQueuePair } from './nvme-queue-pair.ts';

const FILE = 'Linux drivers/nvme/host/pci.c';
/** The driver's function that submits a request. */
export const NVME_SUBMIT_AT = `${FILE} nvme_queue_rq`;

/** The doorbells of an I/O queue, by the numbers that they trap with. */
export const SQ_TAIL_WRITE = 1;
export const CQ_HEAD_WRITE = 2;

/** What the driver's submission is wired to. */
export interface NvmeSubmitWiring {
  readonly queue: NvmeQueuePair;
  readonly cpu: DriverCpu;
  /** What runs if an interrupt comes in between: the queue's lock is taken with interrupts on. */
  readonly interrupt: Procedure;
  /** The wish for a request is fulfilled. */
  readonly submitted: (s: State) => void;
}

/**
 * The driver copies one command into the submission queue and rings the doorbell. With shadow doorbells it writes the new
 * tail to memory and rings only if the controller wants to be told.
 * Source: Linux drivers/nvme/host/pci.c `nvme_queue_rq`, `nvme_sq_copy_cmd`, `nvme_write_sq_db`,
 * `nvme_dbbuf_update_and_check_event` (6.12).
 */
export function nvmeQueueRq(wiring: NvmeSubmitWiring): Procedure {
  const { queue, cpu } = wiring;
  const { outstanding, submitted, shadow } = queue;
  const at = `${FILE} nvme_write_sq_db (writel)`;
  const stretch = (where: string, first: string, steps: Readonly<Record<string, Step>>) =>
    cpu.withIrqsOn(wiring.interrupt, where, first, steps);
  return procedure<string>(NVME_DRIVER, 'nvme_queue_rq', {
    ...stretch(NVME_SUBMIT_AT, 'copy-command', {
      'copy-command': {
        at: `${FILE} nvme_sq_copy_cmd`,
        cost: 'virtqueueAdd',
        marks: shadow === null ? ['assert'] : [],
        do: (s) => {
          s[outstanding] = (s[outstanding] as number) + 1;
          if (shadow === null) s[submitted] = (s[submitted] as number) + 1;
          wiring.submitted(s);
        },
      },
    }),
    // An interrupt that comes between these is taken after them.
    ...(shadow
      ? {
          'write-shadow-tail': {
            at: `${FILE} nvme_dbbuf_update_and_check_event (*dbbuf_db; mb)`,
            cost: 'virtqueueKick',
            marks: ['assert'],
            do: (s: State) => {
              shadow.writeTail(s);
            },
          },
          'check-tail-event': {
            at: `${FILE} nvme_dbbuf_need_event (the tail)`,
            marks: [(s: State) => (shadow.tailNeedsEvent(s) ? 'kick' : 'kick-suppressed')],
            do: (s: State) => (shadow.tailNeedsEvent(s) ? undefined : RETURN),
          },
        }
      : {}),
    ...stretch(at, 'ring-sq-doorbell', registerAccess(cpu, 'ring-sq-doorbell', SQ_TAIL_WRITE, at)),
  });
}

/** What the driver's interrupt handler is wired to. */
export interface NvmeIrqWiring {
  readonly queue: NvmeQueuePair;
  readonly cpu: DriverCpu;
  /** What an interrupt that finds nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler of a completion queue's vector: takes all entries, completes their requests and tells the controller how
 * far it is, by the doorbell or, with shadow doorbells, in memory. An interrupt whose entries an earlier one has taken
 * finds nothing.
 * Source: Linux drivers/nvme/host/pci.c `nvme_irq`, `nvme_poll_cq`, `nvme_ring_cq_doorbell` (6.12).
 */
export function nvmeCompletionIrq({ queue, cpu, emptyMark }: NvmeIrqWiring): Procedure {
  const { completions, shadow } = queue;
  return procedure<string>(NVME_DRIVER, 'nvme_irq', {
    'poll-queue': {
      at: `${FILE} nvme_poll_cq (nvme_cqe_pending: the phase bit in memory)`,
      cost: 'guestHandler',
      do: (s) => (s[completions] === 0 ? 'irq-none' : undefined),
    },
    'take-completion': {
      at: `${FILE} nvme_handle_cqe, nvme_update_cq_head`,
      cost: 'virtqueueGet',
      do: (s) => {
        queue.take(s);
        return s[completions] === 0 ? undefined : 'take-completion';
      },
    },
    ...(shadow
      ? {
          'write-shadow-head': {
            at: `${FILE} nvme_dbbuf_update_and_check_event (*dbbuf_db; mb)`,
            cost: 'virtqueueKick',
            do: (s: State) => {
              shadow.writeHead(s);
            },
          },
          'check-head-event': {
            at: `${FILE} nvme_dbbuf_need_event (the head)`,
            do: (s: State) => (shadow.headNeedsEvent(s) ? undefined : 'irq-handled'),
          },
        }
      : {}),
    ...registerAccess(cpu, 'ring-cq-doorbell', CQ_HEAD_WRITE, `${FILE} nvme_ring_cq_doorbell (writel)`),
    'irq-handled': { at: `${FILE} nvme_irq (returns IRQ_HANDLED)`, do: () => RETURN, local: true },
    'irq-none': { at: `${FILE} nvme_irq (returns IRQ_NONE: nothing to do)`, marks: [emptyMark] },
  });
}
