import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { edgeInterrupt } from '../machine/guest/x86-edge-guest.ts';
import { injectedDelivery, levelInterrupt } from '../machine/guest/x86-irq.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import { lapic } from '../machine/kernel/lapic.ts';
import type { Lapic } from '../machine/kernel/lapic.ts';
import { pvEoi } from '../machine/kernel/pv-eoi.ts';
import { LOOP as ACCELERATED } from '../machine/kernel/virtual-apic.ts';
import { apicvRun } from '../machine/kernel/vcpu-run-apicv.ts';
import { LOOP as INJECT } from '../machine/kernel/x86-handle-exit.ts';
import { vcpuRun } from '../machine/kernel/vcpu-enter-guest.ts';
import type { VcpuLoopWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import { EXIT_APIC_EOI, trap } from '../machine/kernel/x86-vcpu.ts';
import type { EmulatingVcpuThreadWiring } from '../machine/qemu/emulating-vcpu-thread.ts';
import type { EmulatedMachine } from './emulated-machine.ts';
import type { CompleteSettings } from './read-settings.ts';
import { lineIrqchip } from './vfio-pci-irqchips.ts';
import { addVirtualApic } from './virtual-apic.ts';

/** How the interrupt of an emulated device gets into the guest and is ended there. */
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
export interface EdgeVector extends EmulatedInterrupt {
  readonly lapic: Pick<Lapic, 'vector' | 'accept' | 'acceptAtomic'>;
}

/** The same with a line, and what moves it. */
export interface EmulatedLine extends EmulatedInterrupt {
  readonly raiseLine: Procedure;
  readonly lowerLine: Procedure;
}

/**
 * Adds an edge-triggered vector, of a message or of a pin of the ISA bus, which the guest ends before it calls the
 * handler; with APICv or AVIC from source. Source: Linux kernel/irq/chip.c `handle_edge_irq`, arch/x86/kernel/apic/vector.c `apic_ack_edge` (6.12);
 * traces X1 (of a disk's message and of the console's pin).
 */
export function edgeVector(machine: EmulatedMachine, vector: number): EdgeVector {
  return machine.host.apicv === 'on' ? acceleratedVector(machine, vector) : injectedVector(machine, vector);
}

/** The processor delivers and ends it by itself: no kick, no exit for the end. */
function acceleratedVector({ m, vcpu, host }: EmulatedMachine, vector: number): EdgeVector {
  const { virtualApic } = addVirtualApic(m, vcpu, host, {
    vector,
    trigger: 'edge',
    preemptedWhile: null,
    // Only an IOMMU posts, and there is none between QEMU and KVM.
    posted: null,
    looksBeforeSleep: true,
  });
  const delivery = {
    isDue: (s: State): boolean => virtualApic.isDue(s) && s[vcpu.interruptFlag] === 1,
    take: virtualApic.take,
  };
  const how = virtualApic.vendor === 'intel' ? 'EOI virtualization' : 'AVIC';
  return {
    lapic: virtualApic,
    delivery,
    run: (loop) => apicvRun({ ...loop, virtualApic, eoi: null, preemption: null }),
    loop: ACCELERATED,
    vcpuThread: {},
    around: (handler) =>
      edgeInterrupt({
        vcpu,
        delivery: { ...delivery, end: virtualApic.end },
        endAt: `Linux arch/x86/kernel/apic/vector.c apic_ack_edge (${how}: no exit)`,
        handler,
      }),
    isAtRest: (s) => virtualApic.isAtRest(s) && s[vcpu.interruptFlag] === 1,
  };
}

function injectedVector(machine: EmulatedMachine, vector: number): EdgeVector {
  const { m, vcpu, names } = machine;
  const localApic = lapic(m, { vcpu, vendor: names.vendor, vector, trigger: 'edge' });
  const flag = machine.hasPvEoi ? pvEoi(m, localApic) : null;
  const delivery = injectedDelivery(vcpu);
  return {
    lapic: localApic,
    delivery,
    run: (loop) => vcpuRun({ ...loop, lapic: localApic, eoi: {}, ...(flag ? { pvEoi: flag } : {}) }),
    loop: INJECT,
    vcpuThread: {},
    around: (handler) =>
      edgeInterrupt({
        vcpu,
        delivery: {
          ...delivery,
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

/**
 * Adds the line of a PCI device on q35, level-triggered, with the interrupt controllers where `irqchip` says. The guest
 * ends the interrupt behind the handler. Source: traces X1-blk-vectors0-intx, X5-split, X5-off.
 */
export function pciLine(machine: EmulatedMachine, settings: CompleteSettings, facts: Facts): EmulatedLine {
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
