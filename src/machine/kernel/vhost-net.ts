import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Virtqueue } from '../guest/virtqueue.ts';
import { VHOST_NET } from '../parties.ts';
import { withQueue } from '../queue-marks.ts';
import { tapSendmsg } from './tap.ts';
import { disableNotify, enableNotify, vhostSignal } from './vhost-virtqueue.ts';
import { vhostWorker, vhostWorkList } from './vhost-worker.ts';
import type { VhostWorkList } from './vhost-worker.ts';

const FILE = 'Linux drivers/vhost/net.c';

/** The work that a notification of the transmit queue brings. */
export const TX_WORK = 'tx';

/** What the transmit queue of a vhost-net device is wired to. */
export interface VhostNetWiring {
  readonly queue: Virtqueue;
  readonly depth: number;
  readonly workerCpu: number;
  /** Signals the call eventfd. */
  readonly signal: Procedure;
  /** What a notification that finds nothing is counted as. */
  readonly emptyMark: string;
  /** False leaves out the second look after notifications are wanted again, to see what it is for. */
  readonly looksAgain: boolean;
  /** What its packets are counted for besides; absent if there is no other queue. */
  readonly countedFor?: string;
  /** Adds the worker and its list, where the queue is given to vhost and taken from it; absent if vhost always has it. */
  readonly addWorker?: (handleTx: Procedure) => VhostWorkList;
}

/** The transmit queue in the kernel. */
export interface VhostNet {
  readonly list: VhostWorkList;
  /** Whether it has taken no packets that it has not given back. */
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds the transmit queue of a vhost-net device: the worker copies all packets that there are, wants notifications again,
 * and only then hands them to the tap, gives them back together and signals once. It lets others go first after 256
 * packets, which it cannot take in one turn here: it gives none back before its end, or before the 64th.
 * Source: Linux drivers/vhost/net.c `handle_tx_kick`, `handle_tx_copy`, `vhost_net_build_xdp`, `vhost_tx_batch`,
 * `vhost_net_signal_used` (6.12); trace X3-net-vhost-on.
 */
export function vhostNet(m: ModelBuilder, wiring: VhostNetWiring): VhostNet {
  const { queue, depth } = wiring;
  const batched = m.field('packets batched', { max: depth });
  const sent = m.field('packets sent', { max: depth });
  const getDescriptor = (nothing: string): Step => ({
    at: `Linux drivers/vhost/vhost.c vhost_get_vq_desc; ${FILE} get_tx_bufs`,
    do: (s) => {
      if (s[queue.available] === 0) return nothing;
      queue.pop(s, false);
      return 'build-packet';
    },
  });
  const handleTx = procedure<string>(VHOST_NET, 'handle_tx', {
    'handle-tx-kick': {
      at: `${FILE} handle_tx_kick (vhost_disable_notify)`,
      emits: ['function:handle_tx_kick'],
      do: (s) => {
        disableNotify(queue, s);
      },
    },
    'get-descriptor': getDescriptor('found-nothing'),
    'found-nothing': {
      at: `${FILE} handle_tx_copy (head == vq->num: nothing new)`,
      marks: [wiring.emptyMark],
      do: () => 'enable-notify',
    },
    'build-packet': {
      at: `${FILE} vhost_net_build_xdp`,
      cost: 'virtqueuePop',
      marks: ['request-taken'],
    },
    'copy-packet': {
      at: `${FILE} vhost_net_build_xdp (copy_page_from_iter)`,
      cost: 'packetCopy',
      do: (s) => {
        s[batched] = (s[batched] as number) + 1;
      },
    },
    'get-next-descriptor': getDescriptor('enable-notify'),
    ...enableNotify({ ...wiring, next: 'get-next-descriptor', done: 'send-batch' }),
    'send-batch': {
      at: `${FILE} vhost_tx_batch (sock->ops->sendmsg)`,
      do: (s) => {
        if (s[batched] === 0) return s[sent] === 0 ? RETURN : 'add-used';
        s[batched] = (s[batched] as number) - 1;
        s[sent] = (s[sent] as number) + 1;
        return undefined;
      },
      call: tapSendmsg(),
    },
    'packet-sent': { at: `${FILE} vhost_tx_batch`, do: () => 'send-batch' },
    'add-used': {
      at: `${FILE} vhost_net_signal_used (vhost_add_used_and_signal_n: one write of used->idx)`,
      cost: 'virtqueuePush',
      emits: ['function:vhost_add_used_and_signal_n'],
      marks: withQueue('request-used', wiring.countedFor),
      do: (s) => {
        for (let i = s[sent] as number; i > 0; i--) queue.push(s);
      },
    },
    ...vhostSignal(queue, sent, wiring.signal, wiring.countedFor),
  });
  const addWorker = (): VhostWorkList => {
    const list = vhostWorkList(m, [TX_WORK]);
    m.process('vhost', { kind: 'thread', cpu: wiring.workerCpu }, vhostWorker(list, { [TX_WORK]: handleTx }));
    return list;
  };
  const list = wiring.addWorker?.(handleTx) ?? addWorker();
  return { list, isAtRest: (s) => s[batched] === 0 && s[sent] === 0 };
}
