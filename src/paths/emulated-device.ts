import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { signalMsi } from '../machine/kernel/kvm-msi.ts';
import { AHCI_REGISTERS } from '../machine/qemu/ahci-port.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import { emulatedAhci } from './emulated-ahci.ts';
import { emulatedE1000e, E1000E_REGISTERS } from './emulated-e1000e.ts';
import { edgeVector, pciLine } from './emulated-interrupt.ts';
import type { EdgeVector, EmulatedInterrupt } from './emulated-interrupt.ts';
import { emulatedMachine } from './emulated-machine.ts';
import type { EmulatedDevice, EmulatedLeg, EmulatedMachine } from './emulated-machine.ts';
import { emulatedNvme, NVME_REGISTERS } from './emulated-nvme.ts';
import type { EmulatedWays } from './emulated-settings.ts';
import { emulatedUart, UART_REGISTERS, UART_VECTOR } from './emulated-uart.ts';
import type { CompleteSettings } from './read-settings.ts';
import { wireEmulated } from './wire-emulated.ts';
import type { Wiring } from './wiring.ts';

/** The vector as a Linux guest on q35 gives it to its first PCI device. */
const PCI_VECTOR = 0x25;

/** A device, its driver's handler, and how its interrupt gets to that. */
interface Built {
  readonly interrupt: EmulatedInterrupt;
  readonly device: EmulatedDevice;
  readonly handler: Procedure;
}

/** What builds one kind of device. */
interface Kind {
  /** The largest number of a register that its driver traps on. */
  readonly registers: number;
  readonly build: (
    machine: EmulatedMachine,
    settings: CompleteSettings,
    facts: Facts,
    leg: EmulatedLeg,
    ways: EmulatedWays,
    bugs: ReadonlySet<string>,
  ) => Result<Built>;
}

/** The kinds of devices that are built, by the name that the setting `device` has for them. */
const KINDS: Readonly<Record<string, Kind>> = {
  nvme: {
    registers: NVME_REGISTERS,
    build: (machine, settings, facts, leg, ways, bugs) => {
      const wired = wiredBy(machine, settings, facts, ways);
      if (!wired.ok) return wired;
      const { interrupt, way } = wired.value;
      const { delivery } = interrupt;
      const hasNotifiers = ways.kick === 'ioeventfd';
      const options = { delivery, way, leg, hasNotifiers, bugs };
      const built = emulatedNvme(machine, settings, facts.host.qemu, options);
      return built.ok ? ok({ ...built.value, interrupt }) : built;
    },
  },
  'ich9-ahci': {
    registers: AHCI_REGISTERS,
    build: (machine, settings, facts, leg, ways) => {
      const wired = wiredBy(machine, settings, facts, ways);
      if (!wired.ok) return wired;
      const { interrupt, way } = wired.value;
      return ok({ ...emulatedAhci(machine, way, settings, leg), interrupt });
    },
  },
  e1000e: {
    registers: E1000E_REGISTERS,
    build: (machine, settings, facts, _, ways) => {
      const wired = wiredBy(machine, settings, facts, ways);
      if (!wired.ok) return wired;
      const { interrupt, way } = wired.value;
      return ok({ ...emulatedE1000e(machine, interrupt, way), interrupt });
    },
  },
  'isa-serial': {
    registers: UART_REGISTERS,
    build: (machine, settings, _, leg) => {
      const interrupt = edgeVector(machine, UART_VECTOR);
      const built = emulatedUart(machine, interrupt, settings, leg);
      return built.ok ? ok({ ...built.value, interrupt }) : built;
    },
  },
};

/** The local APIC in KVM, which takes a message; an error if it is in QEMU. */
function messageVector(machine: EmulatedMachine, settings: CompleteSettings): Result<EdgeVector> {
  if (settings.choice('irqchip') === 'off') {
    return fail('irqchip=off: messages of emulated devices to a local APIC in QEMU are not modelled yet');
  }
  return ok(edgeVector(machine, PCI_VECTOR));
}

/** How a PCI device interrupts, and what takes it. */
interface Wired {
  readonly interrupt: EmulatedInterrupt;
  readonly way: PciInterrupt;
}

/** Adds the line or the vector of a PCI device that has both. */
function wiredBy(
  machine: EmulatedMachine,
  settings: CompleteSettings,
  facts: Facts,
  { interrupt }: EmulatedWays,
): Result<Wired> {
  if (interrupt === 'line') {
    const line = pciLine(machine, settings, facts);
    return ok({ interrupt: line, way: { kind: 'line', raise: line.raiseLine, lower: line.lowerLine } });
  }
  const vector = messageVector(machine, settings);
  if (!vector.ok) return vector;
  return ok({ interrupt: vector.value, way: { kind: 'msi', send: signalMsi(vector.value.lapic) } });
}

/** Wires the device that the settings name, whose legs go these ways, with these known bugs, and looks at one leg of it. */
export function wireEmulatedDevice(
  leg: EmulatedLeg,
  ways: EmulatedWays,
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string> = new Set(),
): Result<Wiring> {
  const kind = KINDS[settings.choice('device')] as Kind;
  const machine = emulatedMachine(settings, facts, kind.registers);
  if (!machine.ok) return machine;
  const built = kind.build(machine.value, settings, facts, leg, ways, bugs);
  if (!built.ok) return built;
  const { interrupt, device, handler } = built.value;
  return wireEmulated(machine.value, interrupt, device, handler, leg, settings);
}
