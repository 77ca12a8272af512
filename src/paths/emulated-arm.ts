import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { armGuest, interruptEntry } from '../machine/guest/arm-irq.ts';
import { armDriverCpu } from '../machine/guest/driver-cpu.ts';
import { virtioArmGuest } from '../machine/guest/virtio-arm-guest.ts';
import { kvmIrqLine } from '../machine/kernel/irq-line.ts';
import { signalMsiToIts } from '../machine/kernel/its.ts';
import { vgicIrq } from '../machine/kernel/vgic.ts';
import type { VgicListed } from '../machine/kernel/vgic-listed.ts';
import { writeToGicv2m } from '../machine/qemu/gicv2m.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import type { ArmEmulatedMachine, GuestProgram } from './emulated-machine.ts';
import type { EmulatedSide } from './emulated-side.ts';
import { guestMessage, isMessageAtRest, ITS_GSI } from './vfio-pci-arm-msi-machine.ts';
import { addArmVcpu } from './virtio-arm-vcpu.ts';

/** The pin of a PCI device in slot 1 of the virt machine: its second INTx line, which start at SPI 3. */
export const PCI_INTID = 36;

/** The same with a guest that no interrupt of the device ever reaches. */
export interface ArmSide extends EmulatedSide {
  readonly withoutInterrupts: (
    program: Omit<GuestProgram, 'submit'> & { readonly submit: Procedure },
  ) => Procedure;
}

/** What a device interrupts by, and the guest that it interrupts. */
export interface ArmInterrupt<Way> {
  readonly side: ArmSide;
  readonly way: Way;
}

/** A line and what moves it: ioctls of KVM. */
type Line = Extract<PciInterrupt, { kind: 'line' }>;

/**
 * Adds a level-triggered SPI, whose end KVM hears by a maintenance interrupt.
 * Source: QEMU hw/pci-host/gpex.c `gpex_set_irq`, `gpex_swizzle_map_irq_fn`, hw/arm/virt.c `create_pcie`, `create_uart`,
 * hw/intc/arm_gic_kvm.c `kvm_arm_gic_set_irq` (7.2).
 */
export function armLine(machine: ArmEmulatedMachine, intid: number): ArmInterrupt<Line> {
  const { m, vcpu } = machine;
  const irq = vgicIrq(m, {
    suffix: '',
    intid,
    config: 'level',
    fromReset: false,
    pendingWhileActive: false,
    queuedUnseen: false,
  });
  return {
    side: armSide(machine, irq, irq.isAtRest),
    way: { kind: 'line', raise: kvmIrqLine(1, irq, vcpu), lower: kvmIrqLine(0, irq, vcpu) },
  };
}

/** Adds a message of a PCI device: an LPI of the ITS in KVM, or the edge of an SPI of the GICv2m in QEMU. */
export function armMessage(machine: ArmEmulatedMachine, facts: Facts): ArmInterrupt<PciInterrupt> {
  const { vcpu } = machine;
  const message = guestMessage(machine, facts, new Set());
  const { irq } = message;
  return {
    side: armSide(machine, irq, (s) => isMessageAtRest(message, s)),
    way:
      message.kind === 'lpi'
        ? {
            kind: 'msi',
            send: signalMsiToIts({ lpi: message.irq, vcpu, gsi: ITS_GSI, hasCache: message.hasCache }),
            sendAt: 'gicv3_its_trans_write, kvm_its_send_msi',
          }
        : {
            kind: 'msi',
            send: writeToGicv2m(kvmIrqLine(1, message.irq, vcpu), kvmIrqLine(0, message.irq, vcpu)),
            sendAt: 'gicv2m_write',
          },
  };
}

/** The guest of an emulated device and its vCPU on Arm, with an interrupt that comes in a list register. */
function armSide(machine: ArmEmulatedMachine, irq: VgicListed, isAtRest: (s: State) => boolean): ArmSide {
  const { vcpu, gic, load } = machine;
  const guest = { vcpu, irq, load };
  return {
    cpu: armDriverCpu(vcpu, irq),
    isAtRest,
    addVcpu: ({ traced, doorbell, access }) => {
      addArmVcpu({ ...machine, isReal: false, access: traced }, { irq }, { doorbell, access });
    },
    withProgram: ({ submit, ...program }, handler) => {
      const interrupt = interruptEntry({ gic, irq, handler });
      return virtioArmGuest({ ...program, ...guest, isReal: false, submit: submit(interrupt), interrupt });
    },
    receiving: (handler, softirq) => armGuest({ ...guest, gic, handler, softirq, otherWork: null }),
    withoutInterrupts: ({ submit, ...program }) =>
      virtioArmGuest({ ...program, ...guest, isReal: false, submit, interrupt: null }),
  };
}
