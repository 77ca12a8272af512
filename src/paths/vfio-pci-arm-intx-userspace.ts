import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { signalledBy } from '../machine/kernel/eventfd.ts';
import { kvmIrqLine } from '../machine/kernel/irq-line.ts';
import { vfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { unmaskByIoctl } from '../machine/kernel/vfio-pci-unmask.ts';
import { VFIO_PCI } from '../machine/parties.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { memoryView } from '../machine/qemu/memory-view.ts';
import { vfioPci } from '../machine/qemu/vfio-pci.ts';
import type { CompleteSettings } from './read-settings.ts';
import { armPciMachine } from './vfio-pci-arm-machine.ts';
import { HOST_IRQ, startsMapped } from './vfio-pci-machine.ts';
import { ANY_CPU } from './wire-platform.ts';
import { wireArmPci } from './wire-vfio-pci-arm.ts';
import type { Wiring } from './wiring.ts';

/** Wires `vfio-pci/intx-userspace` on Arm from its parts. Source of the order of everything: trace A3. */
export function wireArmIntxUserspace(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  const machine = armPciMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  const { m, trigger, irq, vcpu, device, descriptor, slot, lock, otherCpu, isReal } = machine.value;
  const timeoutMs = settings.number('mmapTimeoutMs');
  const signalled = signalledBy(VFIO_PCI, trigger);
  const vfio = vfioPciIntx(m, { device, descriptor, trigger: signalled, irq: HOST_IRQ });
  const view = settings.choice('mmap') === 'on' ? memoryView(m, slot, null, startsMapped(settings)) : null;
  const qemu = vfioPci(m, {
    trigger,
    raiseLine: kvmIrqLine(1, irq, vcpu),
    lowerLine: kvmIrqLine(0, irq, vcpu),
    unmask: unmaskByIoctl(vfio, signalled),
    mapping: view === null ? null : { slot, view },
    mmapTimer: timeoutMs !== 0,
    startsUnmapped: view !== null && !startsMapped(settings),
    lineBeforeUnmap: bugs.has('line-before-unmap'),
    mayEnd: (s) => bugs.has('eoi-any-access') || !device.interruptStatus(s),
  });
  m.process(
    'main loop',
    { kind: 'thread', cpu: isReal ? ANY_CPU : otherCpu },
    mainLoop(m, lock, [{ suffix: '', eventfd: trigger, handler: qemu.interrupt }], qemu.timer, isReal),
  );
  return ok(
    wireArmPci(machine.value, settings, facts, {
      vfio,
      eoi: qemu.eoi,
      ...(view ? { view } : {}),
      costs: { mmapTimeout: timeoutMs * 1_000_000 },
      isAtRest: (s) => s[qemu.pending] === 0,
    }),
  );
}
