import type { Facts } from '../facts/facts.ts';
import { postedProcessing } from '../machine/hardware/posted-delivery.ts';
import { lapic } from '../machine/kernel/lapic.ts';
import { otherThread } from '../machine/kernel/other-thread.ts';
import {
  apicvDestination,
  blockedVcpu,
  notificationHandler,
  postedInterrupts,
} from '../machine/kernel/posted-interrupts.ts';
import type { PostedInterrupts } from '../machine/kernel/posted-interrupts.ts';
import { pvEoi } from '../machine/kernel/pv-eoi.ts';
import { vcpuRun } from '../machine/kernel/vcpu-enter-guest.ts';
import { apicvRun } from '../machine/kernel/vcpu-run-apicv.ts';
import { EXIT_APIC_EOI, trap } from '../machine/kernel/x86-vcpu.ts';
import { VECTOR } from './vfio-pci-msi-machine.ts';
import type { MsiMachine, MsiVcpu } from './vfio-pci-msi-machine.ts';

/** What can be left out of APICv's run loop or added to its host. */
export interface ApicvParts {
  readonly preempted: boolean;
  readonly checksOnBeforeSleep: boolean;
}

/** The vCPU that the facts describe: with APICv if the host has it. */
export function msiVcpu(machine: MsiMachine, facts: Facts): MsiVcpu {
  if (facts.host.apicv === 'off') return injectedVcpu(machine, facts);
  return apicvVcpu(machine, facts, { preempted: false, checksOnBeforeSleep: true });
}

/** Adds a vCPU that KVM injects into, kicking it out of the guest first. Source: traces X4e and X4f. */
function injectedVcpu(machine: MsiMachine, { host, guest }: Facts): MsiVcpu {
  const { m, vcpu, device, sameCpu } = machine;
  const localApic = lapic(m, { vcpu, vendor: host.vendor, vector: VECTOR, trigger: 'edge' });
  const flag = guest.pvEoi === 'on' ? pvEoi(m, localApic) : null;
  return {
    destination: localApic,
    run: vcpuRun({
      ...machine,
      lapic: localApic,
      eoi: {},
      ...(flag ? { pvEoi: flag } : {}),
      physicalIrq: (s) => sameCpu && s[device.message] === 1,
      needResched: null,
    }),
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

/** Adds a vCPU with APICv, and who acts on its notifications. Source: see `vcpu-run-apicv.ts`. */
export function apicvVcpu(
  machine: MsiMachine,
  { host }: Facts,
  parts: ApicvParts,
): MsiVcpu & { readonly pi: PostedInterrupts } {
  const { m, vcpu, device, sameCpu, names } = machine;
  const pi = postedInterrupts(m);
  const blocked = blockedVcpu(m);
  const preemption = parts.preempted ? otherThread(m, host.vcpuCpu, device.running) : null;
  postedProcessing(m, vcpu.inGuest, pi);
  m.process(
    'notification',
    { kind: 'hardirq', cpu: host.vcpuCpu },
    notificationHandler(pi, blocked, vcpu.inGuest),
  );
  return {
    pi,
    destination: apicvDestination(pi, blocked, vcpu.inGuest, VECTOR),
    run: apicvRun({
      ...machine,
      x2apic: names.x2apic,
      pi,
      blocked,
      physicalIrq: (s) => sameCpu && s[device.message] === 1,
      preemption,
      checksOnBeforeSleep: parts.checksOnBeforeSleep,
    }),
    delivery: {
      isDue: (s) => s[pi.virr] === 1 && s[pi.visr] === 0 && s[vcpu.interruptFlag] === 1,
      take: (s) => {
        s[pi.virr] = 0;
        s[pi.visr] = 1;
      },
      end: (s) => {
        s[pi.visr] = 0;
      },
    },
    endAt: 'Linux arch/x86/kernel/apic/vector.c apic_ack_edge (EOI virtualization: no exit)',
    isAtRest: (s) =>
      s[pi.pir] === 0 && s[pi.on] === 0 && s[pi.virr] === 0 && s[pi.visr] === 0 && s[pi.notification] === 0,
  };
}
