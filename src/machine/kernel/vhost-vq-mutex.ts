import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VHOST_NET } from '../parties.ts';
import { TX_WORK } from './vhost-net.ts';
import { vhostWorker, vhostWorkList } from './vhost-worker.ts';
import type { VhostWorkList } from './vhost-worker.ts';

const FILE = 'Linux drivers/vhost/net.c';

const IDLE = 0;
const RUNS_WORK = 1;
const HOLDS_MUTEX = 2;

/** A worker that handles its queue under the queue's mutex, which the ioctls of the queue want too. */
export interface LockingWorker {
  readonly list: VhostWorkList;
  /** Adds the thread that runs the handler. */
  readonly addWorker: (handleTx: Procedure) => VhostWorkList;
  /** Whether an ioctl gets the mutex (`vq->mutex`). */
  readonly mayLock: (s: State) => boolean;
  /** Whether the worker runs nothing. */
  readonly isIdle: (s: State) => boolean;
}

/**
 * Adds the list of such a worker; it handles the queue only while that has a backend, which it always has if `hasBackend`
 * is left out. Source: Linux drivers/vhost/net.c `handle_tx`, drivers/vhost/vhost.c `vhost_vring_ioctl` (6.12).
 */
export function lockingWorker(
  m: ModelBuilder,
  workerCpu: number,
  hasBackend: (s: State) => boolean = () => true,
): LockingWorker {
  const worker = m.field('vhost worker', { values: ['idle', 'runs a work', 'holds vq->mutex'] });
  const list = vhostWorkList(m, [TX_WORK]);
  const underMutex = (handleTx: Procedure): Procedure =>
    procedure<string>(VHOST_NET, 'handle_tx(vq->mutex)', {
      'lock-vq': {
        at: `${FILE} handle_tx (mutex_lock_nested, vhost_vq_get_backend)`,
        do: (s) => {
          if (!hasBackend(s)) {
            s[worker] = IDLE;
            return RETURN;
          }
          s[worker] = HOLDS_MUTEX;
          return undefined;
        },
        call: handleTx,
      },
      'unlock-vq': {
        at: `${FILE} handle_tx (mutex_unlock)`,
        do: (s) => {
          s[worker] = IDLE;
        },
      },
    });
  return {
    list,
    addWorker: (handleTx) => {
      const take = (s: State): string => {
        s[worker] = RUNS_WORK;
        return list.take(s);
      };
      m.process(
        'vhost',
        { kind: 'thread', cpu: workerCpu },
        vhostWorker({ ...list, take }, { [TX_WORK]: underMutex(handleTx) }),
      );
      return list;
    },
    mayLock: (s) => s[worker] !== HOLDS_MUTEX,
    isIdle: (s) => s[worker] === IDLE,
  };
}
