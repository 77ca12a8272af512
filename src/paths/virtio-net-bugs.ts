import type { KnownBug } from './path.ts';

/** A queue of two buffers and packets that take both show it with the fewest states. */
export const RX_STALL: KnownBug = {
  name: 'rx-stall',
  title:
    'Too few buffers for a packet: the index that the device wants to be notified at is old when it is written, and it looks for enough buffers, not for any',
  introducedIn: null,
  fixedIn: 'QEMU 9.1',
  violates: 'no-lost-interrupt',
  needs: { device: 'virtio-net', traffic: 'receive', queueDepth: 2, packetBuffers: 2 },
  source:
    'QEMU f937309fbd "virtio-net: Fix network stall at the host side waiting for kick" (2024), which tells of this order of events; it names 06b12970174 as the origin, whose release was not looked up',
};

/** Of a network card that QEMU serves; they show on its kick. */
export const NET_BUGS: readonly KnownBug[] = [RX_STALL];
