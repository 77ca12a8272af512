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
import { driverCpu, lineInterrupt, messageInterrupt } from './virtio-interrupt.ts';
import type { DriverParts, GuestInterrupt } from './virtio-interrupt.ts';
import { callLeg, kickLeg } from './virtio-legs.ts';
import { vhostNetBackend } from './vhost-net-backend.ts';
import type { VhostNetBackend, VhostNetChanges } from './vhost-net-backend.ts';
import { virtioNetBackend } from './virtio-net-backend.ts';
import { NET_BUGS, VHOST_NET_BUGS } from './virtio-net-bugs.ts';
import { virtioNetMachine } from './virtio-net-machine.ts';
import type { VirtioNetMachine } from './virtio-net-machine.ts';
import { changeCosts } from './virtio-notifier-settings.ts';
import type { Ways } from './virtio-settings.ts';
import { addVcpu } from './virtio-vcpu.ts';
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
  const { leg, ways, settings, facts, driver, device, vhost } = request;
  const { handover, keepsMasked } = vhost;
  if (leg === 'call' && settings.choice('traffic') === 'command') {
    return fail('traffic=command: the control queue has no interrupt; its kick is what can be looked at');
  }
  const built = virtioNetMachine(settings, facts, ways, handover);
  if (!built.ok) return built;
  const machine = built.value;
  const { queue, vcpu, traffic } = machine;
  if (traffic.kind === 'receive' && (handover !== null || keepsMasked !== null)) {
    return fail('traffic=receive is modelled with notifiers and a vector that stay as they are');
  }
  const handler = napiInterrupt({
    ...machine,
    callbackAt: traffic.kind === 'receive' ? 'skb_recv_done' : 'skb_xmit_done',
    emptyMark: driver.emptyMark,
  });
  const line = ways.call === 'intx' ? lineInterrupt(machine, handler, driver) : null;
  const interrupt = line ?? messageInterrupt(machine, handler, machine.numbers.vector);
  const isVhost = ways.kick === 'vhost';
  const target = x86CallTarget(machine, interrupt, line, isVhost ? VIRTIO_PCI : VIRTIO_NET);
  const known = activeBugs(isVhost ? VHOST_NET_BUGS : NET_BUGS, facts, {});
  const bugs = request.bugs ?? (known.ok ? known.value : new Set());
  const backend: VhostNetBackend = isVhost
    ? vhostNetBackend(machine, target, { ...device, bugs }, facts.host.qemu, vhost)
    : virtioNetBackend(machine, ways, settings, target, { ...device, bugs });
  addVcpu(machine, interrupt, backend);
  addGuest(machine, interrupt, driver, { status: backend.handover?.driver, task: backend.task });
  const { source, takenMark, isAtRest } =
    leg === 'kick'
      ? kickLeg(queue, backend, backend.isWaitedFor, backend.handover?.serviceResumes)
      : callLeg(queue, interrupt, backend);
  const copyNs = settings.number('messageBytes') * COPY_NS_PER_BYTE;
  return ok({
    architecture: 'x86',
    model: compile(machine.m),
    costs: {
      period: settings.number('periodUs') * 1000,
      ...(isVhost ? {} : { txTimer: settings.number('txTimerUs') * 1000 }),
      messageCopy: copyNs,
      packetCopy: copyNs,
      ...(handover === null ? {} : changeCosts(settings)),
      ...(keepsMasked === null ? {} : { vectorChangePeriod: settings.number('vectorChangeUs') * 1000 }),
    },
    sources: [source],
    // Notifications that come for nothing are allowed on both legs: whoever is notified may have looked before.
    safety: backend.handover?.safety ?? {},
    takenMark,
    countsCyclesOnly: true,
    // A guest that reads or writes registers is on its way.
    isAtRest: (s) => isAtRest(s) && s[vcpu.mmioRegister] === 0,
  });
}

function addGuest(
  machine: VirtioNetMachine,
  interrupt: GuestInterrupt,
  { looksAgain }: DriverParts,
  {
    status,
    task,
  }: { readonly status: StatusDriver | null | undefined; readonly task: GuestTask | undefined },
): void {
  const { m, vcpu, traffic } = machine;
  const driver = {
    ...machine,
    cpu: driverCpu(machine),
    notifyAt: VP_NOTIFY_AT,
    interrupt: interrupt.procedure,
    looksAgain,
  };
  m.process('guest', { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest }, guest());

  function guest(): Procedure {
    if (traffic.kind === 'receive') {
      return virtioNetGuest({ ...machine, ...driver, sender: null, poll: virtnetPoll(m, driver) });
    }
    const { sender } = traffic;
    const submitted = (s: State): void => {
      s[sender.wanted] = 0;
    };
    if (traffic.kind === 'send') {
      const xmit = startXmit({ ...driver, submitted });
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
