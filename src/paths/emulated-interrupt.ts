import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { levelInterrupt } from '../machine/guest/x86-irq.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import { LOOP as INJECT } from '../machine/kernel/x86-handle-exit.ts';
import type { VcpuLoopWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import type { EmulatingVcpuThreadWiring } from '../machine/qemu/emulating-vcpu-thread.ts';
import type { X86EmulatedMachine } from './emulated-machine.ts';
import type { CompleteSettings } from './read-settings.ts';
import { lineIrqchip } from './vfio-pci-irqchips.ts';
import { x86EdgeVector } from './x86-edge-vector.ts';
import type { X86EdgeVector } from './x86-edge-vector.ts';

/** How the interrupt of an emulated device gets into a guest on x86 and is ended there. */
export interface EmulatedInterrupt {
  readonly delivery: LineDelivery;
  /** ioctl(KVM_RUN). */
  readonly run: (loop: VcpuLoopWiring) => Procedure;
  /** Where the way round that loop begins, as a label. */
  readonly loop: string;
  /** What QEMU's vCPU thread has to do with the interrupt controllers. */
  readonly vcpuThread: Pick<EmulatingVcpuThreadWiring, 'beforeRun' | 'otherExits'>;
  /** From the IDT to the end of the interrupt, around the driver's handler. */
  readonly around: (handler: Procedure) => Procedure;
  /** Whether nothing is on its way in it or in service. */
  readonly isAtRest: (s: State) => boolean;
}

/** The same with a local APIC that takes an edge. */
export type EdgeVector = EmulatedInterrupt & X86EdgeVector;

/** The same with a line, and what moves it. */
export interface EmulatedLine extends EmulatedInterrupt {
  readonly raiseLine: Procedure;
  readonly lowerLine: Procedure;
}

/** Adds an edge-triggered vector, of a message or of a pin of the ISA bus. */
export function edgeVector(machine: X86EmulatedMachine, vector: number): EdgeVector {
  return { ...x86EdgeVector(machine, vector), vcpuThread: {} };
}

/**
 * Adds the line of a PCI device on q35, level-triggered, with the interrupt controllers where `irqchip` says. The guest
 * ends the interrupt behind the handler. Source: traces X1-blk-vectors0-intx, X5-split, X5-off.
 */
export function pciLine(machine: X86EmulatedMachine, settings: CompleteSettings, facts: Facts): EmulatedLine {
  const { m, vcpu, lock } = machine;
  const isRemapped = settings.choice('intremap', 'off') === 'on';
  const base = { m, vcpu, lock, isReal: false };
  const { chip, raiseLine, lowerLine } = lineIrqchip(base, facts, settings.choice('irqchip'), isRemapped);
  const { delivery, end } = chip;
  return {
    delivery,
    run: chip.run,
    loop: chip.halt?.loop ?? INJECT,
    vcpuThread: chip.vcpuThread ?? {},
    around: (handler) => levelInterrupt({ vcpu, delivery, handler, end }),
    isAtRest: (s) => chip.isAtRest(s) && s[vcpu.injected] === 0 && s[vcpu.interruptFlag] === 1,
    raiseLine,
    lowerLine,
  };
}
