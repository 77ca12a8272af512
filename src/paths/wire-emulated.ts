import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { compile } from '../engine/compile.ts';
import type { Procedure } from '../engine/step.ts';
import { receivingGuest } from '../machine/guest/receiving-guest.ts';
import { virtioGuest } from '../machine/guest/virtio-guest.ts';
import { memoryBusExits, portBusExits } from '../machine/kernel/kvm-io-bus.ts';
import { BQL_FREE } from '../machine/qemu/bql.ts';
import { emulatingVcpuThread } from '../machine/qemu/emulating-vcpu-thread.ts';
import type { EmulatedInterrupt } from './emulated-interrupt.ts';
import type { EmulatedDevice, EmulatedLeg, EmulatedMachine } from './emulated-machine.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { Wiring } from './wiring.ts';

/** Lays the machine out around an emulated device and its driver's handler, and looks at one leg of it; an error if that is not modelled. */
export function wireEmulated(
  machine: EmulatedMachine,
  interrupt: EmulatedInterrupt,
  device: EmulatedDevice,
  handler: Procedure,
  leg: EmulatedLeg,
  settings: CompleteSettings,
): Result<Wiring> {
  const view = device.legs[leg];
  if (view === undefined) return fail('the register writes of this device are not modelled yet');
  const { m, vcpu, names } = machine;
  const { traced, doorbell, access } = device;
  const { otherExits } = interrupt.vcpuThread;
  const reachesQemu = access.read !== null || access.write !== null || otherExits !== undefined;
  const bus = { vcpu, names, access: traced, doorbell, reachesQemu, loop: interrupt.loop };
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: machine.vcpuCpu },
    emulatingVcpuThread({
      run: interrupt.run({
        vcpu,
        names,
        slot: null,
        access: traced,
        accessExits: device.bus === 'memory' ? memoryBusExits(bus) : portBusExits(bus),
        // The interrupts of the host's own devices are not modelled.
        physicalIrq: () => false,
        needResched: null,
      }),
      bql: machine.lock,
      exitReason: device.bus === 'memory' ? 6 : 2,
      access,
      ...interrupt.vcpuThread,
    }),
  );
  const taken = interrupt.around(handler);
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    guestOf(machine, interrupt, device, taken),
  );
  const { source, takenMark, isAtRest } = view;
  return ok({
    architecture: 'x86',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000, ...device.costs },
    sources: [source],
    // Interrupts and doorbells that come for nothing are allowed: whoever is told may have looked before.
    safety: {},
    takenMark,
    countsCyclesOnly: true,
    // A guest that reads or writes registers is on its way, and so is whoever holds the BQL.
    isAtRest: (s) =>
      isAtRest(s) &&
      s[machine.lock.owner] === BQL_FREE &&
      s[vcpu.mmioRegister] === 0 &&
      (leg === 'kick' || interrupt.isAtRest(s)),
  });
}

function guestOf(
  { vcpu, load }: EmulatedMachine,
  { delivery }: EmulatedInterrupt,
  { guest }: EmulatedDevice,
  interrupt: Procedure,
): Procedure {
  if ('softirq' in guest) {
    return receivingGuest({ vcpu, load, delivery, interrupt, softirq: guest.softirq });
  }
  const { submit, ...program } = guest.program;
  return virtioGuest({
    ...program,
    vcpu,
    load,
    delivery,
    isReal: false,
    submit: submit(interrupt),
    interrupt,
  });
}
