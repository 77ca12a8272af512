import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { compile } from '../engine/compile.ts';
import type { Facts } from '../facts/facts.ts';
import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { napiInterrupt, startXmit, virtnetPollTx } from '../machine/guest/virtio-net-driver.ts';
import { COMMAND_AT, sendCommand } from '../machine/guest/virtio-net-command.ts';
import { virtioGuest } from '../machine/guest/virtio-guest.ts';
import { virtnetPoll } from '../machine/guest/virtio-net-receive.ts';
import type { GuestTask } from '../machine/guest/x86-edge-guest.ts';
import { VP_NOTIFY_AT } from '../machine/guest/virtio-pci-isr.ts';
import { VIRTIO_NET, VIRTIO_PCI } from '../machine/parties.ts';
import { virtioNetGuest } from '../machine/guest/virtio-net-guest.ts';
import type { StatusDriver } from '../machine/guest/virtio-status-driver.ts';
import { activeBugs } from './bugs.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { DeviceParts } from './virtio-backend.ts';
import { x86CallTarget } from './virtio-call-target.ts';
import { isMulti } from './virtio-queues.ts';
import { driverCpu, lineInterrupt, messageInterrupt } from './virtio-interrupt.ts';
import type { DriverParts, GuestInterrupt } from './virtio-interrupt.ts';
import { callLeg, kickLeg } from './virtio-legs.ts';
import type { LegView } from './virtio-legs.ts';
import { vhostNetBackend } from './vhost-net-backend.ts';
import type { VhostNetBackend, VhostNetChanges } from './vhost-net-backend.ts';
import { virtioNetBackend } from './virtio-net-backend.ts';
import { NET_BUGS, VHOST_NET_BUGS } from './virtio-net-bugs.ts';
import { secondPair, virtioNetMachine } from './virtio-net-machine.ts';
import type { VirtioNetMachine } from './virtio-net-machine.ts';
import { changeCosts } from './virtio-notifier-settings.ts';
import type { Ways } from './virtio-settings.ts';
import { addVcpu, guestNameOf, vcpuThreadOf } from './virtio-vcpu.ts';
import type { Wiring } from './wiring.ts';

/** Copying takes 0.1 ns a byte: an assumption, 10 GB/s. */
const COPY_NS_PER_BYTE = 0.1;

/** What a machine with a network card is built from. */
export interface NetRequest {
  readonly leg: 'kick' | 'call';
  readonly ways: Ways;
  readonly settings: CompleteSettings;
  readonly facts: Facts;
  readonly driver: DriverParts;
  readonly device: DeviceParts;
  /** Names of the known bugs that are on; null for those of the facts, where the path has no switches. */
  readonly bugs: ReadonlySet<string> | null;
  /** What happens to a queue that vhost serves. */
  readonly vhost: VhostNetChanges;
}

/** Wires a virtio-net device, and looks at one leg of it. Errors as of {@link virtioNetMachine}. */
export function wireVirtioNet(request: NetRequest): Result<Wiring> {
  const { leg, ways, settings, facts, vhost } = request;
  const { handover, keepsMasked } = vhost;
  if (leg === 'call' && settings.choice('traffic') === 'command') {
    return fail('traffic=command: the control queue has no interrupt; its kick is what can be looked at');
  }
  const built = virtioNetMachine(settings, facts, ways, handover);
  if (!built.ok) return built;
  const first = built.value;
  if (first.traffic.kind === 'receive' && (handover !== null || keepsMasked !== null)) {
    return fail('traffic=receive is modelled with notifiers and a vector that stay as they are');
  }
  const machines = isMulti(settings) ? [first, secondPair(first, settings)] : [first];
  const queues = machines.map((machine) => addQueue(request, machine, first.m));
  const views = queues.map((added) => viewOf(leg, added));
  const copyNs = settings.number('messageBytes') * COPY_NS_PER_BYTE;
  return ok({
    architecture: 'x86',
    model: compile(first.m),
    costs: {
      period: settings.number('periodUs') * 1000,
      ...(ways.kick === 'vhost' ? {} : { txTimer: settings.number('txTimerUs') * 1000 }),
      messageCopy: copyNs,
      packetCopy: copyNs,
      ...(handover === null ? {} : changeCosts(settings)),
      ...(keepsMasked === null ? {} : { vectorChangePeriod: settings.number('vectorChangeUs') * 1000 }),
    },
    sources: views.map(({ source }) => source),
    // Notifications that come for nothing are allowed on both legs: whoever is notified may have looked before.
    safety: queues[0]?.backend.handover?.safety ?? {},
    takenMark: views[0]?.takenMark ?? '',
    countsCyclesOnly: true,
    // A guest that reads or writes registers is on its way.
    isAtRest: (s) =>
      views.every(({ isAtRest }) => isAtRest(s)) && machines.every(({ vcpu }) => s[vcpu.mmioRegister] === 0),
  });
}

