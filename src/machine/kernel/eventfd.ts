import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Party, Procedure, Step } from '../../engine/step.ts';

/** The largest count kept: 0, 1 and "many" are all that anybody can tell apart. */
const MANY = 2;

/** An eventfd: a count that signals add to and one read takes away whole. */
export interface Eventfd {
  /** As in labels, e.g. `trigger`. */
  readonly name: string;
  readonly count: Field;
}

/** An eventfd and how to signal it. */
export interface SignalledEventfd extends Eventfd {
  /** Adds one to the count and runs whoever waits by callback, all in the context of the caller. */
  readonly signal: Procedure;
}

/** Adds an eventfd, with that count at the start. Source: Linux fs/eventfd.c. */
export function eventfd(m: ModelBuilder, name: string, initial: 0 | 1 = 0): Eventfd {
  return { name, count: m.field(`${name} eventfd`, { values: ['0', '1', 'many'], initial }) };
}

/**
 * Lets `signaller` signal an eventfd. A poller waits with a guard on the count; a kernel waiter (an irqfd, a virqfd)
 * is a procedure that runs inside the signal, for as long as it `isAttached` if it is not always.
 * Source: Linux fs/eventfd.c `eventfd_signal_mask`.
 */
export function signalledBy(
  signaller: Party,
  { name, count }: Eventfd,
  waiter?: Procedure,
  isAttached?: (s: State) => boolean,
): SignalledEventfd {
  const signal: Step<never> = {
    at: 'Linux fs/eventfd.c eventfd_signal_mask',
    cost: 'eventfdSignal',
    emits: ['function:eventfd_signal_mask'],
    // Whoever reads it next cannot tell two signals from one.
    marks: [(s) => (s[count] === MANY ? 'merged-in-eventfd' : 'eventfd-signal')],
    do: (s) => {
      s[count] = Math.min(MANY, (s[count] as number) + 1);
      return isAttached === undefined || isAttached(s) ? undefined : RETURN;
    },
    ...(waiter ? { call: waiter } : {}),
  };
  return {
    name,
    count,
    signal: procedure(signaller, 'eventfd_signal_mask', { [`signal-${name}`]: signal }),
  };
}

/**
 * Lets `signaller` signal an eventfd whose count nobody reads: only the waiter, if there is one, notices.
 * Source: Linux fs/eventfd.c `eventfd_signal_mask`, drivers/vhost/vhost.c `vhost_poll_wakeup` (does not read it).
 */
export function signalledUnread(signaller: Party, name: string, waiter?: Procedure): Procedure {
  return procedure(signaller, 'eventfd_signal_mask', {
    [`signal-${name}`]: {
      at: 'Linux fs/eventfd.c eventfd_signal_mask',
      cost: 'eventfdSignal',
      emits: ['function:eventfd_signal_mask'],
      marks: ['eventfd-signal'],
      ...(waiter ? { call: waiter } : {}),
    },
  });
}

/**
 * As {@link signalledBy}, for a waiter that is removed while several may signal: what it does first, it does with the
 * signal, as both have the lock of the eventfd's wait queue. Source: Linux fs/eventfd.c `eventfd_signal_mask` (wqh.lock).
 */
export function signalledUnderLock(
  signaller: Party,
  { name, count }: Eventfd,
  waiter: Procedure,
  isAttached: (s: State) => boolean,
): SignalledEventfd {
  const { first, others } = splitWaiter(waiter);
  const { signal, ...eventfd } = signalledBy(signaller, { name, count }, others, isAttached);
  return { ...eventfd, signal: { ...signal, steps: withFirst(signal.steps, first) } };
}

/** {@link signalledUnderLock} if the waiter is not always attached, {@link signalledBy} if it is or there is none. */
export function signalledWhileAttached(
  signaller: Party,
  eventfd: Eventfd,
  waiter: Procedure | undefined,
  isAttached: ((s: State) => boolean) | undefined,
): Procedure {
  if (waiter === undefined || isAttached === undefined) return signalledBy(signaller, eventfd, waiter).signal;
  return signalledUnderLock(signaller, eventfd, waiter, isAttached).signal;
}

/** What a waiter does first, and the waiter without that. */
function splitWaiter(waiter: Procedure): { readonly first: Step['do']; readonly others: Procedure } {
  const [label, step] = Object.entries(waiter.steps)[0] as [string, Step];
  const { do: first, ...woken } = step;
  return { first, others: { ...waiter, steps: { ...waiter.steps, [label]: woken } } };
}

/** Steps that do what the waiter does first as well, where they go on to it. */
function withFirst(steps: Procedure['steps'], first: Step['do']): Procedure['steps'] {
  const both = ([label, step]: [string, Step]): [string, Step] => [
    label,
    {
      ...step,
      do: (s, choice) => {
        const go = step.do?.(s, choice);
        if (go === undefined) first?.(s, choice);
        return go;
      },
    },
  ];
  return Object.fromEntries(Object.entries(steps).map(both));
}

/**
 * Lets a process signal an eventfd by write(2); whoever waits by callback, if anybody does, runs inside it, if it is not
 * always there for as long as it `isAttached`, and then what it does first under the lock of the wait queue.
 * Source: Linux fs/eventfd.c `eventfd_write`; trace X5-split.
 */
export function writtenBy(
  writer: Party,
  { name, count }: Eventfd,
  waiter?: Procedure,
  isAttached?: (s: State) => boolean,
): Procedure {
  const split = waiter !== undefined && isAttached !== undefined ? splitWaiter(waiter) : undefined;
  const called = split?.others ?? waiter;
  const write: Step<never> = {
    at: 'Linux fs/eventfd.c eventfd_write',
    cost: 'eventfdSignal',
    emits: ['syscalls:sys_enter_write', 'function:eventfd_write'],
    do: (s) => {
      s[count] = Math.min(MANY, (s[count] as number) + 1);
      return isAttached === undefined || isAttached(s) ? undefined : RETURN;
    },
    ...(called ? { call: called } : {}),
  };
  const steps = { [`write-${name}`]: write };
  return procedure<string>(writer, 'eventfd_write', split ? withFirst(steps, split.first) : steps);
}
