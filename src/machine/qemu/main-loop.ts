import type { State } from '../../engine/state.ts';
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
 * QEMU's main loop: waits without the BQL, takes it, runs file descriptor handlers, then expired timers.
 * The second, non-blocking ppoll that follows progress in real traces changes nothing and is left out.
 * Source: QEMU util/main-loop.c `os_host_main_loop_wait`, `main_loop_wait`.
 */
export function mainLoop(lock: Bql, fds: readonly WatchedFd[], timer: MmapTimer | null): Procedure {
  const expired = (s: State): boolean => timer !== null && s[timer.expired] === 1;
  const signalledFrom = (s: State, first: number): WatchedFd | undefined => {
    for (let i = first; i < fds.length; i++) {
      const fd = fds[i] as WatchedFd;
      if (s[fd.eventfd.count] !== 0) return fd;
    }
    return undefined;
  };
  /** Where to go when the descriptors before `first` have been looked at. */
  const next = (s: State, first: number): string => {
    const fd = signalledFrom(s, first);
    if (fd) return `dispatch-handler${fd.suffix}`;
    return timer === null ? 'main-loop-unlocks-bql' : 'run-timers';
  };
  const dispatches: Record<string, Step> = {};
  fds.forEach(({ suffix, handler }, i) => {
    dispatches[`dispatch-handler${suffix}`] = {
      at: 'QEMU util/aio-posix.c aio_dispatch_handler',
      cost: 'dispatch',
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
      when: (s) => signalledFrom(s, 0) !== undefined || expired(s),
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
