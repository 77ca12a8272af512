import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { MAIN_LOOP } from '../parties.ts';
import type { Bql } from './bql.ts';
import { BQL_FREE, BQL_MAIN_LOOP } from './bql.ts';
import type { MmapTimer } from './mmap-timer.ts';

/** A file descriptor that the main loop watches. */
export interface WatchedFd {
  readonly suffix: string;
  readonly eventfd: Eventfd;
  readonly handler: Procedure;
}

/**
 * QEMU's main loop: waits without the BQL, takes it, runs the handlers of the file descriptors that ppoll found readable,
 * then expired timers. A descriptor that is signalled while the loop waits for the BQL has to wait for the next round.
 * The second, non-blocking ppoll that follows progress in real traces changes nothing and is left out.
 * Source: QEMU util/main-loop.c `os_host_main_loop_wait`, `glib_pollfds_poll`, `main_loop_wait`.
 */
export function mainLoop(
  m: ModelBuilder,
  lock: Bql,
  fds: readonly WatchedFd[],
  timer: MmapTimer | null,
): Procedure {
  const revents = fds.map(({ suffix }) => m.field(`revents${suffix}`, { values: ['none', 'readable'] }));
  const expired = (s: State): boolean => timer !== null && s[timer.expired] === 1;
  const signalled = (s: State): boolean => {
    for (const { eventfd } of fds) if (s[eventfd.count] !== 0) return true;
    return false;
  };
  /** Where to go when the descriptors before `first` have been looked at. */
  const next = (s: State, first: number): string => {
    for (let i = first; i < fds.length; i++) {
      if (s[revents[i] as Field] === 1) return `dispatch-handler${(fds[i] as WatchedFd).suffix}`;
    }
    return timer === null ? 'main-loop-unlocks-bql' : 'run-timers';
  };
  const dispatches: Record<string, Step> = {};
  fds.forEach(({ suffix, handler }, i) => {
    dispatches[`dispatch-handler${suffix}`] = {
      at: 'QEMU util/aio-posix.c aio_dispatch_handler',
      cost: 'dispatch',
      // Its first deed: pfd.revents = 0.
      do: (s) => {
        s[revents[i] as Field] = 0;
      },
      call: handler,
    };
    if (i < fds.length - 1) {
      dispatches[`handler-done${suffix}`] = {
        at: 'QEMU util/aio-posix.c aio_dispatch_handlers',
        do: (s) => next(s, i + 1),
      };
    }
  });
  return procedure<string>(MAIN_LOOP, 'main_loop_wait', {
    poll: {
      at: 'QEMU util/main-loop.c os_host_main_loop_wait (ppoll)',
      cost: 'syscall',
      emits: ['syscalls:sys_exit_ppoll 0x1'],
      rest: true,
      when: (s) => signalled(s) || expired(s),
      do: (s) => {
        fds.forEach(({ eventfd }, i) => {
          if (s[eventfd.count] !== 0) s[revents[i] as Field] = 1;
        });
      },
    },
    'main-loop-locks-bql': {
      at: 'QEMU util/main-loop.c os_host_main_loop_wait (qemu_mutex_lock_iothread)',
      cost: 'bqlLock',
      when: lock.isFree,
      do: (s) => {
        s[lock.owner] = BQL_MAIN_LOOP;
        return next(s, 0);
      },
    },
    ...dispatches,
    ...(timer === null
      ? {}
      : {
          'run-timers': {
            at: 'QEMU util/qemu-timer.c qemu_clock_run_all_timers',
            do: (s) => (expired(s) ? undefined : 'main-loop-unlocks-bql'),
            call: timer.callback,
          },
        }),
    'main-loop-unlocks-bql': {
      at: 'QEMU util/main-loop.c os_host_main_loop_wait (qemu_mutex_unlock_iothread)',
      do: (s) => {
        s[lock.owner] = BQL_FREE;
        return RETURN;
      },
    },
  });
}
