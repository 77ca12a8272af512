import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { CQ_HEAD_WRITE } from '../guest/nvme-pci-driver.ts';
import type { NvmeQueuePair } from '../guest/nvme-queue-pair.ts';
import type { Disk } from '../hardware/disk.ts';
import type { TrappingVcpu } from '../guest/mmio-access.ts';
import { MAIN_LOOP, QEMU_NVME } from '../parties.ts';
import { aioNotification } from './aio-context.ts';
import type { AioNotifier, BottomHalf } from './aio-context.ts';
import { bottomHalves, scheduleBottomHalf } from './bottom-half.ts';
import { nvmeIrq } from './nvme-irq.ts';
import type { NvmeIrq } from './nvme-irq.ts';
import type { PciInterrupt } from './pci-interrupt.ts';

const FILE = 'QEMU hw/nvme/ctrl.c';

/** What the controller is wired to. */
export interface NvmeControllerWiring {
  readonly queue: NvmeQueuePair;
  readonly vcpu: Pick<TrappingVcpu, 'mmioRegister'>;
  readonly disk: Disk;
  readonly depth: number;
  readonly notifier: AioNotifier;
  /** Requests that the thread pool has finished. */
  readonly finished: Field;
  readonly interrupt: PciInterrupt;
  /** The doorbell of the completion queue, or its eventfd, moves the event index on, as no QEMU does. */
  readonly doorbellMovesEventIndex: boolean;
  /** What a start of the submission queue that finds nothing is counted as. */
  readonly emptyMark: string;
  /** Whether the doorbell of its completion queue is an eventfd of KVM. */
  readonly hasCqNotifier: boolean;
}

/** The controller, as far as one pair of I/O queues goes. */
export interface NvmeController {
  /** A write to one of the doorbells that reaches QEMU, in the vCPU thread. */
  readonly mmioWrite: Procedure;
  /** `nvme_process_sq`, in the main loop. */
  readonly processSq: Procedure;
  /** What follows the eventfd of the completion queue's doorbell. */
  readonly updateHead: Procedure | null;
  readonly bottomHalf: BottomHalf;
  /** Whether no doorbell is half handled. */
  readonly isKickAtRest: (s: State) => boolean;
  /** Whether no completion is half handled. */
  readonly isCallAtRest: (s: State) => boolean;
}

/**
 * Adds the controller. A doorbell that reaches QEMU only schedules the queue's bottom half: commands are fetched, handed
 * to the thread pool and completed in the main loop.
 * Source: QEMU hw/nvme/ctrl.c `nvme_process_db`, `nvme_process_sq`, `nvme_enqueue_req_completion`, `nvme_post_cqes`,
 * `nvme_cq_notifier` (8.0 to 10.1; up to 7.2 timers of 500 ns stood in the place of the bottom halves). No trace.
 */
export function nvmeController(m: ModelBuilder, wiring: NvmeControllerWiring): NvmeController {
  const { vcpu, queue, notifier, finished, depth, hasCqNotifier } = wiring;
  const sqScheduled = m.field('SQ bottom half', { values: ['idle', 'scheduled'] });
  const ended = m.field('requests to be posted', { max: depth });
  const cqScheduled = hasCqNotifier ? m.field('CQ bottom half', { values: ['idle', 'scheduled'] }) : null;
  const processSq = processCommands(wiring, sqScheduled);
  const irq = nvmeIrq(m, wiring.interrupt);
  return {
    mmioWrite: procedure<string>(QEMU_NVME, 'nvme_mmio_write', {
      'process-doorbell': {
        at: `${FILE} nvme_process_db`,
        emits: [(s) => `qemu:pci_nvme_mmio_doorbell_${s[vcpu.mmioRegister] === CQ_HEAD_WRITE ? 'cq' : 'sq'}`],
        do: (s) => {
          if (s[vcpu.mmioRegister] === CQ_HEAD_WRITE) {
            queue.headWritten(s);
            if (wiring.doorbellMovesEventIndex) queue.shadow?.wantHeadEvent(s);
            return irq.deassert === null || queue.isOccupied(s) ? RETURN : 'deassert-interrupt';
          }
          s[queue.known] = s[queue.submitted] as number;
          return undefined;
        },
        call: scheduleBottomHalf(QEMU_NVME, 'sq-bh', sqScheduled, notifier),
      },
      ...(irq.deassert
        ? {
            'doorbell-processed': { at: `${FILE} nvme_process_db`, do: () => RETURN, local: true },
            'deassert-interrupt': {
              at: `${FILE} nvme_process_db (cq->tail == cq->head: nvme_irq_deassert)`,
              call: irq.deassert,
            },
          }
        : {}),
    }),
    processSq,
    updateHead: cqScheduled === null ? null : updateHead(wiring, cqScheduled, irq),
    bottomHalf: bottomHalves(MAIN_LOOP, [
      {
        name: 'cq-bh',
        isScheduled: (s) => s[ended] !== 0 || (cqScheduled !== null && s[cqScheduled] === 1),
        run: postCompletions(wiring, ended, cqScheduled, irq),
      },
      {
        name: 'completion-bh',
        isScheduled: (s) => s[finished] !== 0,
        run: completeRequests(finished, ended, notifier),
      },
      { name: 'sq-bh', isScheduled: (s) => s[sqScheduled] === 1, run: processSq },
    ]),
    isKickAtRest: (s) => s[sqScheduled] === 0 && s[queue.known] === 0,
    isCallAtRest: (s) => s[ended] === 0 && (cqScheduled === null || s[cqScheduled] === 0),
  };
}

