import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { irqfdOfSpi } from '../machine/kernel/irqfd.ts';
import { irqfdResamplerAck } from '../machine/kernel/resampler.ts';
import { vfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { unmaskVirqfd } from '../machine/kernel/vfio-pci-unmask.ts';
import { KVM, VFIO_PCI } from '../machine/parties.ts';
import type { CompleteSettings } from './read-settings.ts';
import { ARM_INTX_GSI, armPciMachine } from './vfio-pci-arm-machine.ts';
import type { IntxIrqfdParts } from './vfio-pci-basis.ts';
import { HOST_IRQ } from './vfio-pci-machine.ts';
import { ATOMIC_SPI_SINCE } from './vfio-platform-irqfd.ts';
import { wireArmPci } from './wire-vfio-pci-arm.ts';
import type { Wiring } from './wiring.ts';

/** Wires `vfio-pci/intx-irqfd` on Arm from its parts. Source of the order of everything: trace A2. */
export function wireArmIntxIrqfd(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: IntxIrqfdParts,
): Result<Wiring> {
  const machine = armPciMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  const { m, trigger, irq, vcpu, device, descriptor } = machine.value;
  const { host } = facts;
  const inject = irqfdOfSpi(m, {
    suffix: '',
    eventfd: trigger,
    raise: irq.inject(1, vcpu),
    gsi: ARM_INTX_GSI,
    atomic: compareReleases(host.kernel, ATOMIC_SPI_SINCE) >= 0,
    // Where the hard interrupt was; after a re-signal it would be the CPU of that worker.
    cpu: host.irqCpu,
  });
  const signalled = signalledBy(VFIO_PCI, trigger, inject.wakeup);
  const vfio = vfioPciIntx(m, { device, descriptor, trigger: signalled, irq: HOST_IRQ });
  const resample = eventfd(m, 'resample');
  const virqfd = unmaskVirqfd(m, { intx: vfio, resample, trigger: signalled, cpu: host.vcpuCpu });
  const acked = irqfdResamplerAck({
    suffix: '',
    lower: irq.inject(0, vcpu),
    resample: signalledBy(KVM, resample, virqfd.wakeup).signal,
    gsi: ARM_INTX_GSI,
    enters: ['function:kvm_set_irq'],
    defer: null,
  });
  const works = [
    ...(inject.work === null ? [] : [{ work: inject.work, cpu: host.irqCpu }]),
    ...(virqfd.work === null ? [] : [{ work: virqfd.work, cpu: host.vcpuCpu }]),
  ];
  return ok(
    wireArmPci(machine.value, settings, facts, {
      vfio,
      ...(parts.resampler ? { acked } : {}),
      works,
      isAtRest: (s) => works.every(({ work }) => s[work] === 0),
    }),
  );
}
