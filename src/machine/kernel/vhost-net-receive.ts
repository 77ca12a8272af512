import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { AvailIdx } from '../guest/avail-idx.ts';
import { VHOST_NET } from '../parties.ts';
import { tapNetwork } from './tap.ts';
import type { TapQueue } from './tap.ts';
import { disableNotify, vhostSignal } from './vhost-virtqueue.ts';
import { vhostPollWakeup, vhostWorker, vhostWorkList } from './vhost-worker.ts';
import type { VhostWorkList } from './vhost-worker.ts';

const FILE = 'Linux drivers/vhost/net.c';
const VHOST_FILE = 'Linux drivers/vhost/vhost.c';

/** The work that a notification of the receive queue brings, and the one that a packet in the tap brings. */
export const RX_KICK_WORK = 'rx-kick';
const RX_NET_WORK = 'rx-net';

/** What the receive queue of a vhost-net device is wired to. */
export interface VhostNetReceiveWiring {
  readonly availIdx: AvailIdx;
  readonly eventIdx: boolean;
  readonly tap: TapQueue;
  readonly depth: number;
  /** Buffers that a big packet takes; with 1 all take one. */
  readonly buffers: number;
  readonly workerCpu: number;
  /** Signals the call eventfd. */
  readonly signal: Procedure;
  /** What a notification that finds nothing to do is counted as. */
  readonly emptyMark: string;
  /** False leaves out the second look after notifications are wanted again, to see what it is for. */
  readonly looksAgain: boolean;
  /** Known bug: buffers that were too few and have been put back are taken for new ones. */
  readonly takesOldForNew: boolean;
}

