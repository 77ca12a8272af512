import type { Facts } from '../facts/facts.ts';
import { procedure } from '../engine/step.ts';
import type { Procedure } from '../engine/step.ts';
import { ioapicAckLevelByMmio, ioapicIrAckLevelByMmio } from '../machine/guest/x86-end-interrupt.ts';
import { injectedDelivery } from '../machine/guest/x86-irq.ts';
import { q35IrqLine } from '../machine/kernel/ioapic-irq-line.ts';
import { irqLineOfMsi } from '../machine/kernel/msi-route.ts';
import { vcpuRunUserspaceApic } from '../machine/kernel/vcpu-run-userspace-apic.ts';
import { QEMU_IOAPIC } from '../machine/parties.ts';
import { qemuApic } from '../machine/qemu/apic.ts';
import { ioapicEoiExit, ioapicEoiWrite } from '../machine/qemu/ioapic-eoi-exits.ts';
import { qemuIoapicPin } from '../machine/qemu/ioapic.ts';
import type { QemuIoapicPin } from '../machine/qemu/ioapic.ts';
import { userspaceApic } from '../machine/qemu/userspace-apic.ts';
import { lineVcpu, VECTOR } from './line-vcpu.ts';
import { GSI, withKernelIrqchip } from './vfio-pci-machine.ts';
import type { PciBase } from './vfio-pci-machine.ts';
import { kernelIrqchip } from './wire-vfio-pci.ts';
import type { GuestIrqchip } from './wire-vfio-pci.ts';

/** The guest's interrupt controllers, and how a device model of QEMU moves its line. */
export interface LineIrqchip {
  readonly chip: GuestIrqchip;
  readonly raiseLine: Procedure;
  readonly lowerLine: Procedure;
}

/**
 * Adds the interrupt controllers of `kernel-irqchip=on`, `split` or `off`. With `isRemapped`, which needs an IOAPIC in
 * QEMU, the guest ends an interrupt at its EOI register.
 */
export function lineIrqchip(base: PciBase, facts: Facts, irqchip: string, isRemapped: boolean): LineIrqchip {
  if (irqchip === 'split') return splitIrqchip(base, facts, isRemapped);
  if (irqchip === 'off') return qemuIrqchip(base, isRemapped);
  const machine = withKernelIrqchip(base, facts);
  return {
    chip: kernelIrqchip(machine, null),
    raiseLine: q35IrqLine(1, machine.pin),
    lowerLine: q35IrqLine(0, machine.pin),
  };
}

/** The local APIC in KVM, the IOAPIC in QEMU: its message is a GSI of KVM, its end of interrupt an exit. */
function splitIrqchip({ m, vcpu, lock }: PciBase, { host, guest }: Facts, isRemapped: boolean): LineIrqchip {
  const trigger = isRemapped ? 'edge' : 'level';
  const target = lineVcpu({ m, vcpu }, host, { trigger, pvEoi: isRemapped && guest.pvEoi === 'on' });
  const service = irqLineOfMsi({ gsi: GSI, lapic: target.lapic, trigger });
  const vector = isRemapped ? GSI : VECTOR;
  const pin = qemuIoapicPin(m, { pin: GSI, vector, service, serviceAtEoi: service });
  return {
    chip: {
      ...target,
      run: (loop) => target.run(loop, { exits: !isRemapped }),
      isAtRest: (s) => pin.isAtRest(s) && target.isAtRest(s),
      vcpuThread: {
        otherExits: isRemapped
          ? ioapicEoiWrite(vcpu, lock, pin.eoiBroadcast)
          : ioapicEoiExit(vcpu, pin.eoiBroadcast),
      },
    },
    ...gsiHandler(pin),
  };
}

/** All in QEMU. */
function qemuIrqchip({ m, vcpu, lock, isReal }: PciBase, isRemapped: boolean): LineIrqchip {
  const apic = qemuApic(m, { vcpu, vector: VECTOR, trigger: isRemapped ? 'edge' : 'level' });
  const pin = qemuIoapicPin(m, {
    pin: GSI,
    vector: isRemapped ? GSI : VECTOR,
    service: apic.deliver,
    serviceAtEoi: apic.deliverToSelf,
  });
  return {
    chip: {
      delivery: injectedDelivery(vcpu),
      run: (loop) => vcpuRunUserspaceApic({ ...loop, vector: VECTOR, signal: apic.signal }),
      end: isRemapped ? ioapicIrAckLevelByMmio(vcpu) : ioapicAckLevelByMmio(vcpu),
      isAtRest: (s) => pin.isAtRest(s) && s[apic.irr] === 0 && s[apic.signal] === 0,
      vcpuThread: userspaceApic({
        vcpu,
        apic,
        bql: lock,
        isRemapped,
        broadcast: pin.eoiBroadcast,
        hasOthers: isReal,
      }),
    },
    ...gsiHandler(pin),
  };
}

/** The line of q35's pin, then the PIC route of the pin (IRQ 10, low), which changes nothing. */
function gsiHandler(pin: QemuIoapicPin): Pick<LineIrqchip, 'raiseLine' | 'lowerLine'> {
  const line = (level: 0 | 1, direction: 'raise' | 'lower'): Procedure =>
    procedure(QEMU_IOAPIC, `gsi_handler(${String(level)})`, {
      [`${direction}-gsi`]: { at: 'QEMU hw/i386/x86.c gsi_handler', call: pin.setIrq(level) },
      [`${direction}-update-ioapic`]: {
        at: 'QEMU hw/isa/lpc_ich9.c ich9_lpc_update_pic',
        emits: ['qemu:ioapic_set_irq vector: 10 level: 0'],
      },
    });
  return { raiseLine: line(1, 'raise'), lowerLine: line(0, 'lower') };
}
