import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Disk } from '../hardware/disk.ts';
import { THREAD_POOL } from '../parties.ts';
import { aioNotify } from './aio-context.ts';
import type { AioNotifier } from './aio-context.ts';

/** What the thread pool of an event loop is wired to. */
export interface ThreadPoolWiring {
  readonly disk: Disk;
  /** The event loop in which requests are completed. */
  readonly notifier: AioNotifier;
  readonly depth: number;
  readonly cpu: number;
}

/**
 * Adds the threads that do an image's file I/O with `aio=threads`, taken together as one: each waits for the disk in a
 * system call, marks its request as done and schedules the event loop's completion. Returns how many are done.
 * Source: QEMU util/thread-pool.c `worker_thread`, util/async.c `aio_notify` (7.2); traces X1-blk-ioeventfd-on and -off.
 */
export function threadPool(m: ModelBuilder, { disk, notifier, depth, cpu }: ThreadPoolWiring): Field {
  const finished = m.field('requests finished', { max: depth });
  m.process(
    'worker',
    { kind: 'thread', cpu },
    procedure<string>(THREAD_POOL, 'worker_thread', {
      'finish-request': {
        at: 'QEMU util/thread-pool.c worker_thread (THREAD_DONE, qemu_bh_schedule)',
        cost: 'threadPool',
        rest: true,
        when: (s) => (s[disk.done] as number) > 0,
        do: (s) => {
          s[disk.done] = (s[disk.done] as number) - 1;
          s[finished] = (s[finished] as number) + 1;
        },
      },
      ...aioNotify(notifier),
    }),
  );
  return finished;
}
