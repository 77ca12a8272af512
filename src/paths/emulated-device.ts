import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { signalMsi } from '../machine/kernel/kvm-msi.ts';
import { AHCI_REGISTERS } from '../machine/qemu/ahci-port.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import { emulatedAhci } from './emulated-ahci.ts';
import { armLine, armMessage, PCI_INTID } from './emulated-arm.ts';
import { emulatedE1000e, E1000E_REGISTERS } from './emulated-e1000e.ts';
import { edgeVector, pciLine } from './emulated-interrupt.ts';
import type { EdgeVector } from './emulated-interrupt.ts';
import { emulatedMachine } from './emulated-machine.ts';
import type { EmulatedDevice, EmulatedLeg, EmulatedMachine, X86EmulatedMachine } from './emulated-machine.ts';
import { emulatedNvme, NVME_REGISTERS } from './emulated-nvme.ts';
import { PL011_INTID, PL011_REGISTERS, receivingPl011, sendingPl011 } from './emulated-pl011.ts';
import type { EmulatedWays } from './emulated-settings.ts';
import type { EmulatedSide } from './emulated-side.ts';
import { emulatedUart, UART_REGISTERS, UART_VECTOR } from './emulated-uart.ts';
import { x86Side } from './emulated-x86.ts';
import type { CompleteSettings } from './read-settings.ts';
import { wireEmulated } from './wire-emulated.ts';
import type { Wiring } from './wiring.ts';

/** The vector as a Linux guest on q35 gives it to its first PCI device. */
const PCI_VECTOR = 0x25;

/** A device, and the guest with the way of its interrupt into it. */
interface Built {
  readonly side: EmulatedSide;
  readonly device: EmulatedDevice;
}

/** What a device is built from. */
interface Request {
  readonly settings: CompleteSettings;
  readonly facts: Facts;
  readonly leg: EmulatedLeg;
  readonly ways: EmulatedWays;
  readonly bugs: ReadonlySet<string>;
}

/** What builds one kind of device. */
interface Kind {
  /** The largest number of a register that its driver traps on. */
  readonly registers: number;
  readonly build: (machine: EmulatedMachine, request: Request) => Result<Built>;
}

/** The kinds of devices that are built, by the name that the setting `device` has for them. */
const KINDS: Readonly<Record<string, Kind>> = {
  nvme: {
    registers: NVME_REGISTERS,
    build: (machine, { settings, facts, leg, ways, bugs }) => {
      const wired = wiredBy(machine, settings, facts, ways);
      if (!wired.ok) return wired;
      const { side, way } = wired.value;
      const hasNotifiers = ways.kick === 'ioeventfd';
      const device = emulatedNvme(machine, settings, facts.host.qemu, { side, way, leg, hasNotifiers, bugs });
      return device.ok ? ok({ side, device: device.value }) : device;
    },
  },
  'ich9-ahci': {
    registers: AHCI_REGISTERS,
    build: (machine, { settings, facts, leg, ways }) => {
      const wired = wiredBy(machine, settings, facts, ways);
      if (!wired.ok) return wired;
      const { side, way } = wired.value;
      return ok({ side, device: emulatedAhci(machine, side, way, settings, leg) });
    },
  },
  e1000e: {
    registers: E1000E_REGISTERS,
    build: (machine, { settings, facts, ways }) => {
      const wired = wiredBy(machine, settings, facts, ways);
      if (!wired.ok) return wired;
      const { side, way } = wired.value;
      return ok({ side, device: emulatedE1000e(machine, side, way) });
    },
  },
  'isa-serial': {
    registers: UART_REGISTERS,
    build: (machine, { settings, leg }) => {
      if (machine.architecture !== 'x86') {
        return fail('device=isa-serial needs arch=x86: the UART of the virt machine is a pl011');
      }
      const vector = edgeVector(machine, UART_VECTOR);
      const side = x86Side(machine, vector);
      const device = emulatedUart(machine, vector, side, settings, leg);
      return device.ok ? ok({ side, device: device.value }) : device;
    },
  },
  pl011: {
    registers: PL011_REGISTERS,
    build: (machine, { settings, leg }) => {
      if (machine.architecture !== 'arm64') {
        return fail('device=pl011 needs arch=arm: no machine of x86 has one');
      }
      const { side, way } = armLine(machine, PL011_INTID);
      const device =
        leg === 'kick'
          ? sendingPl011(machine, side, way, settings)
          : receivingPl011(machine, side, way, settings);
      return ok({ side, device });
    },
  },
};

/** The local APIC in KVM, which takes a message; an error if it is in QEMU. */
function messageVector(machine: X86EmulatedMachine, settings: CompleteSettings): Result<EdgeVector> {
  if (settings.choice('irqchip') === 'off') {
    return fail('irqchip=off: messages of emulated devices to a local APIC in QEMU are not modelled yet');
  }
  return ok(edgeVector(machine, PCI_VECTOR));
}

/** How a PCI device interrupts, and the guest that takes it. */
interface Wired {
  readonly side: EmulatedSide;
  readonly way: PciInterrupt;
}

/** Adds the line or the vector of a PCI device that has both. */
function wiredBy(
  machine: EmulatedMachine,
  settings: CompleteSettings,
  facts: Facts,
  { interrupt }: EmulatedWays,
): Result<Wired> {
  if (machine.architecture === 'arm64') {
    return ok(interrupt === 'line' ? armLine(machine, PCI_INTID) : armMessage(machine, facts));
  }
  if (interrupt === 'line') {
    const line = pciLine(machine, settings, facts);
    const way = { kind: 'line', raise: line.raiseLine, lower: line.lowerLine } as const;
    return ok({ side: x86Side(machine, line), way });
  }
  const vector = messageVector(machine, settings);
  if (!vector.ok) return vector;
  const send = signalMsi(vector.value.lapic);
  return ok({ side: x86Side(machine, vector.value), way: { kind: 'msi', send, sendAt: 'kvm_send_msi' } });
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
  const built = kind.build(machine.value, { settings, facts, leg, ways, bugs });
  if (!built.ok) return built;
  const { side, device } = built.value;
  return wireEmulated(machine.value, side, device, leg, settings);
}
