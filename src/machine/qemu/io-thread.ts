import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { IO_THREAD } from '../parties.ts';
import type { AioNotifier, BottomHalf } from './aio-context.ts';
import { readNotifier } from './aio-context.ts';
import type { ChangingFdHandler } from './main-loop.ts';

const FILE = 'QEMU util/aio-posix.c';
const TIMER = 'poll time';

/** How an IOThread polls its queue in memory before it blocks. */
export interface AioPolling {
  /** Polling has been started and not ended: notifications are off, and the queue's handler leaves them so. */
  readonly started: Field;
  /** `poll_ns` is not 0: the next round polls first. */
  readonly wanted: Field;
  /** The time that polling may take, `poll-max-ns`, has not passed since the round began. */
  readonly inTime: Field;
  /** The queue was found not empty and is to be handled in this round. */
  readonly polled: Field;
}

/**
 * Adds the polling of one IOThread. The time it polls adapts itself: after a wait longer than `poll-max-ns` it is 0,
 * after a shorter one it grows, here at once to the whole of `poll-max-ns` (QEMU: 4 us, then twice as much each time).
 * Source: QEMU util/aio-posix.c `aio_poll`, `run_poll_handlers` (7.2).
 */
export function aioPolling(m: ModelBuilder): AioPolling {
  const started = m.field('polling', { values: ['no', 'started'], notable: true });
  const wanted = m.field('poll_ns', { values: ['0', 'poll-max-ns'] });
  const inTime = m.field('poll time', { values: ['over', 'running'] });
  m.process(
    TIMER,
    { kind: 'timer', armed: inTime },
    procedure(IO_THREAD, TIMER, {
      'poll-time-over': {
        at: `${FILE} run_poll_handlers (elapsed_time), aio_poll (block_ns)`,
        cost: 'pollMax',
        rest: true,
        when: (s) => s[inTime] === 1,
        do: (s) => {
          s[inTime] = 0;
        },
      },
    }),
  );
  return { started, wanted, inTime, polled: m.field('polled queue', { values: ['not ready', 'ready'] }) };
}

/** What an IOThread is wired to. */
export interface IoThreadWiring {
  readonly notifier: AioNotifier;
  readonly bottomHalf: BottomHalf;
  readonly hostNotifier: Eventfd;
  /** What the host notifier's handler does, and what it calls: the queue's handler, which polling runs without it. */
  readonly readHostNotifier: Procedure;
  readonly handleQueue: Procedure;
  readonly queue: Virtqueue;
  /** Null with `poll-max-ns=0`. */
  readonly polling: AioPolling | null;
  /** False leaves out the last look when polling has ended, to see what it is for; it looks if this is absent. */
  readonly pollsOnceMore?: boolean;
  /** Where the host notifier is detached and attached while the thread runs. What has been detached is not polled. */
  readonly changing?: ChangingFdHandler;
  /** Whether another thread may detach it at any moment. */
  readonly isDetachedByOthers?: boolean;
}

/**
 * A thread of QEMU that runs a device's queue without the BQL: it polls the queue in memory for a while, with
 * notifications off; then it wants them again, looks once more, and waits in ppoll. What polling has found is handled
 * without a notification; one that was on its way already is read later and finds nothing.
 * Source: QEMU util/aio-posix.c `aio_poll`, `try_poll_mode`, `poll_set_started`, hw/virtio/virtio.c
 * `virtio_queue_host_notifier_aio_poll_begin`, `_poll`, `_poll_ready`, `_poll_end` (7.2); trace X2-blk-iothread.
 */
