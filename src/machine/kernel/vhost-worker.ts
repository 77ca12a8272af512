import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { VHOST } from '../parties.ts';

const FILE = 'Linux drivers/vhost/vhost.c';

/** Something that a vhost worker can be given to do; it is in its list once at most, however often it is given. */
export interface VhostWork {
  /** As in labels, e.g. `kick`. */
  readonly name: string;
  /** Its place in the worker's list; 0 while `VHOST_WORK_QUEUED` is clear. */
  readonly place: Field;
}

/** The list of one worker, in the order in which work was queued. */
export interface VhostWorkList {
  /** Queues a work of this name, unless it is queued already. */
  readonly queue: (name: string) => (s: State) => void;
  readonly isQueued: (name: string) => (s: State) => boolean;
  readonly isEmpty: (s: State) => boolean;
  /** Takes the first out of the list, so that it can be queued again while it runs; returns its name. */
  readonly take: (s: State) => string;
}

/** Adds the list. Source: Linux drivers/vhost/vhost.c `vhost_worker_queue` (6.12). */
export function vhostWorkList(m: ModelBuilder, names: readonly string[]): VhostWorkList {
  const works: readonly VhostWork[] = names.map((name) => ({
    name,
    place: m.field(`vhost work ${name}`, { max: names.length }),
  }));
  const placeOf = (name: string): Field => (works.find((work) => work.name === name) as VhostWork).place;
  return {
    queue: (name) => {
      const own = placeOf(name);
      return (s) => {
        if (s[own] !== 0) return;
        let last = 0;
        for (const { place } of works) last = Math.max(last, s[place] as number);
        s[own] = last + 1;
      };
    },
    isQueued: (name) => {
      const own = placeOf(name);
      return (s) => s[own] !== 0;
    },
    isEmpty: (s) => {
      for (const { place } of works) if (s[place] !== 0) return false;
      return true;
    },
    take: (s) => {
      let first = '';
      for (const { name, place } of works) {
        if (s[place] === 1) first = name;
        if (s[place] !== 0) s[place] = (s[place] as number) - 1;
      }
      return first;
    },
  };
}

/**
 * The thread of a vhost device, which has the memory of QEMU's process: it takes what it was given, first come, first
 * served. A work may be given again as soon as it runs. One worker a device; several (`VHOST_NEW_WORKER`, 6.5) are not
 * modelled.
 * Source: Linux drivers/vhost/vhost.c `vhost_run_work_list`, kernel/vhost_task.c `vhost_task_fn` (6.12); trace
 * X3-net-vhost-on.
 */
export function vhostWorker(list: VhostWorkList, works: Readonly<Record<string, Procedure>>): Procedure {
  const steps: Record<string, Step> = {
    'run-work': {
      at: `${FILE} vhost_run_work_list (clear_bit VHOST_WORK_QUEUED)`,
      cost: 'workqueue',
      rest: true,
      when: (s) => !list.isEmpty(s),
      do: (s) => `run-${list.take(s)}`,
    },
  };
  Object.entries(works).forEach(([name, work], i, { length }) => {
    steps[`run-${name}`] = { at: `${FILE} vhost_run_work_list (work->fn)`, call: work };
    if (i === length - 1) return;
    // Before the next one there is a way round it.
    steps[`${name}-done`] = { at: `${FILE} vhost_run_work_list (cond_resched)`, do: () => RETURN };
  });
  return procedure<string>(VHOST, 'vhost_run_work_list', steps);
}

/**
 * What waits at an eventfd or a socket for a vhost device: in the context of whoever signals, it queues the work and wakes
 * the worker. Work that is queued already stays queued once: this is where notifications merge, since nobody reads the
 * count of the eventfd.
 * Source: Linux drivers/vhost/vhost.c `vhost_poll_wakeup`, `vhost_poll_queue` (6.12); trace X3-net-vhost-on.
 */
export function vhostPollWakeup(list: VhostWorkList, name: string): Procedure {
  const queue = list.queue(name);
  return procedure<string>(VHOST, `vhost_poll_wakeup(${name})`, {
    [`wake-vhost-for-${name}`]: {
      at: `${FILE} vhost_poll_wakeup (test_and_set_bit VHOST_WORK_QUEUED, vhost_task_wake)`,
      cost: 'vhostWakeup',
      emits: ['function:vhost_poll_wakeup'],
      do: (s) => {
        queue(s);
      },
    },
  });
}
