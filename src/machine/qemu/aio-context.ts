import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Party, Procedure, Step, Tracepoint } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { MAIN_LOOP } from '../parties.ts';
import type { Bql } from './bql.ts';
import { BQL_FREE, BQL_MAIN_LOOP } from './bql.ts';
import type { ChangingFdHandler } from './main-loop.ts';

const MAIN = 'QEMU util/main-loop.c os_host_main_loop_wait';

const NOTIFY = 1;
const NOTIFY_AND_READY = 2;

/** How other threads reach an event loop of QEMU: the eventfd of its AioContext, and whether they have to use it. */
export interface AioNotifier extends Eventfd {
  /** `notify_me`: the loop is about to wait or waits, so that whoever schedules something must write the eventfd. */
  readonly notifyMe: Field;
}

/**
 * Adds the notifier of one event loop. Of its count only that it is not 0 is kept: the loop takes it away whole and asks
 * for nothing else. Source: QEMU util/async.c `aio_notify`, docs/spin/aio_notify.promela (7.2).
 */
export function aioNotifier(m: ModelBuilder): AioNotifier {
  return {
    name: 'AioContext',
    count: m.field('AioContext eventfd', { values: ['0', '1'] }),
    notifyMe: m.field('notify_me', { values: ['no', 'yes', 'yes, with a bottom half found'] }),
  };
}

/**
 * What the thread that schedules a bottom half prints and does: it writes the eventfd of the event loop if that waits or
 * is about to. Source: QEMU util/async.c `aio_notify` (7.2).
 */
export function aioNotification({ notifyMe, count }: AioNotifier): {
  readonly emits: readonly Tracepoint[];
  readonly notify: (s: State) => void;
} {
  const written =
    (event: string): Tracepoint =>
    (s) =>
      s[notifyMe] === 0 ? '' : event;
  return {
    emits: [written('syscalls:sys_enter_write'), written('function:eventfd_write')],
    notify: (s) => {
      if (s[notifyMe] !== 0) s[count] = 1;
    },
  };
}

/** The step of another thread that has scheduled something. Source: QEMU util/async.c `aio_notify` (7.2); traces X1. */
export function aioNotify(notifier: AioNotifier): Record<string, Step> {
  const { emits, notify } = aioNotification(notifier);
  return {
    'notify-aio-context': {
      at: 'QEMU util/async.c aio_notify (event_notifier_set if notify_me)',
      cost: 'eventfdSignal',
      emits,
      do: (s) => {
        notify(s);
      },
    },
  };
}

/** What other threads schedule in an event loop. */
export interface BottomHalf {
  readonly isScheduled: (s: State) => boolean;
  readonly run: Procedure;
}

/** A file descriptor that an event loop watches. */
export interface AioHandler {
  /** As in labels, e.g. `host-notifier`. */
  readonly name: string;
  readonly eventfd: Eventfd;
  readonly handler: Procedure;
  /** What calls the handler, where it is no AioHandler but a source of glib's. */
  readonly dispatchAt?: string;
  /** Whether the loop watches it at the moment; absent if it always does. */
  readonly isWatched?: (s: State) => boolean;
  /** Where it is taken away and given back (`aio_set_event_notifier`); absent if it never is. */
  readonly changing?: ChangingFdHandler;
}

function isReadable({ eventfd, isWatched, changing }: AioHandler, s: State): boolean {
  if (s[eventfd.count] === 0 || isWatched?.(s) === false) return false;
  return changing === undefined || s[changing.watched] === 1;
}

/** What the main loop is wired to. */
export interface MainAioContextWiring {
  readonly lock: Bql;
  readonly notifier: AioNotifier;
  /** Null if nothing is ever scheduled. */
  readonly bottomHalf: BottomHalf | null;
  readonly handlers: readonly AioHandler[];
  /** Timers of the main loop, which it runs after everything else; absent if there are none. */
  readonly timers?: BottomHalf;
  /** Handlers of the main loop's second context, which comes after the first (`iohandler_ctx`). */
  readonly ioHandlers: readonly AioHandler[];
}

/**
 * QEMU's main loop with its AioContext: announces that it is going to wait, waits in ppoll, runs what was scheduled
 * meanwhile, then the handlers of the file descriptors that ppoll found readable. What is scheduled while it runs writes
 * no eventfd and is found before it waits again; in that round glib does not ask `aio_ctx_check`, so that the announcement
 * stands until the next. The second, non-blocking ppoll that follows progress in real traces
 * changes nothing and is left out.
 * Source: QEMU util/async.c `aio_ctx_prepare`, `aio_ctx_check`, `aio_bh_poll`, util/aio-posix.c `aio_dispatch_handlers`,
 * util/main-loop.c `os_host_main_loop_wait` (7.2); traces X1-blk-ioeventfd-on, X1-blk-vectors0-intx.
 */