export function ioThread(m: ModelBuilder, wiring: IoThreadWiring): Procedure {
  const { notifier, bottomHalf, hostNotifier, polling, changing } = wiring;
  const hostReady =
    changing?.revents ?? m.field('revents of host-notifier', { values: ['none', 'readable'] });
  const notifierReady = m.field('revents of aio-notifier', { values: ['none', 'readable'] });
  const polled = polling?.polled ?? null;
  const isReadable = (s: State): boolean => s[hostNotifier.count] !== 0 && isWatched(changing, s);
  // What another thread may detach is asked for when it is.
  const local = wiring.isDetachedByOthers === true ? {} : { local: true as const };
  const isFound = (s: State): boolean => polled !== null && s[polled] === 1;
  const afterPolledQueue = (s: State): string => {
    if (s[hostReady] === 1) return 'dispatch-host-notifier';
    return s[notifierReady] === 1 ? 'dispatch-aio-notifier' : 'round-done';
  };
  const dispatch = (s: State): string => (isFound(s) ? 'dispatch-polled-queue' : afterPolledQueue(s));
  return procedure<string>(IO_THREAD, 'aio_poll', {
    ...(polling === null ? {} : pollSteps(wiring, polling)),
    'prepare-wait': {
      at: `${FILE} aio_poll (notify_me)`,
      do: (s) => {
        s[notifier.notifyMe] = 1;
      },
    },
    ...(polling === null ? {} : endPolling(wiring, polling)),
    poll: {
      at: 'QEMU util/fdmon-poll.c fdmon_poll_wait (ppoll)',
      cost: 'syscall',
      rest: true,
      when: (s) => isReadable(s) || s[notifier.count] !== 0 || bottomHalf.isScheduled(s) || isFound(s),
      do: (s) => {
        if (isReadable(s)) s[hostReady] = 1;
        if (s[notifier.count] !== 0) s[notifierReady] = 1;
      },
    },
    'poll-returns': {
      at: 'Linux fs/select.c do_sys_poll (returns with what it saw when it looked)',
      // With nothing to wait for there is no system call.
      emits: [
        (s) => {
          const ready = (s[hostReady] as number) + (s[notifierReady] as number);
          return ready === 0 ? '' : `syscalls:sys_exit_ppoll 0x${String(ready)}`;
        },
      ],
      local: true,
    },
    'accept-notify': {
      at: `${FILE} aio_poll (notify_me, aio_notify_accept)`,
      do: (s) => {
        s[notifier.notifyMe] = 0;
        if (polling === null) return;
        s[polling.wanted] = s[polling.inTime] as number;
        s[polling.inTime] = 0;
      },
    },
    'check-bottom-halves': {
      at: `${FILE} aio_poll (aio_bh_poll)`,
      do: (s) => (bottomHalf.isScheduled(s) ? undefined : dispatch(s)),
      call: bottomHalf.run,
    },
    'bottom-halves-done': { at: 'QEMU util/async.c aio_bh_poll', do: dispatch, ...local },
    ...(polled === null
      ? {}
      : {
          'dispatch-polled-queue': {
            at: 'QEMU hw/virtio/virtio.c virtio_queue_host_notifier_aio_poll_ready',
            cost: 'dispatch',
            do: (s: State) => {
              s[polled] = 0;
            },
            marks: ['polled'],
            local: true,
            call: wiring.handleQueue,
          },
          'polled-queue-handled': {
            at: `${FILE} aio_dispatch_ready_handlers`,
            do: afterPolledQueue,
            ...local,
          },
        }),
    ...dispatchFd('host-notifier', hostReady, wiring.readHostNotifier),
    'host-notifier-handled': {
      at: `${FILE} aio_dispatch_ready_handlers`,
      do: (s) => (s[notifierReady] === 1 ? undefined : 'round-done'),
      local: true,
    },
    ...dispatchFd('aio-notifier', notifierReady, readNotifier(IO_THREAD, notifier)),
    'round-done': { at: `${FILE} aio_poll (returns)`, do: () => RETURN },
  });
}

function isWatched(changing: ChangingFdHandler | undefined, s: State): boolean {
  return changing === undefined || s[changing.watched] === 1;
}

function dispatchFd(name: string, revents: Field, handler: Procedure): Record<string, Step> {
  return {
    [`dispatch-${name}`]: {
      at: `${FILE} aio_dispatch_handler`,
      cost: 'dispatch',
      do: (s) => {
        s[revents] = 0;
      },
      local: true,
      call: handler,
    },
  };
}

/** The beginning of a round: it polls if polling has paid of late. */
function pollSteps(
  { bottomHalf, queue, changing }: IoThreadWiring,
  { started, wanted, inTime, polled }: AioPolling,
): Record<string, Step> {
  const disable = queue.disableKick;
  const hasRequests = (s: State): boolean => s[queue.available] !== 0 && isWatched(changing, s);
  return {
    'begin-round': {
      at: `${FILE} aio_poll (start), try_poll_mode`,
      arms: TIMER,
      do: (s) => {
        s[inTime] = 1;
        return s[wanted] === 1 ? undefined : 'prepare-wait';
      },
    },
    'begin-polling': {
      at: 'QEMU hw/virtio/virtio.c virtio_queue_host_notifier_aio_poll_begin (virtio_queue_set_notification 0)',
      do: (s) => {
        if (!isWatched(changing, s)) return;
        s[started] = 1;
        disable?.(s);
      },
      // With event indices it writes nothing that others read.
      ...(disable === null && changing === undefined ? { local: true as const } : {}),
    },
    'run-poll-handlers': {
      at: `${FILE} run_poll_handlers (virtio_queue_host_notifier_aio_poll, aio_context_notifier_poll)`,
      // It does not sleep.
      runsGuest: true,
      when: (s) => hasRequests(s) || bottomHalf.isScheduled(s) || s[inTime] === 0,
      do: (s) => {
        if (hasRequests(s)) s[polled] = 1;
        else if (!bottomHalf.isScheduled(s)) return 'prepare-wait';
        // Progress: nothing is waited for, notify_me is not set, and polling stays started.
        s[inTime] = 0;
        return 'check-bottom-halves';
      },
    },
  };
}

/** The end of polling before the thread blocks. */
function endPolling(
  { queue, pollsOnceMore = true, changing }: IoThreadWiring,
  { started, polled }: AioPolling,
): Record<string, Step> {
  const pollOnceMore: Record<string, Step> = {
    'poll-once-more': {
      at: `${FILE} poll_set_started (polls one last time: io_poll_end raced with the event)`,
      cost: 'virtqueueKick',
      do: (s) => {
        if (s[queue.available] !== 0 && isWatched(changing, s)) s[polled] = 1;
      },
    },
  };
  return {
    'end-polling': {
      at: 'QEMU hw/virtio/virtio.c virtio_queue_host_notifier_aio_poll_end (virtio_queue_set_notification 1)',
      do: (s) => {
        if (s[started] === 0) return 'poll';
        s[started] = 0;
        queue.enableKick(s);
        return undefined;
      },
      ...(changing === undefined
        ? {}
        : {
            marks: [
              (s: State) =>
                isWatched(changing, s) && s[started] === 0 && !queue.isKickEnabled(s)
                  ? 'asleep-unnotified'
                  : 'polling-over',
            ],
          }),
    },
    ...(pollsOnceMore ? pollOnceMore : {}),
  };
}