/** `nvme_process_sq`: fetches all commands that it knows of and starts each; with shadow doorbells it looks for more. */
function processCommands({ queue, disk, emptyMark }: NvmeControllerWiring, scheduled: Field): Procedure {
  const { submitted, known, shadow } = queue;
  const lookAgain: Record<string, Step> = shadow
    ? {
        'update-sq-eventidx': {
          at: `${FILE} nvme_update_sq_eventidx`,
          cost: 'virtqueueKick',
          do: (s) => {
            shadow.wantTailEvent(s);
          },
        },
        'read-sq-tail-again': {
          at: `${FILE} nvme_update_sq_tail`,
          cost: 'virtqueueKick',
          do: (s) => {
            s[known] = s[submitted] as number;
            return s[known] === 0 ? RETURN : 'fetch-command';
          },
        },
      }
    : {};
  return procedure<string>(QEMU_NVME, 'nvme_process_sq', {
    'process-sq': {
      at: `${FILE} nvme_process_sq${shadow ? ' (nvme_update_sq_tail)' : ''}`,
      cost: 'deviceModel',
      do: (s) => {
        s[scheduled] = 0;
        if (shadow) s[known] = s[submitted] as number;
        return s[known] === 0 ? 'find-nothing' : undefined;
      },
    },
    'fetch-command': {
      at: `${FILE} nvme_process_sq (nvme_addr_read, nvme_io_cmd)`,
      cost: 'virtqueuePop',
      emits: ['qemu:pci_nvme_io_cmd', 'qemu:pci_nvme_read'],
      marks: ['request-taken'],
      do: (s) => {
        s[known] = (s[known] as number) - 1;
        s[submitted] = (s[submitted] as number) - 1;
      },
    },
    'submit-request': {
      at: 'QEMU block/file-posix.c raw_thread_pool_submit (thread_pool_submit_aio)',
      cost: 'threadPool',
      do: (s) => {
        s[disk.queued] = (s[disk.queued] as number) + 1;
        if (shadow) return undefined;
        return s[known] === 0 ? RETURN : 'fetch-command';
      },
    },
    ...lookAgain,
    'find-nothing': { at: `${FILE} nvme_process_sq (nvme_sq_empty)`, marks: [emptyMark] },
  });
}

/**
 * The main loop's completion of a request, which only puts it on the list of its completion queue. It schedules itself
 * again and the queue's bottom half: each writes the loop's own eventfd, if that has its announcement out.
 */
function completeRequests(finished: Field, ended: Field, notifier: AioNotifier): Procedure {
  const { emits, notify } = aioNotification(notifier);
  return procedure<string>(QEMU_NVME, 'thread_pool_completion_bh', {
    'enqueue-completion': {
      at: `${FILE} nvme_rw_complete_cb, nvme_enqueue_req_completion (qemu_bh_schedule)`,
      cost: 'deviceModel',
      emits: [...emits, 'qemu:pci_nvme_rw_complete_cb', 'qemu:pci_nvme_enqueue_req_completion', ...emits],
      do: (s) => {
        notify(s);
        notify(s);
        s[finished] = (s[finished] as number) - 1;
        s[ended] = (s[ended] as number) + 1;
        return s[finished] === 0 ? RETURN : 'enqueue-completion';
      },
    },
  });
}

