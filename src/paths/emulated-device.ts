import type { Result } from '../base/result.ts';
import { ok } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { edgeVector } from './emulated-interrupt.ts';
import { emulatedMachine } from './emulated-machine.ts';
import type { EmulatedLeg } from './emulated-machine.ts';
import { emulatedNvme, NVME_REGISTERS } from './emulated-nvme.ts';
import type { EmulatedWays } from './emulated-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { wireEmulated } from './wire-emulated.ts';
import type { Wiring } from './wiring.ts';

/** The vector as a Linux guest on q35 gives it to its first PCI device with messages. */
const MESSAGE_VECTOR = 0x25;

/** Wires the device that the settings name, whose legs go these ways, and looks at one leg of it. */
export function wireEmulatedDevice(
  leg: EmulatedLeg,
  ways: EmulatedWays,
  settings: CompleteSettings,
  facts: Facts,
): Result<Wiring> {
  const machine = emulatedMachine(settings, facts, NVME_REGISTERS);
  if (!machine.ok) return machine;
  const interrupt = edgeVector(machine.value, MESSAGE_VECTOR);
  const nvme = emulatedNvme(machine.value, interrupt, settings, facts.host.qemu, {
    leg,
    hasNotifiers: ways.kick === 'ioeventfd',
  });
  if (!nvme.ok) return nvme;
  const { device, handler } = nvme.value;
  return ok(wireEmulated(machine.value, interrupt, device, handler, leg, settings));
}