/** A queue of the card with all that it has of its own. */
interface AddedQueue {
  readonly machine: VirtioNetMachine;
  readonly interrupt: GuestInterrupt;
  readonly backend: VhostNetBackend;
  /** Absent if it is the only one that is used. */
  readonly countedFor?: string;
}

function viewOf(leg: 'kick' | 'call', { machine, interrupt, backend, countedFor }: AddedQueue): LegView {
  const { queue } = machine;
  return leg === 'kick'
    ? kickLeg(queue, backend, backend.isWaitedFor, backend.handover?.serviceResumes, countedFor)
    : callLeg(queue, interrupt, backend, countedFor);
}

/** Adds what serves one queue, its vCPU and the guest there; `m` is where what a vCPU has is added. */
function addQueue(
  { ways, settings, facts, driver, device, vhost, bugs: active }: NetRequest,
  machine: VirtioNetMachine,
  m: VirtioNetMachine['m'],
): AddedQueue {
  const { traffic, numbers } = machine;
  const ofVcpu = { ...machine, m };
  const counted = isMulti(settings) ? { countedFor: `vq${String(numbers.queueIndex)}` } : {};
  const handler = napiInterrupt({
    ...machine,
    callbackAt: traffic.kind === 'receive' ? 'skb_recv_done' : 'skb_xmit_done',
    emptyMark: driver.emptyMark,
  });
  const line = ways.call === 'intx' ? lineInterrupt(ofVcpu, handler, driver) : null;
  const interrupt = line ?? messageInterrupt(ofVcpu, handler, numbers.vector);
  const isVhost = ways.kick === 'vhost';
  const target = x86CallTarget(machine, interrupt, line, isVhost ? VIRTIO_PCI : VIRTIO_NET);
  const known = activeBugs(isVhost ? VHOST_NET_BUGS : NET_BUGS, facts, {});
  const bugs = active ?? (known.ok ? known.value : new Set());
  const backend: VhostNetBackend = isVhost
    ? vhostNetBackend(machine, target, { ...device, bugs }, facts.host.qemu, { ...vhost, ...counted })
    : virtioNetBackend(machine, ways, settings, target, { ...device, bugs });
  addVcpu(ofVcpu, interrupt, backend);
  addGuest(ofVcpu, interrupt, driver, {
    status: backend.handover?.driver,
    task: backend.task,
    ...counted,
  });
  return { machine, interrupt, backend, ...counted };
}

function addGuest(
  machine: VirtioNetMachine,
  interrupt: GuestInterrupt,
  { looksAgain }: DriverParts,
  {
    status,
    task,
    countedFor,
  }: {
    readonly status: StatusDriver | null | undefined;
    readonly task: GuestTask | undefined;
    readonly countedFor?: string;
  },
): void {
  const { m, vcpu, traffic } = machine;
  const driver = {
    ...machine,
    cpu: driverCpu(machine),
    notifyAt: VP_NOTIFY_AT,
    interrupt: interrupt.procedure,
    looksAgain,
  };
  m.process(
    guestNameOf(vcpu),
    { kind: 'guest', vcpuThread: vcpuThreadOf(vcpu), inGuest: vcpu.inGuest },
    guest(),
  );

  function guest(): Procedure {
    if (traffic.kind === 'receive') {
      return virtioNetGuest({ ...machine, ...driver, sender: null, poll: virtnetPoll(m, driver) });
    }
    const { sender } = traffic;
    const submitted = (s: State): void => {
      s[sender.wanted] = 0;
    };
    if (traffic.kind === 'send') {
      const xmit = startXmit({
        ...driver,
        submitted,
        ...(countedFor === undefined ? {} : { countedFor }),
      });
      return virtioNetGuest({
        ...machine,
        ...driver,
        sender: { ...sender, xmit },
        poll: virtnetPollTx(driver),
        ...(status ? { status } : {}),
        ...(task ? { task } : {}),
      });
    }
    return virtioGuest({
      ...machine,
      ...driver,
      application: sender,
      submit: sendCommand({ ...driver, submitted }),
      submitAt: COMMAND_AT,
      submitsWithInterruptsOn: true,
    });
  }
}
