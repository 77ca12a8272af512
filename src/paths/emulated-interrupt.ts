import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { edgeInterrupt } from '../machine/guest/x86-edge-guest.ts';
import { injectedDelivery } from '../machine/guest/x86-irq.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import { lapic } from '../machine/kernel/lapic.ts';
import type { Lapic } from '../machine/kernel/lapic.ts';
import { pvEoi } from '../machine/kernel/pv-eoi.ts';
import type { VcpuRunWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import { EXIT_APIC_EOI, trap } from '../machine/kernel/x86-vcpu.ts';
import type { EmulatedMachine } from './emulated-machine.ts';

/** How the interrupt of an emulated device gets into the guest and is ended there. */
export interface EmulatedInterrupt {
  readonly lapic: Lapic;
  readonly delivery: LineDelivery;
  /** What the run loop of the vCPU does at its end. */
  readonly run: Pick<VcpuRunWiring, 'lapic' | 'eoi' | 'pvEoi'>;
  /** From the IDT to the end of the interrupt, around the driver's handler. */
  readonly around: (handler: Procedure) => Procedure;
  /** Whether nothing is on its way in it or in service. */
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds an edge-triggered vector, of a message or of a pin of the ISA bus, which the guest ends before it calls the
 * handler. Source: Linux kernel/irq/chip.c `handle_edge_irq`, arch/x86/kernel/apic/vector.c `apic_ack_edge` (6.12);
 * traces X1 (of a disk's message and of the console's pin).
 */
export function edgeVector(machine: EmulatedMachine, vector: number): EmulatedInterrupt {
  const { m, vcpu, names } = machine;
  const localApic = lapic(m, { vcpu, vendor: names.vendor, vector, trigger: 'edge' });
  const flag = machine.hasPvEoi ? pvEoi(m, localApic) : null;
  const delivery = injectedDelivery(vcpu);
  return {
    lapic: localApic,
    delivery,
    run: { lapic: localApic, eoi: {}, ...(flag ? { pvEoi: flag } : {}) },
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
