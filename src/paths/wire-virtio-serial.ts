import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { compile } from '../engine/compile.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { consoleApplication, portApplication } from '../machine/guest/console-application.ts';
import { receivingGuest } from '../machine/guest/receiving-guest.ts';
import {
  CONTROL_MESSAGE_AT,
  inIntr,
  outIntr,
  PORT_WRITE_AT,
  portOutIntr,
  portWrite,
  putChars,
  SEND_TO_PORT_AT,
} from '../machine/guest/virtio-console-driver.ts';
import type { ConsoleDriverWiring } from '../machine/guest/virtio-console-driver.ts';
import { virtioGuest } from '../machine/guest/virtio-guest.ts';
import { sendCommand } from '../machine/guest/virtio-net-command.ts';
import { VP_NOTIFY_AT } from '../machine/guest/virtio-pci-isr.ts';
import { virtqueue } from '../machine/guest/virtqueue.ts';
import type { Virtqueue } from '../machine/guest/virtqueue.ts';
import { VIRTIO_SERIAL } from '../machine/parties.ts';
import type { CompleteSettings } from './read-settings.ts';
import { x86CallTarget } from './virtio-call-target.ts';
import { driverCpu, lineInterrupt, messageInterrupt } from './virtio-interrupt.ts';
import type { GuestInterrupt } from './virtio-interrupt.ts';
import { callLeg, kickLeg } from './virtio-legs.ts';
import { virtioBasis } from './virtio-machine.ts';
import type { VirtioBasis } from './virtio-machine.ts';
import { serialDevice } from './virtio-serial-device.ts';
import { checkSerial, QUEUE_OF } from './virtio-serial-settings.ts';
import type { ConsoleWork } from './virtio-serial-settings.ts';
import type { Ways } from './virtio-settings.ts';
import { addVcpu } from './virtio-vcpu.ts';
import type { Wiring } from './wiring.ts';

/** What a machine with a virtio-serial device is built from. */
export interface SerialRequest {
  readonly leg: 'kick' | 'call';
  readonly ways: Ways;
  readonly settings: CompleteSettings;
  readonly facts: Facts;
  /** What an interrupt, and a notification of the guest, that finds nothing is counted as. */
  readonly emptyMarks: { readonly call: string; readonly kick: string };
}

/**
 * Wires a virtio-serial device with one console: the kick of what the guest sends, or the call for what somebody types.
 * Errors as of {@link checkSerial}.
 */
export function wireVirtioSerial({ leg, ways, settings, facts, emptyMarks }: SerialRequest): Result<Wiring> {
  const checked = checkSerial(settings, ways);
  if (!checked.ok) return checked;
  const work: ConsoleWork = leg === 'call' ? 'read' : (settings.choice('console') as ConsoleWork);
  const m = new ModelBuilder();
  const queue = queueFor(m, work, settings);
  const basis = virtioBasis(m, settings, facts, ways.call, false, QUEUE_OF[work]);
  if (!basis.ok) return basis;
  const machine = basis.value;
  const cpu = driverCpu(machine);
  const handler = handlerOf(work, { queue, cpu, notifyAt: VP_NOTIFY_AT }, emptyMarks.call);
  const line = ways.call === 'intx' ? lineInterrupt(machine, handler, { emptyMark: emptyMarks.call }) : null;
  const interrupt = line ?? messageInterrupt(machine, handler);
  const target = x86CallTarget(machine, interrupt, line, VIRTIO_SERIAL);
  const device = serialDevice(machine, ways, work, { queue, target, emptyMark: emptyMarks.kick });
  addVcpu(machine, interrupt, device);
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: machine.vcpu.inGuest },
    guestOf(machine, work, queue, interrupt, settings.number('queueDepth')),
  );
  const { source, takenMark, isAtRest } =
    leg === 'kick' ? kickLeg(queue, device) : callLeg(queue, interrupt, device);
  return ok({
    architecture: 'x86',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000 },
    sources: [source],
    // Notifications that come for nothing are allowed on both legs: whoever is notified may have looked before.
    safety: {},
    takenMark,
    countsCyclesOnly: true,
    // A guest that reads or writes registers is on its way.
    isAtRest: (s) => isAtRest(s) && s[machine.vcpu.mmioRegister] === 0,
  });
}

/** The input queue is full of buffers, of which the driver has notified; of the others the driver waits for each. */
function queueFor(m: ModelBuilder, work: ConsoleWork, settings: CompleteSettings): Virtqueue {
  const eventIdx = settings.choice('eventIdx') === 'on';
  const depth = settings.number('queueDepth');
  if (work === 'port') return virtqueue(m, depth, eventIdx);
  return work === 'read'
    ? virtqueue(m, depth, eventIdx, { isFilled: true, ...(eventIdx ? { isNotified: true } : {}) })
    : virtqueue(m, 1, eventIdx);
}

/** The driver's handler; a console's output, and the control queue, have nothing to take. */
function handlerOf(work: ConsoleWork, driver: ConsoleDriverWiring, emptyMark: string): Procedure {
  if (work === 'read') return inIntr({ ...driver, emptyMark });
  return work === 'port' ? portOutIntr(driver.queue, emptyMark) : outIntr(emptyMark);
}

function guestOf(
  machine: VirtioBasis,
  work: ConsoleWork,
  queue: Virtqueue,
  { delivery, procedure: interrupt }: GuestInterrupt,
  depth: number,
): Procedure {
  const { m, vcpu, load } = machine;
  const guest = { vcpu, load, delivery, interrupt };
  if (work === 'read') return receivingGuest({ ...guest, softirq: null });
  const application =
    work === 'port' ? portApplication(m, queue, depth) : consoleApplication(m, queue.outstanding);
  const driver = {
    queue,
    cpu: driverCpu(machine, delivery),
    notifyAt: VP_NOTIFY_AT,
    submitted: (s: Uint8Array) => {
      s[application.wanted] = 0;
    },
  };
  if (work === 'write') {
    return virtioGuest({
      ...guest,
      isReal: false,
      application,
      submit: putChars(driver),
      submitAt: SEND_TO_PORT_AT,
    });
  }
  if (work === 'port') {
    return virtioGuest({
      ...guest,
      isReal: false,
      application,
      submit: portWrite(driver),
      submitAt: PORT_WRITE_AT,
    });
  }
  return virtioGuest({
    ...guest,
    isReal: false,
    application,
    submit: sendCommand({ ...driver, interrupt, commandAt: CONTROL_MESSAGE_AT }),
    submitAt: CONTROL_MESSAGE_AT,
    submitsWithInterruptsOn: true,
  });
}
