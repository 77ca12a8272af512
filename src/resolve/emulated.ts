import { BOARD_UART, EMULATED_KINDS, type EmulatedKind } from '../catalog/emulated-devices.ts';
import type { PathSettings } from '../paths/path.ts';
import { evaluate } from './evaluate.ts';
import type { DeviceFamily, DeviceInMachine, LegRules, Rule } from './family.ts';
import { machineSettings } from './machine-settings.ts';
import { deviceInRelease } from './rules/device-in-release.ts';
import { emulatedMessages } from './rules/emulated-messages.ts';
import { isaBus } from './rules/isa-bus.ts';
import { kernelIrqchip } from './rules/kernel-irqchip.ts';
import { kvmIoeventfd } from './rules/kvm-ioeventfd.ts';
import { modelledArchitecture } from './rules/modelled-architecture.ts';
import { not } from './rules/not.ts';
import { optionIs } from './rules/option-is.ts';
import { partOfBoard } from './rules/part-of-board.ts';
import { pciBus } from './rules/pci-bus.ts';
import { usesKvm } from './rules/uses-kvm.ts';

const UNSAID = { option: null, value: null, isDefault: true, range: null } as const;

function prerequisites({ bus }: EmulatedKind): LegRules['prerequisites'] {
  const where = {
    pci: [deviceInRelease, modelledArchitecture, pciBus],
    isa: [deviceInRelease, modelledArchitecture, isaBus],
    board: [modelledArchitecture, partOfBoard],
  };
  return [...where[bus], usesKvm, kernelIrqchip];
}

function interrupt(kind: EmulatedKind): LegRules {
  const messages = emulatedMessages(kind);
  return {
    leg: 'interrupt',
    prerequisites: prerequisites(kind),
    candidates: [
      { path: 'emulated/msi', rules: [messages] },
      { path: 'emulated/line', rules: [not(messages)] },
    ],
  };
}

function doorbell(kind: EmulatedKind): LegRules {
  const ioeventfd = kind.hasIoeventfd
    ? [
        optionIs('ioeventfd', 'on', [], 'QEMU hw/nvme/ctrl.c nvme_init_sq_ioeventfd'),
        shadowDoorbells,
        kvmIoeventfd({ asksForMany: false }),
      ]
    : [noIoeventfd(kind)];
  return {
    leg: 'kick',
    prerequisites: prerequisites(kind),
    candidates: [
      { path: 'emulated/doorbell-ioeventfd', rules: ioeventfd },
      { path: 'emulated/doorbell-sync', rules: [] },
    ],
  };
}

/** The controller asks for eventfds only once the guest keeps copies of the doorbells in memory. */
const shadowDoorbells: Rule = {
  name: 'shadow-doorbells',
  check: ({ machine }) => ({
    ...UNSAID,
    outcome: 'holds',
    because: `the guest's Linux ${machine.facts.guest.kernel} sets up shadow doorbells, for its I/O queues`,
    source: 'Linux drivers/nvme/host/pci.c nvme_dbbuf_set; QEMU hw/nvme/ctrl.c nvme_dbbuf_config',
    assumes: { name: 'shadow-doorbells', otherwise: 'the guest sets up no shadow doorbells' },
  }),
};

function noIoeventfd({ drivers, at }: EmulatedKind): Rule {
  const because = `QEMU registers no eventfd for registers of ${drivers[0] ?? ''}`;
  return { name: 'ioeventfd', check: () => ({ ...UNSAID, outcome: 'fails', because, source: at }) };
}

/** The devices that QEMU emulates: an interrupt to the guest, and the register write that makes them work. */
export const EMULATED_FAMILIES: readonly DeviceFamily[] = [...EMULATED_KINDS, BOARD_UART].map((kind) => {
  const legs = { interrupt: interrupt(kind), kick: doorbell(kind) };
  return {
    drivers: kind.drivers,
    parents: [],
    legs: [legs.interrupt, legs.kick],
    settings: (subject) => emulatedSettings(kind, legs, subject),
    limits: () => null,
  };
});

/** What a file says of an emulated device for a run: which it is, and how its legs go where that can differ. */
function emulatedSettings(
  { drivers, hasIoeventfd, messages }: EmulatedKind,
  legs: Readonly<Record<'interrupt' | 'kick', LegRules>>,
  subject: DeviceInMachine,
): PathSettings {
  const [device] = drivers;
  const takes = (leg: LegRules, path: string): boolean => evaluate(leg, subject, undefined).path === path;
  return {
    ...machineSettings(subject.machine),
    ...(device === undefined ? {} : { device }),
    ...(hasIoeventfd && takes(legs.kick, 'emulated/doorbell-ioeventfd') ? { kick: 'ioeventfd' } : {}),
    ...(messages !== null && takes(legs.interrupt, 'emulated/line') ? { interrupt: 'line' } : {}),
  };
}
