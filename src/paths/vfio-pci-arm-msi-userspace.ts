import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { kvmIrqLine } from '../machine/kernel/irq-line.ts';
import { signalMsiToIts } from '../machine/kernel/its.ts';
import { VFIO_PCI } from '../machine/parties.ts';
import { writeToGicv2m } from '../machine/qemu/gicv2m.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { vfioMsiInterrupt } from '../machine/qemu/vfio-msi.ts';
import type { CompleteSettings } from './read-settings.ts';
import { armMsiMachine, guestMessage, ITS_GSI } from './vfio-pci-arm-msi-machine.ts';
import { wireArmMsi } from './wire-vfio-pci-arm-msi.ts';
import { BDF } from './wire-vfio-pci-msi.ts';
import type { Wiring } from './wiring.ts';

/**
 * Wires `vfio-pci/msi-userspace` on Arm from its parts. Source of the order of everything: trace X4g for VFIO and QEMU,
 * trace A1-gicv3-blk-pci-ioeventfd-off for what KVM does with a message; with a GICv2m from source.
 */
export function wireArmMsiUserspace(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  const machine = armMsiMachine(settings, facts);
  if (!machine.ok) return machine;
  const { m, vcpu, lock, otherCpu, capability } = machine.value;
  const message = guestMessage(machine.value, facts, bugs);
  const trigger = eventfd(m, 'trigger');
  const interrupt = vfioMsiInterrupt({
    trigger,
    bdf: BDF,
    capability,
    ...(message.kind === 'lpi'
      ? {
          send: signalMsiToIts({ lpi: message.irq, vcpu, gsi: ITS_GSI, hasCache: message.hasCache }),
          sendAt: 'gicv3_its_trans_write, kvm_its_send_msi',
        }
      : {
          send: writeToGicv2m(kvmIrqLine(1, message.irq, vcpu), kvmIrqLine(0, message.irq, vcpu)),
          sendAt: 'gicv2m_write',
        }),
  });
  m.process(
    'main loop',
    { kind: 'thread', cpu: otherCpu },
    mainLoop(m, lock, [{ suffix: '', eventfd: trigger, handler: interrupt }], null),
  );
  return ok(wireArmMsi(machine.value, settings, facts, { message, trigger: signalledBy(VFIO_PCI, trigger) }));
}
