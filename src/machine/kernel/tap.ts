import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { TAP } from '../parties.ts';

/**
 * What a packet does that vhost has built itself and hands to a tap, in the context of its worker: the host's network stack
 * takes it as if it had been received. Source: Linux drivers/net/tun.c `tun_sendmsg`, `tun_xdp_one` (6.12).
 */
export function tapSendmsg(): Procedure {
  return procedure(TAP, 'tun_sendmsg', {
    'receive-packet': {
      at: 'Linux drivers/net/tun.c tun_sendmsg (tun_xdp_one, netif_receive_skb)',
      cost: 'tapReceive',
    },
  });
}

/**
 * What a write to a tap does in the context of the writer: the packet is copied, and the host's network stack takes it as
 * if it had been received. What the stack and whatever is behind it do with the packet later is not modelled.
 * Source: Linux drivers/net/tun.c `tun_chr_write_iter`, `tun_get_user` (6.12).
 */
export function tapWrite(): Procedure {
  const at = 'Linux drivers/net/tun.c tun_get_user';
  return procedure(TAP, 'tun_chr_write_iter', {
    'copy-packet': { at: `${at} (skb_copy_datagram_from_iter)`, cost: 'packetCopy' },
    'receive-packet': { at: `${at} (netif_receive_skb)`, cost: 'tapReceive' },
  });
}

/** Packets that wait in a tap for its reader. */
export interface TapQueue {
  readonly packets: Field;
  readonly room: number;
}

/** Adds what waits in a tap, which has room for so many packets. */
export function tapQueue(m: ModelBuilder, room: number): TapQueue {
  return { packets: m.field('packets in the tap', { max: room }), room };
}

/** Who waits for packets in the kernel. */
export interface TapWaiter {
  readonly wakeup: Procedure;
  readonly isWaiting: (s: State) => boolean;
}

/**
 * Adds the network, which brings a packet to the tap every `period`, as long as there is room. Whoever waits in the kernel
 * is woken in the context of the network; QEMU's main loop waits for the queue itself.
 * Source: Linux drivers/net/tun.c `tun_net_xmit`, net/core/sock.c `sock_def_readable` (6.12).
 */
export function tapNetwork(m: ModelBuilder, { packets, room }: TapQueue, waiter: TapWaiter | null): void {
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  const running = (s: State): boolean => s[stopped] === 0;
  m.process(
    'network',
    { kind: 'hardware' },
    procedure(TAP, 'network', {
      'packet-arrives': {
        at: `Linux drivers/net/tun.c tun_net_xmit${waiter === null ? '' : ' (sk_data_ready)'}`,
        cost: 'period',
        environment: 'arrival',
        rest: true,
        when: (s) => running(s) && (s[packets] as number) < room,
        do: (s) => {
          s[packets] = (s[packets] as number) + 1;
          return waiter?.isWaiting(s) === true ? undefined : RETURN;
        },
        ...(waiter === null ? {} : { call: waiter.wakeup }),
      },
    }),
  );
  m.process(
    'environment',
    { kind: 'hardware' },
    procedure(TAP, 'environment', {
      'environment-stops': {
        at: 'nobody sends to the guest any more',
        environment: 'stop',
        rest: true,
        when: running,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
}
