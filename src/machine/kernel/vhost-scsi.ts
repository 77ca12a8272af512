import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import type { Disk } from '../hardware/disk.ts';
import { LIO, VHOST_SCSI } from '../parties.ts';
import { disableNotify, enableNotify, vhostSignal } from './vhost-virtqueue.ts';
import { vhostWorker, vhostWorkList } from './vhost-worker.ts';
import type { VhostWorkList } from './vhost-worker.ts';

const FILE = 'Linux drivers/vhost/scsi.c';

/** The work that a notification brings, and the one that a finished command brings. */
export const KICK_WORK = 'kick';
const COMPLETION_WORK = 'completion';

/** What a vhost-scsi device is wired to. */
export interface VhostScsiWiring {
  readonly queue: Virtqueue;
  readonly disk: Disk;
  readonly depth: number;
  /** CPU of the worker, and the one that finishes commands. */
  readonly workerCpu: number;
  readonly targetCpu: number;
  /** Signals the call eventfd. */
  readonly signal: Procedure;
  /** What a notification that finds nothing is counted as. */
  readonly emptyMark: string;
  /** False leaves out the second look after notifications are wanted again, to see what it is for. */
  readonly looksAgain: boolean;
}

/**
 * Adds a SCSI target of the host that serves a queue of the guest without QEMU: its worker hands commands to the target
 * core, and what that has finished to the guest. That the target core hands a command to a worker of its own before the
 * disk has it belongs to the disk's time; that the worker lets others go first after 256 commands is left out.
 * Source: Linux drivers/vhost/scsi.c (6.12). No trace of it has been captured; its worker is that of trace X3-net-vhost-on.
 */
export function vhostScsi(m: ModelBuilder, wiring: VhostScsiWiring): VhostWorkList {
  const list = vhostWorkList(m, [KICK_WORK, COMPLETION_WORK]);
  const completed = targetCore(m, wiring, list);
  m.process(
    'vhost',
    { kind: 'thread', cpu: wiring.workerCpu },
    vhostWorker(list, {
      [KICK_WORK]: handleKick(wiring),
      [COMPLETION_WORK]: completeCommands(m, wiring, completed),
    }),
  );
  return list;
}

/** Adds who finishes commands; returns those that the worker has not seen. */
function targetCore(
  m: ModelBuilder,
  { disk, depth, targetCpu }: VhostScsiWiring,
  list: VhostWorkList,
): Field {
  const completed = m.field('commands completed', { max: depth });
  const queue = list.queue(COMPLETION_WORK);
  m.process(
    'target_completion',
    { kind: 'thread', cpu: targetCpu },
    procedure(LIO, 'target_complete_ok_work', {
      'finish-command': {
        at: `Linux drivers/target/target_core_transport.c target_complete_ok_work; ${FILE} vhost_scsi_release_cmd (llist_add)`,
        cost: 'workqueue',
        rest: true,
        when: (s) => (s[disk.done] as number) > 0,
        do: (s) => {
          s[disk.done] = (s[disk.done] as number) - 1;
          s[completed] = (s[completed] as number) + 1;
        },
      },
      'queue-completion': {
        at: 'Linux drivers/vhost/vhost.c vhost_vq_work_queue, vhost_worker_queue (test_and_set_bit VHOST_WORK_QUEUED, vhost_task_wake)',
        cost: 'vhostWakeup',
        do: (s) => {
          queue(s);
        },
      },
    }),
  );
  return completed;
}

/** `vhost_scsi_handle_kick`: takes what the guest has made available. */
function handleKick({ queue, disk, emptyMark, looksAgain }: VhostScsiWiring): Procedure {
  const getDescriptor = (found: string | undefined, nothing: string): Step => ({
    at: 'Linux drivers/vhost/vhost.c vhost_get_vq_desc',
    do: (s) => {
      if (s[queue.available] === 0) return nothing;
      queue.pop(s, false);
      return found;
    },
  });
  return procedure<string>(VHOST_SCSI, 'vhost_scsi_handle_vq', {
    'handle-kick': {
      at: `${FILE} vhost_scsi_handle_kick (vhost_disable_notify)`,
      emits: ['function:vhost_scsi_handle_kick'],
      do: (s) => {
        disableNotify(queue, s);
      },
    },
    'get-descriptor': getDescriptor('queue-command', 'found-nothing'),
    'found-nothing': {
      at: `${FILE} vhost_scsi_get_desc (head == vq->num: nothing new)`,
      marks: [emptyMark],
      do: () => 'enable-notify',
    },
    'queue-command': {
      at: `${FILE} vhost_scsi_target_queue_cmd (target_queue_submission)`,
      cost: 'virtqueuePop',
      marks: ['request-taken'],
      do: (s) => {
        s[disk.queued] = (s[disk.queued] as number) + 1;
      },
    },
    'get-next-descriptor': getDescriptor('queue-command', 'enable-notify'),
    ...enableNotify({ queue, next: 'get-next-descriptor', looksAgain }),
  });
}

/** `vhost_scsi_complete_cmd_work`: gives back what is finished, and signals once for all of it. */
function completeCommands(
  m: ModelBuilder,
  { queue, depth, signal }: VhostScsiWiring,
  completed: Field,
): Procedure {
  const batch = m.field('commands to give back', { max: depth });
  const pushed = m.field('commands given back', { max: depth });
  return procedure<string>(VHOST_SCSI, 'vhost_scsi_complete_cmd_work', {
    'take-completed': {
      at: `${FILE} vhost_scsi_complete_cmd_work (llist_del_all)`,
      emits: ['function:vhost_scsi_complete_cmd_work'],
      do: (s) => {
        s[batch] = s[completed] as number;
        s[completed] = 0;
        // An earlier run has taken what this one was queued for.
        return s[batch] === 0 ? RETURN : undefined;
      },
    },
    'add-used': {
      at: `${FILE} vhost_scsi_complete_cmd_work (vhost_add_used)`,
      cost: 'virtqueuePush',
      emits: ['function:vhost_add_used'],
      marks: ['request-used'],
      do: (s: State) => {
        s[batch] = (s[batch] as number) - 1;
        s[pushed] = (s[pushed] as number) + 1;
        queue.push(s);
        return s[batch] === 0 ? undefined : 'add-used';
      },
    },
    ...vhostSignal(queue, pushed, signal),
  });
}
