import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { interruptEntry } from '../machine/guest/arm-irq.ts';
import { armDriverCpu } from '../machine/guest/driver-cpu.ts';
import type { DriverCpu } from '../machine/guest/driver-cpu.ts';
import { ACK_WRITE, vmInterrupt } from '../machine/guest/virtio-mmio-driver.ts';
import { vpInterrupt } from '../machine/guest/virtio-pci-isr.ts';
import { kvmIrqLine } from '../machine/kernel/irq-line.ts';
import { signalMsiToIts } from '../machine/kernel/its.ts';
import { vgicIrq } from '../machine/kernel/vgic.ts';
import type { VgicListed } from '../machine/kernel/vgic-listed.ts';
import { writeToGicv2m } from '../machine/qemu/gicv2m.ts';
import { raiseMmioIrq, readInterruptStatus, virtioMmioWrite } from '../machine/qemu/virtio-mmio.ts';
import { isrRead, isrRegister, raiseIntx } from '../machine/qemu/virtio-pci-intx.ts';
import type { CompleteSettings } from './read-settings.ts';
import { QUEUED_MESSAGE_UNSEEN } from './vfio-pci-arm-msi-bugs.ts';
import { connectArmIrqfd } from './vfio-pci-arm-msi-irqfd.ts';
import { guestMessage, isMessageAtRest, ITS_GSI } from './vfio-pci-arm-msi-machine.ts';
import type { ArmInterrupt } from './virtio-arm-vcpu.ts';
import type { LineTarget, MessageTarget } from './virtio-call-target.ts';
import { takeUsed } from './virtio-interrupt.ts';
import type { DriverParts } from './virtio-interrupt.ts';
import type { ArmVirtioBasis, VirtioDisk } from './virtio-machine.ts';

/** The interrupt of a device, with what QEMU interrupts by. */
interface ArmCall<Target> extends ArmInterrupt {
  readonly target: Target;
}

/** The last of virt's 32 transports, which QEMU gives to the first device, and the pin of a PCI device in slot 1. */
const MMIO_INTID = 79;
const PCI_INTID = 36;

/** What a list register brings, with the driver's handler. */
function guestSide(
  { vcpu, gic }: ArmVirtioBasis,
  irq: VgicListed,
  handler: (cpu: DriverCpu) => Procedure,
): Omit<ArmInterrupt, 'isAtRest'> {
  const cpu = armDriverCpu(vcpu, irq);
  return { irq, cpu, procedure: interruptEntry({ gic, irq, handler: handler(cpu) }) };
}

/** MSI-X: an LPI of the ITS in KVM, or the edge of an SPI of the GICv2m in QEMU. Source: traces A1-gicv3-blk-pci-*. */
export function armMessage(
  machine: ArmVirtioBasis & VirtioDisk,
  parts: DriverParts,
  settings: CompleteSettings,
  facts: Facts,
  messageUnseen: boolean,
): ArmCall<MessageTarget> {
  const { m, vcpu, otherCpu } = machine;
  const message = guestMessage(machine, facts, new Set(messageUnseen ? [QUEUED_MESSAGE_UNSEEN.name] : []));
  return {
    ...guestSide(machine, message.irq, () => takeUsed(machine, parts)),
    isAtRest: (s) => isMessageAtRest(message, s),
    target: {
      kind: 'message',
      ...(message.kind === 'lpi'
        ? {
            send: signalMsiToIts({ lpi: message.irq, vcpu, gsi: ITS_GSI, hasCache: message.hasCache }),
            sendAt: 'gicv3_its_trans_write, kvm_its_send_msi',
          }
        : {
            send: writeToGicv2m(kvmIrqLine(1, message.irq, vcpu), kvmIrqLine(0, message.irq, vcpu)),
            sendAt: 'gicv2m_write',
          }),
      irqfd: (notifier) => {
        const { wakeup, work } = connectArmIrqfd({ m, vcpu }, message, notifier, settings, facts, otherCpu);
        return { wakeup, isAtRest: (s) => work === null || s[work] === 0 };
      },
    },
  };
}

/**
 * A line: of virtio-mmio, an SPI that the device tree calls an edge, or of a PCI device without MSI-X, which is a level.
 * Source: traces A1-gicv2-blk-mmio-*; of the PCI device, and of a level, from source.
 */
export function armLine(
  machine: ArmVirtioBasis & VirtioDisk,
  parts: DriverParts,
  settings: CompleteSettings,
  staysUp: boolean,
): ArmCall<LineTarget> {
  const { m, vcpu, transport, device } = machine;
  const isMmio = transport === 'mmio';
  const irq = vgicIrq(m, {
    suffix: '',
    intid: isMmio ? MMIO_INTID : PCI_INTID,
    config: isMmio && settings.choice('trigger') === 'edge' ? 'edge' : 'level',
    fromReset: false,
    pendingWhileActive: false,
    queuedUnseen: false,
  });
  const isr = isrRegister(m);
  const line = {
    isUp: (s: State): boolean => s[irq.lineLevel] === 1,
    staysUp,
    raise: kvmIrqLine(1, irq, vcpu),
    lower: kvmIrqLine(0, irq, vcpu),
  };
  const driver = { isr, vringInterrupt: takeUsed(machine, parts), emptyMark: parts.emptyMark };
  const isAcknowledge = (s: State): boolean => s[vcpu.mmioRegister] === ACK_WRITE;
  return {
    ...guestSide(machine, irq, (cpu) =>
      isMmio ? vmInterrupt({ ...driver, cpu }) : vpInterrupt({ ...driver, cpu }),
    ),
    // Of a level KVM hears the end, by an exit.
    isAtRest: irq.config === 'edge' ? (s) => isMessageAtRest({ kind: 'spi', irq }, s) : irq.isAtRest,
    target: {
      kind: 'line',
      isr,
      raise: isMmio ? raiseMmioIrq(isr, line) : raiseIntx(isr, line, device.party),
      read: isMmio ? readInterruptStatus(isr) : isrRead('modern', isr, line, device.party),
      write: isMmio
        ? (handleQueue, setsIsrUnlocked) =>
            virtioMmioWrite({ isr, line, isAcknowledge, handleQueue, setsIsrUnlocked })
        : null,
    },
  };
}
