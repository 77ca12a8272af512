import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Field } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { irqfdAtomic, irqfdWithWorker } from '../machine/kernel/irqfd.ts';
import { pulse } from '../machine/kernel/irqfd-pulse.ts';
import { itsIrqfd } from '../machine/kernel/its.ts';
import { VFIO_PCI } from '../machine/parties.ts';
import type { CompleteSettings } from './read-settings.ts';
import { armMsiMachine, GICV2M_GSI, guestMessage, ITS_GSI } from './vfio-pci-arm-msi-machine.ts';
import type { ArmMsiMachine, GuestMessage } from './vfio-pci-arm-msi-machine.ts';
import { ATOMIC_SPI_SINCE } from './vfio-platform-irqfd.ts';
import { wireArmMsi } from './wire-vfio-pci-arm-msi.ts';
import type { Wiring } from './wiring.ts';

/**
 * Wires `vfio-pci/msi-irqfd` on Arm from its parts. Source of the order of everything: trace
 * A2-gicv3-vfio-e1000e-msix-irqfd; with a GICv2m from source.
 */
export function wireArmMsiIrqfd(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  const machine = armMsiMachine(settings, facts);
  if (!machine.ok) return machine;
  const message = guestMessage(machine.value, facts, bugs);
  const trigger = eventfd(machine.value.m, 'trigger');
  const { wakeup, work } = connectArmIrqfd(machine.value, message, trigger, settings, facts);
  const isOnVcpuCpu = facts.host.irqCpu === facts.host.vcpuCpu;
  return ok(
    wireArmMsi(machine.value, settings, facts, {
      message,
      trigger: signalledBy(VFIO_PCI, trigger, wakeup),
      ...(work === null ? {} : { isAtRest: (s) => s[work] === 0 }),
      ...(work === null || !isOnVcpuCpu ? {} : { needResched: (s) => s[work] === 1 }),
    }),
  );
}

/**
 * Adds KVM's irqfd on a vector's eventfd. A guest with a GICv2m has no route for a message: QEMU hands KVM the number of
 * the SPI that it stands for (`kvm_gsi_direct_mapping`). `cpu` is that of a signaller who leaves the injection to a worker.
 * Source: QEMU accel/kvm/kvm-all.c `kvm_irqchip_add_msi_route`, target/arm/kvm.c `kvm_arch_msi_data_to_gsi` (7.2).
 */
export function connectArmIrqfd(
  { m, vcpu }: Pick<ArmMsiMachine, 'm' | 'vcpu'>,
  message: GuestMessage,
  trigger: Eventfd,
  settings: CompleteSettings,
  { host }: Facts,
  cpu = host.irqCpu,
): { readonly wakeup: Procedure; readonly work: Field | null } {
  if (message.kind === 'lpi') {
    return itsIrqfd(m, {
      eventfd: trigger,
      message: { lpi: message.irq, vcpu, gsi: ITS_GSI, hasCache: message.hasCache },
      isCold: settings.choice('itsCache', 'warm') === 'cold',
      cpu,
    });
  }
  const raise = message.irq.inject(1, vcpu);
  if (compareReleases(host.kernel, ATOMIC_SPI_SINCE) >= 0) {
    return { wakeup: irqfdAtomic({ suffix: '', eventfd: trigger, raise }), work: null };
  }
  return irqfdWithWorker(m, {
    suffix: '',
    eventfd: trigger,
    raise: pulse({ suffix: '', gsi: GICV2M_GSI, raise, lower: message.irq.inject(0, vcpu) }),
    cpu,
    why: 'no SPI in atomic context',
    wakeupEmits: [],
    injectEmits: ['function:irqfd_inject'],
  });
}
