import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { q35IrqLine } from '../machine/kernel/ioapic-irq-line.ts';
import { OLD_GSI, raiseByRoute, reroutedField } from '../machine/kernel/irq-route.ts';
import { irqSources } from '../machine/kernel/irq-source.ts';
import { changingFdHandler, mainLoop } from '../machine/qemu/main-loop.ts';
import { memoryView } from '../machine/qemu/memory-view.ts';
import { vfioIntxDisableKvm, vfioIntxEnableKvm } from '../machine/qemu/vfio-intx-kvm.ts';
import { addIntxRerouting, addIntxSwitching } from '../machine/qemu/vfio-intx-update.ts';
import { vfioPci } from '../machine/qemu/vfio-pci.ts';
import type { CompleteSettings } from './read-settings.ts';
import { LINE_BEFORE_UNMAP } from './vfio-pci-bugs.ts';
import { RESAMPLER_LOWERED_LAST } from './vfio-pci-intx-change-bugs.ts';
import { changingIntx } from './vfio-pci-intx-changing.ts';
import type { ChangingParts } from './vfio-pci-intx-changing.ts';
import { pciMachine } from './vfio-pci-machine.ts';
import type { PciMachine } from './vfio-pci-machine.ts';
import { wirePci } from './wire-vfio-pci.ts';
import type { Wiring } from './wiring.ts';

const ALL_PARTS: ChangingParts = { polls: true, unmasksLast: true };

/** What was sent the one way before the change may be sent the other way once more: a handler call for nothing. */
const SAFETY = { 'no-use-after-close': 'use-after-close' };

/** Wires the path on x86 with a thread of QEMU that routes the pin elsewhere. Errors as of {@link pciMachine}. */
export function wireReroutedIntx(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts = ALL_PARTS,
): Result<Wiring> {
  const machine = pciMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  return ok({ ...rerouting(machine.value, settings, facts, bugs, parts), safety: SAFETY });
}

/** The same with one that takes the handling from KVM or gives it back. */
export function wireSwitchingIntx(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts = ALL_PARTS,
): Result<Wiring> {
  const machine = pciMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  return ok({ ...switchingHandlers(machine.value, settings, facts, bugs, parts), safety: SAFETY });
}

function rerouting(
  machine: PciMachine,
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: ChangingParts,
): Wiring {
  const { m, pin } = machine;
  const rerouted = reroutedField(m);
  const { path, change, update } = changingIntx(machine, settings, facts, {
    startsWithQemu: false,
    pin,
    raise: raiseByRoute(rerouted, pin.setIrq(1)),
    lowerAtShutdown: null,
    gsi: (s) => (s[rerouted] === 0 ? OLD_GSI : pin.pin),
    loweredLast: bugs.has(RESAMPLER_LOWERED_LAST.name),
    parts,
  });
  const wiring = { ...change, userspace: null };
  const ways = { enable: vfioIntxEnableKvm(wiring), disable: vfioIntxDisableKvm(wiring) };
  addIntxRerouting(m, { ...update, ...ways }, rerouted);
  return wirePci(machine, settings, facts, path);
}

/** QEMU's own handling as in `vfio-pci/intx-userspace`: it takes any access for the end of the interrupt. */
function switchingHandlers(
  machine: PciMachine,
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: ChangingParts,
): Wiring {
  const { m, pin, trigger, slot, lock, otherCpu } = machine;
  const which = settings.choice('switching') as 'enable' | 'disable' | 'both';
  const timeoutMs = settings.number('mmapTimeoutMs');
  const sources = irqSources(m, pin);
  const { path, change, update } = changingIntx(machine, settings, facts, {
    startsWithQemu: which === 'enable',
    pin: sources.resampler,
    raise: sources.resampler.setIrq(1),
    lowerAtShutdown: sources.resampler.setIrq(0),
    loweredLast: bugs.has(RESAMPLER_LOWERED_LAST.name),
    parts,
  });
  const lowerLine = q35IrqLine(0, sources.userspace);
  const view = settings.choice('mmap') === 'on' ? memoryView(m, slot, slot.smm) : null;
  const qemu = vfioPci(m, {
    trigger,
    raiseLine: q35IrqLine(1, sources.userspace),
    lowerLine,
    unmask: change.unmask,
    mapping: view === null ? null : { slot, view },
    mmapTimer: timeoutMs !== 0,
    startsUnmapped: false,
    lineBeforeUnmap: bugs.has(LINE_BEFORE_UNMAP.name),
    mayEnd: () => true,
  });
  const fdHandler = changingFdHandler(m, which === 'enable');
  m.process(
    'main loop',
    { kind: 'thread', cpu: otherCpu },
    mainLoop(
      m,
      lock,
      [{ suffix: '', eventfd: trigger, handler: qemu.interrupt, changing: fdHandler }],
      qemu.timer,
    ),
  );
  const wiring = { ...change, userspace: { fdHandler, pending: qemu.pending, lowerLine } };
  const ways = { enable: vfioIntxEnableKvm(wiring), disable: vfioIntxDisableKvm(wiring) };
  addIntxSwitching(m, { ...update, ...ways }, which, (s) => s[fdHandler.watched] === 1);
  return wirePci(machine, settings, facts, {
    ...path,
    eoi: qemu.eoi,
    ...(view ? { view } : {}),
    costs: { ...path.costs, mmapTimeout: timeoutMs * 1_000_000 },
    isAtRest: (s) => path.isAtRest?.(s) !== false && s[qemu.pending] === 0,
  });
}
