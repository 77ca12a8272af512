import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { compile } from '../engine/compile.ts';
import type { Facts } from '../facts/facts.ts';
import { virtioGuest } from '../machine/guest/virtio-guest.ts';
import { addAndKick } from '../machine/guest/virtqueue-driver.ts';
import { vhostBackend } from './vhost-backend.ts';
import { virtioBackend } from './virtio-backend.ts';
import { exitOf, lineInterrupt, messageInterrupt, takeUsed } from './virtio-interrupt.ts';
import type { GuestInterrupt } from './virtio-interrupt.ts';
import { virtioMachine } from './virtio-machine.ts';
import type { VirtioMachine } from './virtio-machine.ts';
import type { CompleteSettings } from './read-settings.ts';
import { checkDevice } from './virtio-settings.ts';
import type { Ways } from './virtio-settings.ts';
import { addVcpu } from './virtio-vcpu.ts';
import { callLeg, kickLeg } from './virtio-legs.ts';
import type { Wiring } from './wiring.ts';

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
  const served = checkDevice(settings.choice('device'), ways.kick);
  if (!served.ok) return served;
  const pollMaxNs = ways.kick === 'iothread' ? settings.number('pollMaxNs') : 0;
  const built = virtioMachine(settings, facts, ways.call, pollMaxNs);
  if (!built.ok) return built;
  const machine = built.value;
  const { m, vcpu } = machine;
  const driver = {
    emptyMark: leg === 'call' ? 'spurious' : 'empty-call',
    looksAgain: parts.driverLooksAgain,
  };
  const handler = takeUsed(machine, driver);
  const line = ways.call === 'intx' ? lineInterrupt(machine, handler, driver) : null;
  const interrupt = line ?? messageInterrupt(machine, handler);
  const device = {
    emptyMark: leg === 'kick' ? 'spurious' : 'empty-kick',
    looksAgain: parts.deviceLooksAgain,
  };
  const backend =
    ways.kick === 'vhost'
      ? vhostBackend(machine, interrupt, line, device)
      : virtioBackend(machine, ways, interrupt, line, facts.host.qemu, device);
  addVcpu(machine, interrupt, backend);
  addGuest(machine, interrupt);
  const { source, takenMark, isAtRest } =
    leg === 'kick' ? kickLeg(machine.queue, backend) : callLeg(machine.queue, interrupt, backend);
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

function addGuest(machine: VirtioMachine, interrupt: GuestInterrupt): void {
  const { m, vcpu, application, driver } = machine;
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    virtioGuest({
      vcpu,
      load: machine.load,
      isReal: machine.isReal,
      application,
      submitAt: driver.submitAt,
      submit: addAndKick({
        queue: machine.queue,
        vcpu,
        exitReason: exitOf(machine),
        interrupt: interrupt.procedure,
        submitAt: driver.submitAt,
        submitted: (s) => {
          s[application.wanted] = 0;
        },
      }),
      interrupt: interrupt.procedure,
    }),
  );
}
