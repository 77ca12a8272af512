import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { napi } from '../machine/guest/napi.ts';
import type { Napi } from '../machine/guest/napi.ts';
import { netSender, noSender } from '../machine/guest/net-sender.ts';
import type { NetSender } from '../machine/guest/net-sender.ts';
import { virtqueue } from '../machine/guest/virtqueue.ts';
import type { Virtqueue } from '../machine/guest/virtqueue.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { tapNetwork, tapQueue } from '../machine/kernel/tap.ts';
import type { TapQueue } from '../machine/kernel/tap.ts';
import { availIdx } from '../machine/guest/avail-idx.ts';
import type { AvailIdx } from '../machine/guest/avail-idx.ts';
import type { CompleteSettings } from './read-settings.ts';
import { lastRegister, virtioBasis } from './virtio-machine.ts';
import type { VirtioBasis } from './virtio-machine.ts';
import { isSecondAlone } from './virtio-queues.ts';
import { tracedRegisters, x86Registers } from './virtio-registers.ts';
import { COMMANDS, RECEIVES, SENDS, SENDS_TOO } from './virtio-net-queues.ts';
import type { NetQueueNumbers } from './virtio-net-queues.ts';
import type { NotifierOptions } from './virtio-notifier-settings.ts';
import type { KickWay, Ways } from './virtio-settings.ts';

/** Packets that wait in the tap of a real host. */
const MOST_WAITING = 2;

/** Who makes the guest's queue busy. */
export type NetTraffic =
  | { readonly kind: 'send' | 'command'; readonly sender: NetSender }
  | {
      readonly kind: 'receive';
      readonly tap: TapQueue;
      readonly availIdx: AvailIdx;
      /** Buffers that a big packet takes. */
      readonly buffers: number;
    };

/** What every path of a virtio-net device is built on, before it is decided how kick and call go. */
export interface VirtioNetMachine extends VirtioBasis {
  /** The queue that is used. */
  readonly queue: Virtqueue;
  readonly numbers: NetQueueNumbers;
  readonly napi: Napi;
  readonly traffic: NetTraffic;
}

/** Adds the parts that all these paths share. An error says which fact or setting does not go with which. */
export function virtioNetMachine(
  settings: CompleteSettings,
  facts: Facts,
  { kick, call }: Ways,
  notifiers: Pick<NotifierOptions, 'change'> | null = null,
): Result<VirtioNetMachine> {
  if (settings.choice('arch') === 'arm') {
    return fail('device=virtio-net needs arch=x86: a network card on Arm is not modelled yet');
  }
  if (kick === 'vhost' && settings.choice('traffic') === 'command') {
    return fail("traffic=command: the control queue is QEMU's with vhost too, which is not modelled yet");
  }
  const m = new ModelBuilder();
  const kind = settings.choice('traffic', 'send') as NetTraffic['kind'];
  // It is asked when the vCPU is there, which comes after the queue.
  const isHeld = (s: State): boolean => pause?.isStopped(s) === true;
  const { queue, numbers, traffic } = TRAFFIC[kind](m, settings, kick, isHeld);
  const basis = virtioBasis(m, settings, facts, call, false, numbers.queueIndex, notifiers);
  if (!basis.ok) return basis;
  const { pause } = basis.value;
  return ok({
    ...basis.value,
    queue,
    numbers,
    napi: napi(m, traffic.kind === 'receive' ? 'rx' : 'tx'),
    traffic,
  });
}

/**
 * The second pair of queues of the card, and the vCPU that sends with it; the vhost of the pair is a device, and has a worker,
 * of its own. Source: Linux drivers/net/virtio_net.c `virtnet_set_affinity` (6.12); QEMU hw/net/vhost_net.c
 * `vhost_net_start` (one `vhost_net` for each tap queue).
 */
export function secondPair(first: VirtioNetMachine, settings: CompleteSettings): VirtioNetMachine {
  const { vcpuCpu } = first;
  const { cpus } = first.facts.host;
  const m = first.m.behindNames(' of pair 1');
  const vcpu = x86Vcpu(first.m, lastRegister(settings, 'irqfd'), false, false, 1);
  const pair = sending(m, settings, 'vhost', () => false, SENDS_TOO);
  return {
    ...first,
    ...pair,
    m,
    vcpu,
    access: tracedRegisters(x86Registers(first.transport, pair.numbers.queueIndex), vcpu),
    napi: napi(m, 'tx'),
    vcpuCpu: (vcpuCpu + 1) % cpus,
    otherCpu: (vcpuCpu + Math.min(3, cpus - 1)) % cpus,
  };
}

type QueueAndTraffic = Pick<VirtioNetMachine, 'queue' | 'numbers' | 'traffic'>;

function sending(
  m: ModelBuilder,
  settings: CompleteSettings,
  kick: KickWay,
  isHeld: (s: State) => boolean,
  numbers = SENDS,
): QueueAndTraffic {
  const depth = settings.number('queueDepth');
  const queue = virtqueue(m, depth, settings.choice('eventIdx') === 'on', {
    name: 'tx',
    delaysCall: true,
    ...(kick === 'vhost' ? { pushedAtOnce: depth } : {}),
  });
  const sender =
    numbers === SENDS && isSecondAlone(settings) ? noSender(m) : netSender(m, queue, depth, isHeld);
  return { queue, numbers, traffic: { kind: 'send', sender } };
}

/**
 * Fewer than the queue has buffers for: the sender's window. Of a real host's nobody sees more than those that wake
 * somebody before the first is taken.
 */
function roomInTap(settings: CompleteSettings, depth: number): number {
  const room = Math.max(1, depth >> 1);
  return settings.choice('surroundings') === 'real' ? Math.min(MOST_WAITING, room) : room;
}

function receiving(m: ModelBuilder, settings: CompleteSettings, kick: KickWay): QueueAndTraffic {
  const depth = settings.number('queueDepth');
  const wanted = settings.number('packetBuffers');
  // What does not fit into the whole queue either is told apart by vhost alone.
  const buffers = kick === 'vhost' ? wanted : Math.min(depth, wanted);
  const plain = virtqueue(m, depth, settings.choice('eventIdx') === 'on', {
    name: 'rx',
    isFilled: true,
    addedAtOnce: depth,
    pushedAtOnce: kick === 'vhost' ? depth : buffers,
    // Neither wants to be notified before it is short of buffers; QEMU says so with its first packet, if it has to.
    ...(kick === 'vhost' || settings.choice('eventIdx') === 'on' ? { isNotified: true } : {}),
  });
  const remembered = availIdx(m, plain, depth);
  const tap = tapQueue(m, roomInTap(settings, depth));
  // vhost is woken by it, and adds it when it is there.
  if (kick !== 'vhost') tapNetwork(m, tap, null);
  return {
    queue: remembered.queue,
    numbers: RECEIVES,
    traffic: { kind: 'receive', tap, availIdx: remembered, buffers },
  };
}

/** One command at a time, under the lock of the network configuration. */
function commanding(m: ModelBuilder, settings: CompleteSettings): QueueAndTraffic {
  const queue = virtqueue(m, 1, settings.choice('eventIdx') === 'on', { name: 'control' });
  return { queue, numbers: COMMANDS, traffic: { kind: 'command', sender: netSender(m, queue, 1) } };
}

const TRAFFIC = { send: sending, receive: receiving, command: commanding } as const;
