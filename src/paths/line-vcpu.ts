import type { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Procedure, Step } from '../engine/step.ts';
import type { HostFacts } from '../facts/facts.ts';
import { acceleratedAckLevel } from '../machine/guest/x86-end-accelerated.ts';
import { ioapicAckLevel, ioapicIrAckLevel } from '../machine/guest/x86-end-interrupt.ts';
import { injectedDelivery } from '../machine/guest/x86-irq.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import type { Halt } from '../machine/kernel/halt-poll.ts';
import { lapic } from '../machine/kernel/lapic.ts';
import type { Lapic } from '../machine/kernel/lapic.ts';
import { pvEoi } from '../machine/kernel/pv-eoi.ts';
import { vcpuRun } from '../machine/kernel/vcpu-enter-guest.ts';
import { apicvRun } from '../machine/kernel/vcpu-run-apicv.ts';
import type { LapicEoi, VcpuLoopWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import { LOOP } from '../machine/kernel/virtual-apic.ts';
import { LOOP as INJECT } from '../machine/kernel/x86-handle-exit.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { addVirtualApic } from './virtual-apic.ts';

/** The vector as a Linux guest gives it to the device of traces X4. */
export const VECTOR = 0x25;

/** A vCPU with its local APIC in KVM, and how the interrupt of a line gets into it and is ended. */
export interface LineVcpu {
  /** KVM's own local APIC, which it injects from; null with APICv or AVIC. */
  readonly injected: Lapic | null;
  /** Who accepts the interrupt. */
  readonly lapic: Pick<Lapic, 'vector' | 'accept' | 'acceptAtomic'>;
  readonly delivery: LineDelivery;
  /** ioctl(KVM_RUN). */
  readonly run: (loop: VcpuLoopWiring, eoi: LapicEoi) => Procedure;
  readonly halt: Pick<Halt, 'hasInterrupt' | 'loop'>;
  /** How the guest ends the interrupt. */
  readonly end: Readonly<Record<string, Step>>;
  /** Whether no interrupt waits in it for the guest. */
  readonly isAtRest: (s: State) => boolean;
  /** Whether none is in service either. */
  readonly isQuiet: (s: State) => boolean;
}

/** What of the line decides how it is delivered. */
export interface LineVcpuOptions {
  /** `edge`: the line is remapped, so that its message is an edge, which the guest ends at the IOAPIC itself. */
  readonly trigger: 'level' | 'edge';
  /** Whether KVM may offer to end it through PV EOI: only an edge, and without APICv. */
  readonly pvEoi: boolean;
}

/** Adds the vCPU's local APIC that the host has: KVM's own, which KVM injects from, APICv's or AVIC's. */
export function lineVcpu(
  machine: { readonly m: ModelBuilder; readonly vcpu: X86Vcpu },
  host: HostFacts,
  options: LineVcpuOptions,
): LineVcpu {
  return host.apicv === 'on' ? accelerated(machine, host, options) : injectedLineVcpu(machine, host, options);
}

/** Adds KVM's own local APIC, whatever the host has. */
export function injectedLineVcpu(
  { m, vcpu }: { readonly m: ModelBuilder; readonly vcpu: X86Vcpu },
  { vendor }: HostFacts,
  options: LineVcpuOptions,
): LineVcpu & { readonly injected: Lapic } {
  const { trigger } = options;
  const localApic = lapic(m, { vcpu, vendor, vector: VECTOR, trigger });
  const flag = options.pvEoi ? pvEoi(m, localApic) : null;
  return {
    injected: localApic,
    lapic: localApic,
    delivery: injectedDelivery(vcpu),
    run: (loop, eoi) => vcpuRun({ ...loop, lapic: localApic, eoi, ...(flag ? { pvEoi: flag } : {}) }),
    halt: { hasInterrupt: localApic.hasInterrupt, loop: INJECT },
    end: trigger === 'level' ? ioapicAckLevel(vcpu, VECTOR) : ioapicIrAckLevel(vcpu, flag),
    isAtRest: (s) => s[localApic.irr] === 0,
    isQuiet: (s) => s[localApic.irr] === 0 && s[localApic.isr] === 0,
  };
}

function accelerated(
  { m, vcpu }: { readonly m: ModelBuilder; readonly vcpu: X86Vcpu },
  host: HostFacts,
  { trigger }: LineVcpuOptions,
): LineVcpu {
  const { virtualApic } = addVirtualApic(m, vcpu, host, {
    vector: VECTOR,
    trigger,
    preemptedWhile: null,
    // An INTx line is never posted: its interrupt is the IOAPIC's, not a message that the IOMMU knows the vCPU of.
    posted: null,
    looksBeforeSleep: true,
  });
  const endsByItself = {
    end: (s: State): boolean => {
      virtualApic.end(s);
      return true;
    },
  };
  return {
    injected: null,
    lapic: virtualApic,
    delivery: {
      isDue: (s) => virtualApic.isDue(s) && s[vcpu.interruptFlag] === 1,
      take: virtualApic.take,
    },
    run: (loop, eoi) =>
      apicvRun({ ...loop, virtualApic, eoi: trigger === 'level' ? eoi : null, preemption: null }),
    halt: { hasInterrupt: virtualApic.hasInterrupt, loop: LOOP },
    end: trigger === 'level' ? acceleratedAckLevel(vcpu, virtualApic) : ioapicIrAckLevel(vcpu, endsByItself),
    isAtRest: virtualApic.isAtRest,
    isQuiet: virtualApic.isAtRest,
  };
}
