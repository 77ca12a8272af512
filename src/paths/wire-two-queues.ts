import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { compile } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { blockApplication } from '../machine/guest/virtio-blk-driver.ts';
import { packedVirtqueue } from '../machine/guest/packed-virtqueue.ts';
import { virtqueue } from '../machine/guest/virtqueue.ts';
import { disk } from '../machine/hardware/disk.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { aioNotifier } from '../machine/qemu/aio-context.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { DeviceParts } from './virtio-backend.ts';
import { x86CallTarget } from './virtio-call-target.ts';
import { addDiskGuest } from './virtio-disk-guest.ts';
import { messageInterrupt, takeUsed, VECTOR } from './virtio-interrupt.ts';
import type { DriverParts, GuestInterrupt } from './virtio-interrupt.ts';
import { callLeg, kickLeg } from './virtio-legs.ts';
import type { LegView } from './virtio-legs.ts';
import { lastRegister, virtioMachine } from './virtio-machine.ts';
import type { VirtioMachine } from './virtio-machine.ts';
import { addQueueService, addThreads } from './virtio-queue-service.ts';
import { tracedRegisters, x86Registers } from './virtio-registers.ts';
import type { Ways } from './virtio-settings.ts';
import { addVcpu } from './virtio-vcpu.ts';
import type { Wiring } from './wiring.ts';

/** What a machine with two queues is built from. */
export interface TwoQueuesRequest {
  readonly leg: 'kick' | 'call';
  readonly ways: Ways;
  readonly settings: CompleteSettings;
  readonly facts: Facts;
  readonly pollMaxNs: number;
  readonly driver: DriverParts;
  readonly device: DeviceParts;
}

/**
 * Wires a virtio-blk device whose guest uses two queues, each from a vCPU of its own, and looks at one leg of both. Linux
 * gives each CPU the queue of its number and the vector of that queue. Source: Linux drivers/block/virtio_blk.c `init_vq`,
 * drivers/virtio/virtio_pci_common.c `vp_find_vqs_msix` (6.12); QEMU hw/block/virtio-blk.c `virtio_blk_device_realize`.
 * No trace of it has been captured. Errors as of {@link virtioMachine}.
 */
export function wireTwoQueues(request: TwoQueuesRequest): Result<Wiring> {
  const { leg, ways, settings, facts, pollMaxNs } = request;
  const built = virtioMachine(settings, facts, ways.call, pollMaxNs);
  if (!built.ok) return built;
  const first = built.value;
  const machines = [first, secondQueue(first, ways, settings)];
  const queues = machines.map((machine, i) => addQueue(request, machine, i, first.m));
  addThreads(
    first,
    ways,
    queues.map(({ service }) => service),
    request.device,
  );
  const views = queues.map(({ machine, service, interrupt }, i): LegView => {
    const name = nameOf(i);
    return leg === 'kick'
      ? kickLeg(machine.queue, service, undefined, undefined, name)
      : callLeg(machine.queue, interrupt, service, name);
  });
  return ok({
    architecture: 'x86',
    model: compile(first.m),
    costs: {
      period: settings.number('periodUs') * 1000,
      diskService: settings.number('serviceUs') * 1000,
      ...(pollMaxNs > 0 ? { pollMax: pollMaxNs } : {}),
    },
    sources: views.map(({ source }) => source),
    safety: {},
    takenMark: leg === 'kick' ? 'request-taken' : 'guest-irq',
    countsCyclesOnly: true,
    isAtRest: (s: State) =>
      views.every(({ isAtRest }) => isAtRest(s)) && machines.every(({ vcpu }) => s[vcpu.mmioRegister] === 0),
  });
}

function nameOf(queueIndex: number): string {
  return `vq${String(queueIndex)}`;
}

/** The second queue of the device, and the vCPU that uses it. An IOThread of its own has an event loop of its own. */
function secondQueue(first: VirtioMachine, { kick, call }: Ways, settings: CompleteSettings): VirtioMachine {
  const { depth, eventIdx, transport, device, vcpuCpu } = first;
  const { cpus } = first.facts.host;
  const m = first.m.behindNames(' of queue 1');
  const vcpu = x86Vcpu(first.m, lastRegister(settings, call), false, false, 1);
  const addRing = settings.choice('ring') === 'packed' ? packedVirtqueue : virtqueue;
  const queue = addRing(m, depth, eventIdx, {});
  const hasOwnLoop = kick === 'iothread';
  return {
    ...first,
    m,
    vcpu,
    queue,
    access: tracedRegisters(x86Registers(transport, 1), vcpu),
    device: { ...device, queueIndex: 1 },
    disk: disk(m, depth),
    application: blockApplication(m, queue, depth),
    notifier: hasOwnLoop ? aioNotifier(m) : first.notifier,
    vcpuCpu: (vcpuCpu + 1) % cpus,
    // A CPU of its own, if there is one.
    otherCpu: hasOwnLoop ? (vcpuCpu + Math.min(4, cpus - 1)) % cpus : first.otherCpu,
  };
}

/** One queue of the two: its interrupt, what QEMU does with it, its vCPU, and the guest there. */
interface AddedQueue {
  readonly machine: VirtioMachine;
  readonly service: ReturnType<typeof addQueueService>;
  readonly interrupt: GuestInterrupt;
}

function addQueue(
  { ways, facts, driver, device }: TwoQueuesRequest,
  machine: VirtioMachine,
  index: number,
  m: VirtioMachine['m'],
): AddedQueue {
  const { party } = machine.device;
  const countedFor = nameOf(index);
  // What belongs to a vCPU has its name already.
  const ofVcpu = { ...machine, m };
  const interrupt = messageInterrupt(ofVcpu, takeUsed(machine, driver), VECTOR + index);
  const target = x86CallTarget(machine, interrupt, null, party);
  const service = addQueueService(machine, ways, target, facts.host.qemu, { ...device, countedFor });
  addVcpu(ofVcpu, interrupt, service);
  addDiskGuest(ofVcpu, interrupt, { countedFor });
  return { machine, service, interrupt };
}