export function mainAioContext(m: ModelBuilder, wiring: MainAioContextWiring): Procedure {
  const { lock, notifier, bottomHalf, timers } = wiring;
  const handlers: readonly AioHandler[] = [
    ...wiring.handlers,
    { name: 'aio-notifier', eventfd: notifier, handler: readNotifier(MAIN_LOOP, notifier) },
    ...wiring.ioHandlers,
  ];
  const revents = handlers.map(
    ({ name, changing }) =>
      changing?.revents ?? m.field(`revents of ${name}`, { values: ['none', 'readable'] }),
  );
  const isScheduled = (s: State): boolean => bottomHalf?.isScheduled(s) === true;
  const isSignalled = (s: State): boolean => {
    for (const handler of handlers) if (isReadable(handler, s)) return true;
    return false;
  };
  /** Where to go when the descriptors before `first` have been looked at. */
  const next = (s: State, first: number): string => {
    for (let i = first; i < handlers.length; i++) {
      if (s[revents[i] as Field] === 1) return `dispatch-${(handlers[i] as AioHandler).name}`;
    }
    return timers ? 'run-timers' : 'unlock-bql';
  };
  return procedure<string>(MAIN_LOOP, 'main_loop_wait', {
    'prepare-poll': {
      at: 'QEMU util/async.c aio_ctx_prepare (notify_me)',
      do: (s) => {
        s[notifier.notifyMe] = isScheduled(s) ? NOTIFY_AND_READY : NOTIFY;
      },
    },
    poll: {
      at: `${MAIN} (ppoll)`,
      cost: 'syscall',
      rest: true,
      when: (s) => isSignalled(s) || isScheduled(s) || timers?.isScheduled(s) === true,
      do: (s) => {
        for (let i = 0; i < handlers.length; i++) {
          if (isReadable(handlers[i] as AioHandler, s)) s[revents[i] as Field] = 1;
        }
      },
    },
    'poll-returns': {
      at: 'Linux fs/select.c do_sys_poll (returns with what it saw when it looked)',
      emits: [
        (s) =>
          `syscalls:sys_exit_ppoll 0x${String(revents.reduce((sum, field) => sum + (s[field] as number), 0))}`,
      ],
      local: true,
    },
    'lock-bql': {
      at: `${MAIN} (qemu_mutex_lock_iothread)`,
      cost: 'bqlLock',
      when: lock.isFree,
      do: (s) => {
        s[lock.owner] = BQL_MAIN_LOOP;
      },
    },
    'check-bottom-halves': {
      at: 'QEMU util/async.c aio_ctx_check (notify_me), aio_bh_poll',
      do: (s) => {
        s[notifier.notifyMe] = s[notifier.notifyMe] === NOTIFY_AND_READY ? NOTIFY : 0;
        return isScheduled(s) ? undefined : next(s, 0);
      },
      ...(bottomHalf ? { call: bottomHalf.run } : {}),
    },
    ...(bottomHalf
      ? {
          'bottom-halves-done': {
            at: 'QEMU util/async.c aio_bh_poll',
            do: (s: State) => next(s, 0),
            local: true as const,
          },
        }
      : {}),
    ...dispatchSteps(handlers, revents, next),
    ...(timers
      ? {
          'run-timers': {
            at: 'QEMU util/qemu-timer.c qemu_clock_run_all_timers',
            do: (s: State) => (timers.isScheduled(s) ? undefined : 'unlock-bql'),
            call: timers.run,
          },
        }
      : {}),
    'unlock-bql': {
      at: `${MAIN} (qemu_mutex_unlock_iothread)`,
      do: (s) => {
        s[lock.owner] = BQL_FREE;
        return RETURN;
      },
    },
  });
}

function dispatchSteps(
  handlers: readonly AioHandler[],
  revents: readonly Field[],
  next: (s: State, first: number) => string,
): Record<string, Step> {
  const steps: Record<string, Step> = {};
  handlers.forEach(({ name, handler, dispatchAt }, i) => {
    steps[`dispatch-${name}`] = {
      at: dispatchAt ?? 'QEMU util/aio-posix.c aio_dispatch_handler',
      cost: 'dispatch',
      // Its first deed: pfd.revents = 0.
      do: (s) => {
        s[revents[i] as Field] = 0;
      },
      local: true,
      call: handler,
    };
    steps[`${name}-handled`] = {
      at: 'QEMU util/aio-posix.c aio_dispatch_handlers',
      do: (s) => next(s, i + 1),
      local: true,
    };
  });
  return steps;
}

/** The handler of an event loop's own eventfd. */
export function readNotifier(party: Party, { count }: AioNotifier): Procedure {
  return procedure(party, 'aio_context_notifier_cb', {
    'read-aio-notifier': {
      at: 'QEMU util/async.c aio_context_notifier_cb (event_notifier_test_and_clear)',
      cost: 'eventfdRead',
      emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
      do: (s) => {
        s[count] = 0;
      },
    },
  });
}