/** The receive queue in the kernel. */
export interface VhostNetReceive {
  readonly list: VhostWorkList;
  /** Whether a packet waits that the guest has buffers for. */
  readonly couldDeliver: (s: State) => boolean;
  /** Whether the socket of the tap wakes the worker. */
  readonly isAtSocket: (s: State) => boolean;
  /** Whether it has taken no buffers that it has not given back. */
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds the receive queue of a vhost-net device, and the network behind its tap: whatever wakes the worker, it does not wait
 * at the socket while it runs, fills buffers as long as there are packets, gives all of them back together and signals once.
 * Without packets it waits at the socket again; without buffers enough, for a notification only. It gives none back before
 * its end, or before the 64th, and that it lets others go first after 256 packets, or as many looks for buffers, is left out.
 * Source: Linux drivers/vhost/net.c `handle_rx`, `get_rx_bufs`, `vhost_net_disable_vq`, `vhost_net_enable_vq`,
 * `vhost_net_signal_used`, drivers/vhost/vhost.c `vhost_poll_start`, `vhost_discard_vq_desc` (6.12); trace
 * X3-net-vhost-on.
 */
export function vhostNetReceive(m: ModelBuilder, wiring: VhostNetReceiveWiring): VhostNetReceive {
  const { availIdx, tap, depth, buffers } = wiring;
  const { queue } = availIdx;
  const atSocket = m.field('vhost at the socket', { values: ['no', 'waits'], initial: 1 });
  const head = m.field('packet at the head', {
    values: ['none', 'small', 'big'].slice(0, buffers > 1 ? 3 : 2),
  });
  const filled = m.field('buffers filled', { max: depth });
  const needed = (s: State): number => (s[head] === 2 ? buffers : (s[head] as number));
  const list = vhostWorkList(m, [RX_KICK_WORK, RX_NET_WORK]);
  const wakeup = vhostPollWakeup(list, RX_NET_WORK);
  const stopPolling = (s: State): void => {
    disableNotify(queue, s);
    s[atSocket] = 0;
  };
  const handleRx = procedure<string>(VHOST_NET, 'handle_rx', {
    'peek-packet': {
      at: `${FILE} vhost_net_rx_peek_head_len`,
      choose: (s) => (s[head] !== 0 || s[tap.packets] === 0 ? 1 : Math.min(2, buffers)),
      do: (s, choice) => {
        if (s[head] !== 0) return undefined;
        if (s[tap.packets] === 0) return 'wait-at-socket';
        s[tap.packets] = (s[tap.packets] as number) - 1;
        s[head] = 1 + choice;
        return undefined;
      },
    },
    'get-buffers': {
      at: `${FILE} get_rx_bufs (vhost_get_vq_desc; vhost_discard_vq_desc if they are too few)`,
      cost: 'virtqueuePop',
      do: (s) => {
        if ((s[queue.available] as number) < needed(s)) {
          if (!wiring.takesOldForNew) availIdx.look(s);
          if (wiring.eventIdx) availIdx.read(s);
          return 'enable-notify';
        }
        for (let n = needed(s); n > 0; n--) queue.pop(s, false);
        s[filled] = (s[filled] as number) + needed(s);
        s[head] = 0;
        return undefined;
      },
    },
    'copy-packet': {
      at: `${FILE} handle_rx (sock->ops->recvmsg); Linux drivers/net/tun.c tun_put_user`,
      cost: 'packetCopy',
      marks: ['request-taken'],
      do: () => 'peek-packet',
    },
    ...enableNotify(wiring),
    'wait-at-socket': {
      at: `${FILE} vhost_net_enable_vq; ${VHOST_FILE} vhost_poll_start (add_wait_queue)`,
      do: (s) => {
        s[atSocket] = 1;
      },
    },
    'poll-socket': {
      at: `${VHOST_FILE} vhost_poll_start (vfs_poll: tun_chr_poll)`,
      do: (s) => (s[tap.packets] === 0 ? 'signal-used' : undefined),
      call: wakeup,
    },
    'signal-used': {
      at: `${FILE} vhost_net_signal_used`,
      do: (s) => (s[filled] === 0 ? RETURN : undefined),
      local: true,
    },
    'add-used': {
      at: `${FILE} vhost_net_signal_used (vhost_add_used_and_signal_n: one write of used->idx)`,
      cost: 'virtqueuePush',
      emits: ['function:vhost_add_used_and_signal_n'],
      marks: ['request-used'],
      do: (s) => {
        for (let i = s[filled] as number; i > 0; i--) queue.push(s);
      },
    },
    ...vhostSignal(queue, filled, wiring.signal),
  });
  const isEnough = (s: State): boolean => (s[queue.available] as number) >= (needed(s) || buffers);
  const couldDeliver = (s: State): boolean => (s[head] !== 0 || s[tap.packets] !== 0) && isEnough(s);
  m.process(
    'vhost',
    { kind: 'thread', cpu: wiring.workerCpu },
    vhostWorker(list, {
      [RX_KICK_WORK]: runFor('handle_rx_kick', stopPolling, handleRx, (s) =>
        couldDeliver(s) ? 'queue-notified' : wiring.emptyMark,
      ),
      [RX_NET_WORK]: runFor('handle_rx_net', stopPolling, handleRx),
    }),
  );
  tapNetwork(m, tap, { wakeup, isWaiting: (s) => s[atSocket] === 1 });
  return {
    list,
    couldDeliver,
    isAtSocket: (s) => s[atSocket] === 1,
    isAtRest: (s) => s[filled] === 0 && list.isEmpty(s),
  };
}

/** The function of a work, which only says which it is: what it is for, both look for. */
function runFor(
  name: string,
  stopPolling: (s: State) => void,
  handleRx: Procedure,
  mark?: (s: State) => string,
): Procedure {
  return procedure<string>(VHOST_NET, name, {
    [name.replaceAll('_', '-')]: {
      at: `${FILE} ${name}, handle_rx (vhost_disable_notify, vhost_net_disable_vq)`,
      emits: [`function:${name}`],
      ...(mark ? { marks: [mark] } : {}),
      do: (s: State) => {
        stopPolling(s);
      },
      call: handleRx,
    },
  });
}

/** There are too few buffers: it wants to be notified, and looks whether there are more by now. */
function enableNotify(wiring: VhostNetReceiveWiring): Record<string, Step> {
  const { availIdx, eventIdx, looksAgain, takesOldForNew } = wiring;
  const { queue } = availIdx;
  const compared = takesOldForNew ? 'with last_avail_idx' : 'with what was read before';
  const disable = queue.disableKick;
  return {
    'enable-notify': {
      at: `${VHOST_FILE} vhost_enable_notify (avail_event = vq->avail_idx, or clears VRING_USED_F_NO_NOTIFY)`,
      do: (s) => {
        if (eventIdx) availIdx.writeEvent(s);
        else queue.enableKick(s);
        return looksAgain ? undefined : 'signal-used';
      },
    },
    'look-again-at-avail': {
      at: `${VHOST_FILE} vhost_enable_notify (vhost_get_avail_idx, compared ${compared})`,
      cost: 'virtqueueKick',
      do: (s) => {
        const isNew = takesOldForNew ? s[queue.available] !== 0 : availIdx.hasChanged(s);
        availIdx.forget(s);
        if (!isNew) return 'signal-used';
        return disable === null ? 'peek-packet' : undefined;
      },
    },
    ...(disable === null
      ? {}
      : {
          'disable-notify-again': {
            at: `${VHOST_FILE} vhost_disable_notify`,
            do: (s: State) => {
              disable(s);
              return 'peek-packet';
            },
          },
        }),
  };
}
