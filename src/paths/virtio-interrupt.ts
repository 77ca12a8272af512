import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { x86DriverCpu } from '../machine/guest/driver-cpu.ts';
import type { DriverCpu } from '../machine/guest/driver-cpu.ts';
import { vpInterrupt } from '../machine/guest/virtio-pci-isr.ts';
import { vringInterrupt } from '../machine/guest/virtqueue-driver.ts';
import { levelInterrupt } from '../machine/guest/x86-irq.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import { ioapicPin } from '../machine/kernel/ioapic.ts';
import { q35IrqLine } from '../machine/kernel/ioapic-irq-line.ts';
import type { MsiDestination } from '../machine/kernel/kvm-msi.ts';
import type { VcpuLoopWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import { EXIT_PAGE_FAULT, EXIT_PORT_IO } from '../machine/kernel/x86-vcpu.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import { isrRegister } from '../machine/qemu/virtio-pci-intx.ts';
import type { IsrRegister, PciLine } from '../machine/qemu/virtio-pci-intx.ts';
import { lineVcpu } from './line-vcpu.ts';
import type { LineVcpu } from './line-vcpu.ts';
import { splitIrqchip } from './vfio-pci-irqchips.ts';
import type { LineIrqchip } from './vfio-pci-irqchips.ts';
import type { VirtioBasis, VirtioCore, VirtioDisk } from './virtio-machine.ts';
import { x86EdgeVector } from './x86-edge-vector.ts';

/** The vector and the pin as q35 and a Linux guest give them to the device of traces X1. */
export const VECTOR = 0x25;
export const PIN = 21;

/** The guest's side of the device's interrupt. */
export interface GuestInterrupt {
  /** The local APIC, as a message finds it. */
  readonly lapic: MsiDestination;
  /** How it reaches a guest that runs. */
  readonly delivery: LineDelivery;
  /** ioctl(KVM_RUN), and where the way round its loop begins. */
  readonly run: (loop: VcpuLoopWiring) => Procedure;
  readonly loop: string;
  /** What QEMU's vCPU thread has to do for an IOAPIC of its own; absent if nothing. */
  readonly otherExits?: VcpuThreadWiring['otherExits'];
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
export function driverCpu({ vcpu, transport }: VirtioBasis, delivery?: LineDelivery): DriverCpu {
  return x86DriverCpu(vcpu, transport === 'modern' ? EXIT_PAGE_FAULT : EXIT_PORT_IO, delivery);
}

/** How the driver of a disk serves its queue's interrupt. */
export function takeUsed(
  { queue, eventIdx, driver }: VirtioCore & VirtioDisk,
  parts: DriverParts,
): Procedure {
  return vringInterrupt({ queue, eventIdx, callbackAt: driver.callbackAt, ...parts });
}

/**
 * MSI-X: a vector of the queue's own, which the guest ends before it looks at the queue. Source: traces X1; with APICv or
 * AVIC from source.
 */
export function messageInterrupt(machine: VirtioBasis, handler: Procedure, vector = VECTOR): GuestInterrupt {
  const { around, ...edge } = x86EdgeVector({ ...machine, host: machine.facts.host }, vector);
  return { ...edge, procedure: around(handler) };
}

/**
 * INTx: a level-triggered pin of the IOAPIC, which the guest ends after its handler. Source: trace X1-blk-vectors0-intx;
 * with APICv or AVIC, or with the IOAPIC in QEMU, from source and as in trace X5-split.
 */
export function lineInterrupt(
  machine: VirtioBasis,
  handler: Procedure,
  { emptyMark }: Pick<DriverParts, 'emptyMark'>,
  staysUp = false,
): LineInterrupt {
  const { m, vcpu } = machine;
  const isr = isrRegister(m);
  const { target, raiseLine, lowerLine, isUp, isPinAtRest, otherExits, run } =
    machine.irqchip === 'split' ? splitLine(machine) : kernelLine(machine);
  return {
    lapic: target.lapic,
    pciLine: { isUp, staysUp, raise: raiseLine, lower: lowerLine },
    isr,
    delivery: target.delivery,
    run,
    loop: target.halt.loop,
    ...(otherExits ? { otherExits } : {}),
    procedure: levelInterrupt({
      vcpu,
      delivery: target.delivery,
      handler: vpInterrupt({
        cpu: driverCpu(machine),
        isr,
        vringInterrupt: handler,
        emptyMark,
      }),
      end: target.end,
    }),
    isAtRest: (s) => isPinAtRest(s) && target.isQuiet(s) && s[vcpu.interruptFlag] === 1,
  };
}

/** The controllers of a line. */
interface LineControllers
  extends Pick<LineIrqchip, 'raiseLine' | 'lowerLine' | 'isUp'>, Pick<GuestInterrupt, 'run' | 'otherExits'> {
  readonly target: LineVcpu;
  readonly isPinAtRest: (s: State) => boolean;
}

function kernelLine({ m, vcpu, facts }: VirtioBasis): LineControllers {
  const target = lineVcpu({ m, vcpu }, facts.host, { trigger: 'level', pvEoi: false });
  const pin = ioapicPin(m, PIN, target.lapic);
  return {
    target,
    raiseLine: q35IrqLine(1, pin),
    lowerLine: q35IrqLine(0, pin),
    isUp: (s) => s[pin.irr] === 1,
    isPinAtRest: pin.isAtRest,
    run: (loop) => target.run(loop, { inKernel: pin.updateEoi(null) }),
  };
}

function splitLine({ m, vcpu, lock, facts }: VirtioBasis): LineControllers {
  const { target, chip, ...line } = splitIrqchip({ m, vcpu, lock }, facts, false, null);
  const otherExits = chip.vcpuThread?.otherExits;
  return {
    ...line,
    target,
    isPinAtRest: chip.isAtRest,
    run: chip.run,
    ...(otherExits ? { otherExits } : {}),
  };
}
