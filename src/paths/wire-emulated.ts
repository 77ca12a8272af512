import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { compile } from '../engine/compile.ts';
import { BQL_FREE } from '../machine/qemu/bql.ts';
import type { EmulatedCore, EmulatedDevice, EmulatedLeg } from './emulated-machine.ts';
import type { EmulatedSide } from './emulated-side.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { Wiring } from './wiring.ts';

/** Lays the machine out around an emulated device, and looks at one leg of it; an error if that is not modelled. */
export function wireEmulated(
  { architecture, m, vcpu, lock }: EmulatedCore,
  side: EmulatedSide,
  device: EmulatedDevice,
  leg: EmulatedLeg,
  settings: CompleteSettings,
): Result<Wiring> {
  const view = device.legs[leg];
  if (view === undefined) return fail(`the ${leg} of this device is not modelled yet`);
  side.addVcpu(device);
  m.process('guest', { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest }, device.guest);
  const { source, takenMark, isAtRest } = view;
  return ok({
    architecture,
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
      s[lock.owner] === BQL_FREE &&
      s[vcpu.mmioRegister] === 0 &&
      (leg === 'kick' || side.isAtRest(s)),
  });
}
