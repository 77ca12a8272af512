import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { compile } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { SUBMIT_AT } from '../machine/guest/virtio-blk-driver.ts';
import { virtioGuest } from '../machine/guest/virtio-guest.ts';
import { addAndKick } from '../machine/guest/virtqueue-driver.ts';
import { memoryBusExits, portBusExits } from '../machine/kernel/kvm-io-bus.ts';
import { vcpuRun } from '../machine/kernel/vcpu-enter-guest.ts';
import { emulatingVcpuThread } from '../machine/qemu/emulating-vcpu-thread.ts';
import { virtioBackend } from './virtio-backend.ts';
import type { VirtioBackend } from './virtio-backend.ts';
import { exitOf, lineInterrupt, messageInterrupt } from './virtio-interrupt.ts';
import type { GuestInterrupt, LineInterrupt } from './virtio-interrupt.ts';
import { virtioMachine } from './virtio-machine.ts';
import type { VirtioMachine } from './virtio-machine.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { Ways } from './virtio-settings.ts';
import type { InterruptSource, Wiring } from './wiring.ts';

/** What can be left out of the machine, to see what it is for. */
export interface VirtioParts {
  /** The driver looks at the used ring once more after it wants interrupts again. */
  readonly driverLooksAgain: boolean;
  /** The device looks at the available ring once more after it wants notifications again. */
  readonly deviceLooksAgain: boolean;
}

const WHOLE: VirtioParts = { driverLooksAgain: true, deviceLooksAgain: true };

/** Wires a virtio-blk device whose kick and call go these ways, and looks at one leg of it. Errors as of {@link virtioMachine}. */
export function wireVirtio(
  leg: 'kick' | 'call',
  ways: Ways,
  settings: CompleteSettings,
  facts: Facts,
  parts = WHOLE,
): Result<Wiring> {
  const pollMaxNs = ways.kick === 'iothread' ? settings.number('pollMaxNs') : 0;
  const built = virtioMachine(settings, facts, ways.call, pollMaxNs);
  if (!built.ok) return built;
  const machine = built.value;
  const { m, vcpu } = machine;
  const driver = {
    emptyMark: leg === 'call' ? 'spurious' : 'empty-call',
    looksAgain: parts.driverLooksAgain,
  };
  const line = ways.call === 'intx' ? lineInterrupt(machine, driver) : null;
  const interrupt = line ?? messageInterrupt(machine, driver);
  const backend = virtioBackend(machine, ways, interrupt, line, facts.host.qemu, {
    emptyMark: leg === 'kick' ? 'spurious' : 'empty-kick',
    looksAgain: parts.deviceLooksAgain,
  });
  addVcpu(machine, interrupt, backend);
  const { source, takenMark, isAtRest } =
    leg === 'kick' ? kickLeg(machine, backend) : callLeg(machine, interrupt, backend);
  return ok({
    architecture: 'x86',
    model: compile(m),
    costs: {
      period: settings.number('periodUs') * 1000,
      diskService: settings.number('serviceUs') * 1000,
      ...(pollMaxNs > 0 ? { pollMax: pollMaxNs } : {}),
    },
    sources: [source],
    // Notifications that come for nothing are allowed on both legs: whoever is notified may have looked before.
    safety: {},
    takenMark,
    countsCyclesOnly: true,
    // A guest that reads or writes registers is on its way.
    isAtRest: (s) => isAtRest(s) && s[vcpu.mmioRegister] === 0,
  });
}

function addVcpu(
  machine: VirtioMachine,
  interrupt: GuestInterrupt | LineInterrupt,
  { doorbell, access }: VirtioBackend,
): void {
  const { m, vcpu, names, transport, application } = machine;
  const bus = {
    vcpu,
    names,
    access: machine.access,
    doorbell,
    reachesQemu: access.read !== null || access.write !== null,
  };
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: machine.vcpuCpu },
    emulatingVcpuThread({
      run: vcpuRun({
        vcpu,
        names,
        slot: null,
        access: machine.access,
        accessExits: transport === 'modern' ? memoryBusExits(bus) : portBusExits(bus),
        // The interrupts of the host's disk are not modelled.
        physicalIrq: () => false,
        needResched: null,
        ...interrupt.run,
      }),
      bql: machine.lock,
      exitReason: transport === 'modern' ? 6 : 2,
      access,
    }),
  );
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    virtioGuest({
      vcpu,
      load: machine.load,
      application,
      submit: addAndKick({
        queue: machine.queue,
        vcpu,
        exitReason: exitOf(machine),
        interrupt: interrupt.procedure,
        submitAt: SUBMIT_AT,
        submitted: (s) => {
          s[application.wanted] = 0;
        },
      }),
      interrupt: interrupt.procedure,
    }),
  );
}

/** What is looked at of a leg. */
interface LegView {
  readonly source: InterruptSource;
  readonly takenMark: string;
  readonly isAtRest: (s: State) => boolean;
}

/** The device wants service while the queue holds requests for it, until it waits or looks for the next one. */
function kickLeg({ queue }: VirtioMachine, backend: VirtioBackend): LegView {
  return {
    source: {
      name: 'vq0',
      asserted: (s) => s[queue.available] !== 0,
      masked: (s) => !queue.isKickEnabled(s),
      handlerLabel: 'notify-queue',
    },
    takenMark: 'request-taken',
    isAtRest: (s) =>
      s[queue.available] === 0 && (queue.isKickEnabled(s) || backend.isPolling(s)) && backend.isKickAtRest(s),
  };
}

/** The driver wants service while the queue holds used requests, until it waits for the next interrupt. */
function callLeg({ queue }: VirtioMachine, interrupt: GuestInterrupt, backend: VirtioBackend): LegView {
  return {
    source: {
      name: 'vq0',
      asserted: (s) => s[queue.used] !== 0,
      masked: (s) => !queue.isCallEnabled(s),
      handlerLabel: 'call-handler',
    },
    takenMark: 'guest-irq',
    isAtRest: (s) =>
      s[queue.used] === 0 && queue.isCallEnabled(s) && interrupt.isAtRest(s) && backend.isCallAtRest(s),
  };
}
