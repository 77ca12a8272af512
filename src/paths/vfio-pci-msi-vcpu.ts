import type { Facts } from '../facts/facts.ts';
import { lapic } from '../machine/kernel/lapic.ts';
import { pvEoi } from '../machine/kernel/pv-eoi.ts';
import { apicvRun } from '../machine/kernel/vcpu-run-apicv.ts';
import { vcpuRun } from '../machine/kernel/vcpu-enter-guest.ts';
import { x86Surroundings } from '../machine/kernel/x86-surroundings.ts';
import { LOOP } from '../machine/kernel/virtual-apic.ts';
import { LOOP as INJECT } from '../machine/kernel/x86-handle-exit.ts';
import { EXIT_APIC_EOI, trap } from '../machine/kernel/x86-vcpu.ts';
import { VECTOR } from './vfio-pci-msi-machine.ts';
import type { MsiMachine, MsiVcpu } from './vfio-pci-msi-machine.ts';
import { addVirtualApic } from './virtual-apic.ts';
import type { VirtualApicOptions } from './virtual-apic.ts';

/** What a vCPU with APICv or AVIC is notified by, and how its thread goes to sleep. */
export type AcceleratedOptions = Pick<VirtualApicOptions, 'preemptedWhile' | 'posted' | 'looksBeforeSleep'>;

const KVM_DELIVERS: AcceleratedOptions = { preemptedWhile: null, posted: null, looksBeforeSleep: true };

/** The vCPU that the facts describe: with APICv or AVIC if the host has it. */
export function msiVcpu(machine: MsiMachine, facts: Facts): MsiVcpu {
  if (facts.host.apicv === 'off') return injectedVcpu(machine, facts.guest.pvEoi === 'on', facts);
  return acceleratedVcpu(machine, facts, KVM_DELIVERS);
}

/** Adds a vCPU that KVM injects into, kicking it out of the guest first. Source: traces X4e and X4f. */
export function injectedVcpu(machine: MsiMachine, hasPvEoi: boolean, { host }: Facts): MsiVcpu {
  const { m, vcpu, device, sameCpu } = machine;
  const localApic = lapic(m, { vcpu, vendor: host.vendor, vector: VECTOR, trigger: 'edge' });
  const flag = hasPvEoi ? pvEoi(m, localApic) : null;
  return {
    destination: localApic,
    run: vcpuRun({
      ...machine,
      lapic: localApic,
      eoi: {},
      ...(machine.isReal ? { surroundings: x86Surroundings(vcpu) } : {}),
      ...(flag ? { pvEoi: flag } : {}),
      physicalIrq: (s) => sameCpu && s[device.message] === 1,
      needResched: null,
    }),
    halt: { hasInterrupt: localApic.hasInterrupt, loop: INJECT, needResched: () => false },
    delivery: {
      isDue: (s) => s[vcpu.injected] === 1,
      take: (s) => {
        s[vcpu.injected] = 0;
      },
      end: (s) => {
        if (flag?.end(s) !== true) trap(s, vcpu, EXIT_APIC_EOI);
      },
    },
    endAt: flag
      ? 'Linux arch/x86/kernel/kvm.c kvm_guest_apic_eoi_write (apic_ack_edge)'
      : 'Linux arch/x86/kernel/apic/vector.c apic_ack_edge (apic_eoi)',
    isAtRest: (s) =>
      s[localApic.irr] === 0 &&
      (s[localApic.isr] === 0 || flag?.isTaken(s) === true) &&
      s[vcpu.injected] === 0,
  };
}

/** Adds a vCPU with APICv or AVIC, and who acts on its notifications. Source: see `virtual-apic.ts`. */
export function acceleratedVcpu(machine: MsiMachine, { host }: Facts, options: AcceleratedOptions): MsiVcpu {
  const { m, vcpu, device, sameCpu } = machine;
  const { virtualApic, preemption } = addVirtualApic(m, vcpu, host, {
    ...options,
    vector: VECTOR,
    trigger: 'edge',
  });
  return {
    destination: virtualApic,
    run: apicvRun({
      ...machine,
      virtualApic,
      eoi: null,
      physicalIrq: (s) => sameCpu && options.posted === null && s[device.message] === 1,
      needResched: null,
      preemption,
    }),
    halt: {
      hasInterrupt: virtualApic.hasInterrupt,
      loop: LOOP,
      needResched: (s) => preemption !== null && s[preemption.needResched] === 1,
    },
    delivery: {
      ...virtualApic,
      isDue: (s) => virtualApic.isDue(s) && s[vcpu.interruptFlag] === 1,
    },
    endAt: `Linux arch/x86/kernel/apic/vector.c apic_ack_edge (${
      virtualApic.vendor === 'intel' ? 'EOI virtualization' : 'AVIC'
    }: no exit)`,
    isAtRest: virtualApic.isAtRest,
  };
}
