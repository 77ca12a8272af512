import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import { VIRTIO_NET } from '../parties.ts';
import { flushAgain, NET, VIRTIO } from './virtio-net.ts';
import type { NetTxQueue, TxHandling } from './virtio-net.ts';

/** What runs a transmit queue with a timer is wired to. */
export interface TxTimerWiring {
  readonly tx: NetTxQueue;
  readonly queue: Virtqueue;
  /** What a notification that finds nothing is counted as. */
  readonly emptyMark: string;
  /** False leaves out the second look after notifications are wanted again, to see what it is for. */
  readonly looksAgain: boolean;
  /** What is left in the queue when the burst is full is forgotten (until 7.1). */
  readonly forgetsRest: boolean;
}

/**
 * Adds the handling with `tx=timer`: a notification turns notifications off and arms a timer; a second one while it runs
 * flushes the queue at once. Until 7.1 the queue was flushed once with notifications on, whatever was left.
 * Source: QEMU hw/net/virtio-net.c `virtio_net_handle_tx_timer`, `virtio_net_tx_timer` (7.2, and 7550a82259 for what was
 * before it).
 */
export function txTimer(m: ModelBuilder, wiring: TxTimerWiring): TxHandling {
  const { tx, queue, looksAgain, forgetsRest } = wiring;
  const armed = m.field('tx timer', { values: ['idle', 'armed'] });
  const expired = m.field('tx timer expired', { values: ['no', 'yes'] });
  const isWaiting = (s: State): boolean => s[armed] === 1 || s[expired] === 1;
  const arm = (s: State): void => {
    s[armed] = 1;
  };
  m.process(
    'tx timer',
    { kind: 'timer', armed },
    procedure(VIRTIO_NET, 'tx timer', {
      'tx-timer-expires': {
        at: 'QEMU util/qemu-timer.c timerlist_deadline_ns (QEMU_CLOCK_VIRTUAL)',
        cost: 'txTimer',
        rest: true,
        when: (s) => s[armed] === 1,
        do: (s) => {
          s[armed] = 0;
          s[expired] = 1;
        },
      },
    }),
  );
  const at = `${NET} virtio_net_tx_timer`;
  const run: Procedure = procedure<string>(VIRTIO_NET, 'virtio_net_tx_timer', {
    'tx-timer-callback': {
      at: `${at} (tx_waiting = 0)`,
      cost: 'deviceModel',
      do: (s) => {
        s[armed] = 0;
        s[expired] = 0;
        if (forgetsRest) tx.setNotification(1, s);
      },
      call: tx.flush,
    },
    ...(forgetsRest
      ? {
          'forget-rest': {
            at: `${at} (returns, whatever is left)`,
            do: (s: State) => {
              s[tx.flushed] = 0;
              return RETURN;
            },
          },
        }
      : flushAgain({ tx, at, how: 'timer_mod', schedule: arm, emits: [], looksAgain })),
  });
  return {
    isDue: (s) => s[expired] === 1,
    isAtRest: (s) => !isWaiting(s),
    run,
    handleQueue: procedure<string>(VIRTIO_NET, 'virtio_net_handle_tx_timer', {
      'notify-queue': {
        at: `${VIRTIO} virtio_queue_notify_vq; ${NET} virtio_net_handle_tx_timer (tx_waiting)`,
        cost: 'deviceModel',
        emits: ['qemu:virtio_queue_notify n 1'],
        marks: [(s) => (s[queue.available] === 0 ? wiring.emptyMark : 'queue-notified')],
        do: (s) => (isWaiting(s) ? undefined : 'arm-tx-timer'),
        call: run,
      },
      'flushed-at-once': {
        at: `${NET} virtio_net_handle_tx_timer (timer_del, virtio_net_tx_timer)`,
        do: () => RETURN,
      },
      'arm-tx-timer': {
        at: `${NET} virtio_net_handle_tx_timer (timer_mod, virtio_queue_set_notification 0)`,
        cost: 'timerMod',
        do: (s) => {
          arm(s);
          tx.setNotification(0, s);
        },
      },
    }),
  };
}
