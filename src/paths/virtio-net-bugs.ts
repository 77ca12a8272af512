import type { KnownBug } from './path.ts';

/** A queue of two buffers and packets that take both show it with the fewest states. */
export const RX_STALL: KnownBug = {
  name: 'rx-stall',
  title:
    'Too few buffers for a packet: the index that the device wants to be notified at is old when it is written, and it looks for enough buffers, not for any',
  introducedIn: null,
  fixedIn: 'QEMU 9.1',
  violates: 'no-lost-interrupt',
  needs: {
    device: 'virtio-net',
    traffic: 'receive',
    queueDepth: 2,
    packetBuffers: 2,
    guest: 'busy',
    call: 'intx',
  },
  source:
    'QEMU f937309fbd "virtio-net: Fix network stall at the host side waiting for kick" (2024), which tells of this order of events; it names 06b12970174 as the origin, whose release was not looked up',
};

/** Bursts of one packet and a queue of two show it with the fewest states. */
export const TX_TIMER_BURST: KnownBug = {
  name: 'tx-timer-burst',
  title:
    'tx=timer: what is left in the queue when a burst is full is not flushed, and the guest has no reason to notify again',
  introducedIn: 'QEMU 0.14',
  fixedIn: 'QEMU 7.2',
  violates: 'no-lost-interrupt',
  needs: { device: 'virtio-net', tx: 'timer', queueDepth: 2, txBurst: 1, guest: 'busy', call: 'intx' },
  source:
    'QEMU 7550a82259 "virtio-net: fix TX timer with tx_burst" (L. Vivier, October 2022; 7.2 by its date), which fixes e3f30488e5f8 "virtio-net: Limit number of packets sent per TX flush" (September 2010; 0.14 by its date)',
};

/** A queue of one buffer, and packets that do not fit into it, show it with the fewest states. */
export const RX_LIVELOCK: KnownBug = {
  name: 'rx-livelock',
  title:
    'vhost: buffers that are too few for a packet are put back, and then taken for new ones: the worker looks at them again and again, and does not wait for a notification',
  introducedIn: 'Linux 5.18',
  fixedIn: null,
  violates: 'no-storm',
  needs: {
    device: 'virtio-net',
    traffic: 'receive',
    packetBuffers: 2,
    eventIdx: 'off',
    guest: 'busy',
    pvEoi: 'off',
  },
  source:
    'report of a vhost worker that spins in handle_rx() on 6.18.10, with the reason ("[BUG] vhost_net: livelock in handle_rx()", linux-kernel); Linux d3bb267bbdcb "vhost: cache avail index in vhost_enable_notify()" (5.18 by the stable tag of what fixed it otherwise) compares with last_avail_idx since then',
};

/** Of a network card that the kernel serves. */
export const VHOST_NET_BUGS: readonly KnownBug[] = [RX_LIVELOCK];

/** Of a network card that QEMU serves; they show on its kick. */
export const NET_BUGS: readonly KnownBug[] = [RX_STALL, TX_TIMER_BURST];
