import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { x86DriverCpu } from '../machine/guest/driver-cpu.ts';
import type { DriverCpu } from '../machine/guest/driver-cpu.ts';
import { vpInterrupt } from '../machine/guest/virtio-pci-isr.ts';
import { vringInterrupt } from '../machine/guest/virtqueue-driver.ts';
import { edgeInterrupt } from '../machine/guest/x86-edge-guest.ts';
import { ioapicAckLevel } from '../machine/guest/x86-end-interrupt.ts';
import { injectedDelivery, levelInterrupt } from '../machine/guest/x86-irq.ts';
import { ioapicPin } from '../machine/kernel/ioapic.ts';
import { q35IrqLine } from '../machine/kernel/ioapic-irq-line.ts';
import { lapic } from '../machine/kernel/lapic.ts';
import type { Lapic } from '../machine/kernel/lapic.ts';
import { pvEoi } from '../machine/kernel/pv-eoi.ts';
import type { VcpuRunWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import { EXIT_APIC_EOI, EXIT_PAGE_FAULT, EXIT_PORT_IO, trap } from '../machine/kernel/x86-vcpu.ts';
import { isrRegister } from '../machine/qemu/virtio-pci-intx.ts';
import type { IsrRegister, PciLine } from '../machine/qemu/virtio-pci-intx.ts';
import type { VirtioBasis, VirtioCore, VirtioDisk } from './virtio-machine.ts';

/** The vector and the pin as q35 and a Linux guest give them to the device of traces X1. */
export const VECTOR = 0x25;
export const PIN = 21;

/** The guest's side of the device's interrupt. */
export interface GuestInterrupt {
  readonly lapic: Lapic;
  /** What the run loop of the vCPU does at its end. */
  readonly run: Pick<VcpuRunWiring, 'lapic' | 'eoi' | 'pvEoi'>;
  /** From the IDT to the end of the interrupt. */
  readonly procedure: Procedure;
  /** Whether nothing is on its way in it or in service. */
  readonly isAtRest: (s: State) => boolean;
}

/** The same for a line, with what raises it. */
export interface LineInterrupt extends GuestInterrupt {
  readonly pciLine: PciLine;
  readonly isr: IsrRegister;
}

/** How what finds nothing is counted on the guest's side, and whether the driver looks again. */
export interface DriverParts {
  readonly emptyMark: string;
  readonly looksAgain: boolean;
}

/** The CPU as the device's driver sees it: which exit an access to a register causes, the transport says. */
export function driverCpu({ vcpu, transport }: VirtioBasis): DriverCpu {
  return x86DriverCpu(vcpu, transport === 'modern' ? EXIT_PAGE_FAULT : EXIT_PORT_IO);
}

/** How the driver of a disk serves its queue's interrupt. */
export function takeUsed(
  { queue, eventIdx, driver }: VirtioCore & VirtioDisk,
  parts: DriverParts,
): Procedure {
  return vringInterrupt({ queue, eventIdx, callbackAt: driver.callbackAt, ...parts });
}

/** MSI-X: a vector of the queue's own, which the guest ends before it looks at the queue. Source: traces X1. */
export function messageInterrupt(machine: VirtioBasis, handler: Procedure, vector = VECTOR): GuestInterrupt {
  const { m, vcpu, names } = machine;
  const localApic = lapic(m, { vcpu, vendor: names.vendor, vector, trigger: 'edge' });
  const flag = machine.hasPvEoi ? pvEoi(m, localApic) : null;
  return {
    lapic: localApic,
    run: { lapic: localApic, eoi: {}, ...(flag ? { pvEoi: flag } : {}) },
    procedure: edgeInterrupt({
      vcpu,
      delivery: {
        ...injectedDelivery(vcpu),
        end: (s) => {
          if (flag?.end(s) !== true) trap(s, vcpu, EXIT_APIC_EOI);
        },
      },
      endAt: flag
        ? 'Linux arch/x86/kernel/kvm.c kvm_guest_apic_eoi_write (apic_ack_edge)'
        : 'Linux arch/x86/kernel/apic/vector.c apic_ack_edge (apic_eoi)',
      handler,
    }),
    isAtRest: (s) =>
      s[localApic.irr] === 0 &&
      (s[localApic.isr] === 0 || flag?.isTaken(s) === true) &&
      s[vcpu.injected] === 0 &&
      s[vcpu.interruptFlag] === 1,
  };
}

/** INTx: a level-triggered pin of the IOAPIC, which the guest ends after its handler. Source: trace X1-blk-vectors0-intx. */
export function lineInterrupt(
  machine: VirtioBasis,
  handler: Procedure,
  { emptyMark }: Pick<DriverParts, 'emptyMark'>,
  staysUp = false,
): LineInterrupt {
  const { m, vcpu, names } = machine;
  const localApic = lapic(m, { vcpu, vendor: names.vendor, vector: VECTOR });
  const pin = ioapicPin(m, PIN, localApic);
  const isr = isrRegister(m);
  return {
    lapic: localApic,
    pciLine: {
      isUp: (s) => s[pin.irr] === 1,
      staysUp,
      raise: q35IrqLine(1, pin),
      lower: q35IrqLine(0, pin),
    },
    isr,
    run: { lapic: localApic, eoi: { inKernel: pin.updateEoi(null) } },
    procedure: levelInterrupt({
      vcpu,
      delivery: injectedDelivery(vcpu),
      handler: vpInterrupt({
        cpu: driverCpu(machine),
        isr,
        vringInterrupt: handler,
        emptyMark,
      }),
      end: ioapicAckLevel(vcpu, VECTOR),
    }),
    isAtRest: (s) =>
      pin.isAtRest(s) && s[localApic.irr] === 0 && s[localApic.isr] === 0 && s[vcpu.interruptFlag] === 1,
  };
}
