import type { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { HostFacts } from '../facts/facts.ts';
import { edgeInterrupt } from '../machine/guest/x86-edge-guest.ts';
import { injectedDelivery } from '../machine/guest/x86-irq.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import { lapic } from '../machine/kernel/lapic.ts';
import type { Lapic } from '../machine/kernel/lapic.ts';
import { pvEoi } from '../machine/kernel/pv-eoi.ts';
import { vcpuRun } from '../machine/kernel/vcpu-enter-guest.ts';
import { apicvRun } from '../machine/kernel/vcpu-run-apicv.ts';
import type { VcpuLoopWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import { LOOP as ACCELERATED } from '../machine/kernel/virtual-apic.ts';
import type { ExitNames } from '../machine/kernel/x86-exits.ts';
import { LOOP as INJECT } from '../machine/kernel/x86-handle-exit.ts';
import { EXIT_APIC_EOI, trap } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { addVirtualApic } from './virtual-apic.ts';

/** What a vector is added to. */
export interface EdgeMachine {
  readonly m: ModelBuilder;
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly host: HostFacts;
  readonly hasPvEoi: boolean;
}

/** An edge of a local APIC: how it gets into the guest and is ended there. */
export interface X86EdgeVector {
  readonly lapic: Pick<Lapic, 'vector' | 'accept' | 'acceptAtomic'>;
  readonly delivery: LineDelivery;
  /** ioctl(KVM_RUN). */
  readonly run: (loop: VcpuLoopWiring) => Procedure;
  /** Where the way round that loop begins, as a label. */
  readonly loop: string;
  /** From the IDT to the end of the interrupt, around the driver's handler. */
  readonly around: (handler: Procedure) => Procedure;
  /** Whether nothing is on its way in it or in service. */
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds an edge-triggered vector, of a message or of a pin of the ISA bus, which the guest ends before it calls the
 * handler; with APICv or AVIC from source. Source: Linux kernel/irq/chip.c `handle_edge_irq`, arch/x86/kernel/apic/vector.c `apic_ack_edge` (6.12);
 * traces X1 (of a disk's message and of the console's pin).
 */
export function x86EdgeVector(machine: EdgeMachine, vector: number): X86EdgeVector {
  return machine.host.apicv === 'on' ? acceleratedVector(machine, vector) : injectedVector(machine, vector);
}

/** The processor delivers and ends it by itself: no kick, no exit for the end. */
function acceleratedVector({ m, vcpu, host }: EdgeMachine, vector: number): X86EdgeVector {
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

function injectedVector(machine: EdgeMachine, vector: number): X86EdgeVector {
  const { m, vcpu, names } = machine;
  const localApic = lapic(m, { vcpu, vendor: names.vendor, vector, trigger: 'edge' });
  const flag = machine.hasPvEoi ? pvEoi(m, localApic) : null;
  const delivery = injectedDelivery(vcpu);
  return {
    lapic: localApic,
    delivery,
    run: (loop) => vcpuRun({ ...loop, lapic: localApic, eoi: {}, ...(flag ? { pvEoi: flag } : {}) }),
    loop: INJECT,
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