/** `nvme_post_cqes`: writes the entries, then interrupts if there are any that the driver has not taken. */
function postCompletions(
  { queue }: NvmeControllerWiring,
  ended: Field,
  scheduled: Field | null,
  irq: NvmeIrq,
): Procedure {
  const { shadow } = queue;
  return procedure<string>(QEMU_NVME, 'nvme_post_cqes', {
    ...(scheduled === null
      ? {}
      : {
          'start-posting': {
            at: `${FILE} nvme_post_cqes`,
            do: (s: State) => {
              s[scheduled] = 0;
              return s[ended] === 0 ? 'assert-interrupt' : undefined;
            },
          },
        }),
    ...(shadow
      ? {
          'update-cq-eventidx': {
            at: `${FILE} nvme_update_cq_eventidx`,
            cost: 'virtqueueKick',
            do: (s: State) => {
              shadow.wantHeadEvent(s);
            },
          },
          'read-cq-head': {
            at: `${FILE} nvme_update_cq_head`,
            do: (s: State) => {
              shadow.readHead(s);
            },
          },
        }
      : {}),
    'post-completion': {
      at: `${FILE} nvme_post_cqes (pci_dma_write of the entry)`,
      cost: 'virtqueuePush',
      marks: ['request-used'],
      do: (s) => {
        s[ended] = (s[ended] as number) - 1;
        queue.post(s);
        if (s[ended] === 0) return undefined;
        return shadow ? 'update-cq-eventidx' : 'post-completion';
      },
    },
    'assert-interrupt': {
      at: `${FILE} nvme_post_cqes (cq->tail != cq->head: nvme_irq_assert)`,
      cost: 'deviceModel',
      ...(scheduled === null ? {} : { do: (s: State) => (queue.isOccupied(s) ? undefined : RETURN) }),
      call: irq.assert,
    },
  });
}

/**
 * `nvme_cq_notifier` behind its eventfd: reads the head, lowers the line if the queue is empty, and schedules the bottom
 * half, which may interrupt once more.
 */
function updateHead(
  { queue, notifier, doorbellMovesEventIndex }: NvmeControllerWiring,
  scheduled: Field,
  irq: NvmeIrq,
): Procedure {
  const { emits, notify } = aioNotification(notifier);
  const schedule = (s: State): void => {
    notify(s);
    s[scheduled] = 1;
  };
  if (irq.deassert === null) {
    return procedure(QEMU_NVME, 'nvme_cq_notifier', {
      'cq-notifier-reads-head': {
        at: `${FILE} nvme_cq_notifier (nvme_update_cq_head, qemu_bh_schedule)`,
        cost: 'deviceModel',
        emits,
        do: (s) => {
          queue.shadow?.readHead(s);
          schedule(s);
        },
      },
    });
  }
  const readHead: Step = {
    at: `${FILE} nvme_cq_notifier (nvme_update_cq_head)`,
    cost: 'deviceModel',
    do: (s) => {
      queue.shadow?.readHead(s);
      return queue.isOccupied(s) ? 'schedule-cq-bh' : 'deassert-interrupt';
    },
  };
  return procedure<string>(QEMU_NVME, 'nvme_cq_notifier', {
    ...(doorbellMovesEventIndex
      ? {
          'cq-notifier-updates-eventidx': {
            at: `${FILE} nvme_cq_notifier (nvme_update_cq_head, nvme_update_cq_eventidx: what is missing)`,
            do: (s) => {
              queue.shadow?.readHead(s);
              queue.shadow?.wantHeadEvent(s);
            },
          },
        }
      : {}),
    'cq-notifier-reads-head': readHead,
    'deassert-interrupt': {
      at: `${FILE} nvme_cq_notifier (cq->tail == cq->head: nvme_irq_deassert)`,
      call: irq.deassert,
    },
    'schedule-cq-bh': {
      at: `${FILE} nvme_cq_notifier (qemu_bh_schedule)`,
      emits,
      do: (s) => {
        schedule(s);
      },
    },
  });
}
