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
  /** Where another thread takes the handler away and gives it back (`qemu_set_fd_handler`); absent if none does. */
  readonly changing?: ChangingFdHandler;
}

/** A handler that can be taken away. With it goes what ppoll has said of its descriptor. */
export interface ChangingFdHandler {
  readonly watched: Field;
  readonly revents: Field;
}

/** Adds the handler's being there. Source: QEMU util/aio-posix.c `aio_set_fd_handler` (a new AioHandler each time). */
export function changingFdHandler(m: ModelBuilder, startsWatched: boolean): ChangingFdHandler {
  return {
    watched: m.field('fd handler', { initial: startsWatched ? 1 : 0, values: ['none', 'set'] }),
    revents: m.field('revents', { values: ['none', 'readable'] }),
  };
}

function isReadable({ eventfd, changing }: WatchedFd, s: State): boolean {
  return s[eventfd.count] !== 0 && (changing === undefined || s[changing.watched] === 1);
}

/**
 * QEMU's main loop: waits without the BQL, takes it, runs the handlers of the file descriptors that ppoll found readable,
 * then expired timers. A descriptor that is signalled while the loop waits for the BQL has to wait for the next round.
 * What is signalled while ppoll is on its way back is not in its answer either (trace C1); that makes a difference only
 * where there is more than one to answer.
 * The second, non-blocking ppoll that follows progress in real traces changes nothing and is left out.
 * With `wakesForOthers` it also wakes when other threads of QEMU notify it, and reads that eventfd, which no device has
 * to do with (one read more than there are interrupts in trace P2-…-readfirst), before all others: it belongs to an event
 * source that is attached before theirs (trace X5-off).
 * Source: QEMU util/main-loop.c `os_host_main_loop_wait`, `glib_pollfds_poll`, `main_loop_wait`.
 */
export function mainLoop(
  m: ModelBuilder,
  lock: Bql,
  fds: readonly WatchedFd[],
  timer: Pick<MmapTimer, 'expired' | 'callback'> | null,
  wakesForOthers = false,
): Procedure {
  const revents = fds.map(
    ({ suffix, changing }) =>
      changing?.revents ?? m.field(`revents${suffix}`, { values: ['none', 'readable'] }),
  );
  const otherReady = wakesForOthers
    ? m.field('revents of QEMU itself', { values: ['none', 'readable'] })
    : null;
  const expired = (s: State): boolean => timer !== null && s[timer.expired] === 1;
  const signalled = (s: State): boolean => {
    for (const fd of fds) if (isReadable(fd, s)) return true;
    return false;
  };
  const separateReturn = fds.length > 1 || wakesForOthers;
  const ppollReturns = (s: State): string => {
    let ready = otherReady === null ? 0 : (s[otherReady] as number);
    for (const field of revents) ready += s[field] as number;
    return `syscalls:sys_exit_ppoll 0x${String(ready)}`;
  };
  const waysToWake = (s: State): number => (wakesForOthers && (signalled(s) || expired(s)) ? 2 : 1);
  const noteReady = (s: State, choice: number): undefined => {
    if (otherReady !== null) s[otherReady] = choice === 1 || !(signalled(s) || expired(s)) ? 1 : 0;
    for (let i = 0; i < fds.length; i++) {
      if (isReadable(fds[i] as WatchedFd, s)) s[revents[i] as Field] = 1;
    }
    return undefined;
  };
  /** Where to go when the descriptors before `first` have been looked at. */
  const next = (s: State, first: number): string => {
    if (otherReady !== null && s[otherReady] === 1) return 'read-own-notifier';
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
      ...(separateReturn ? {} : { emits: [ppollReturns] }),
      rest: true,
      when: (s) => wakesForOthers || signalled(s) || expired(s),
      ...(wakesForOthers ? { choose: waysToWake } : {}),
      do: noteReady,
    },
    ...(separateReturn
      ? {
          'poll-returns': {
            at: 'Linux fs/select.c do_sys_poll (returns with what it saw when it looked)',
            emits: [ppollReturns],
            local: true,
          },
        }
      : {}),
    'main-loop-locks-bql': {
      at: 'QEMU util/main-loop.c os_host_main_loop_wait (qemu_mutex_lock_iothread)',
      cost: 'bqlLock',
      when: lock.isFree,
      do: (s) => {
        s[lock.owner] = BQL_MAIN_LOOP;
        return next(s, 0);
      },
    },
    ...(otherReady === null
      ? {}
      : {
          'read-own-notifier': {
            at: 'QEMU util/async.c aio_context_notifier_cb (event_notifier_test_and_clear)',
            cost: 'surroundings',
            emits: ['function:eventfd_read'],
            do: (s: State) => {
              s[otherReady] = 0;
              return next(s, 0);
            },
          },
        }),
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
