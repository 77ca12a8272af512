import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { edgeVector } from './emulated-interrupt.ts';
import type { EmulatedInterrupt } from './emulated-interrupt.ts';
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
  ) => Result<Built>;
}

/** The kinds of devices that are built, by the name that the setting `device` has for them. */
const KINDS: Readonly<Record<string, Kind>> = {
  nvme: {
    registers: NVME_REGISTERS,
    build: (machine, settings, { host }, leg, { kick }) => {
      const interrupt = edgeVector(machine, PCI_VECTOR);
      const built = emulatedNvme(machine, interrupt, settings, host.qemu, {
        leg,
        hasNotifiers: kick === 'ioeventfd',
      });
      return built.ok ? ok({ ...built.value, interrupt }) : built;
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

/** Wires the device that the settings name, whose legs go these ways, and looks at one leg of it. */
export function wireEmulatedDevice(
  leg: EmulatedLeg,
  ways: EmulatedWays,
  settings: CompleteSettings,
  facts: Facts,
): Result<Wiring> {
  const kind = KINDS[settings.choice('device')] as Kind;
  const machine = emulatedMachine(settings, facts, kind.registers);
  if (!machine.ok) return machine;
  const built = kind.build(machine.value, settings, facts, leg, ways);
  if (!built.ok) return built;
  const { interrupt, device, handler } = built.value;
  return ok(wireEmulated(machine.value, interrupt, device, handler, leg, settings));
}
