import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { apicAckEdgeByMmio } from '../machine/guest/x86-end-interrupt.ts';
import { vcpuRunUserspaceApic } from '../machine/kernel/vcpu-run-userspace-apic.ts';
import { apicSendMsi, qemuApic } from '../machine/qemu/apic.ts';
import { userspaceApic } from '../machine/qemu/userspace-apic.ts';
import { VECTOR } from './vfio-pci-msi-machine.ts';
import type { MsiMachine, MsiVcpu } from './vfio-pci-msi-machine.ts';

/** A vCPU whose local APIC QEMU emulates, and how a device model sends it a message. */
export interface QemuApicVcpu extends Omit<MsiVcpu, 'destination'> {
  readonly send: Procedure;
}

/**
 * Adds the vCPU of `kernel-irqchip=off`. The parts are those of trace X5-off, where an IOAPIC sends the message; that a
 * device sends it is from source code only.
 */
export function qemuApicVcpu(machine: MsiMachine): QemuApicVcpu {
  const { m, vcpu, device, sameCpu, lock } = machine;
  const apic = qemuApic(m, { vcpu, vector: VECTOR, trigger: 'edge' });
  return {
    send: apicSendMsi(apic),
    run: vcpuRunUserspaceApic({
      ...machine,
      vector: VECTOR,
      signal: apic.signal,
      physicalIrq: (s: State) => sameCpu && s[device.message] === 1,
      needResched: null,
    }),
    delivery: {
      isDue: (s) => s[vcpu.injected] === 1,
      take: (s) => {
        s[vcpu.injected] = 0;
      },
      end: () => undefined,
    },
    endAt: '',
    endSteps: apicAckEdgeByMmio(vcpu),
    vcpuThread: userspaceApic({
      vcpu,
      apic,
      bql: lock,
      isRemapped: false,
      broadcast: null,
      hasOthers: false,
    }),
    isAtRest: (s) =>
      s[apic.irr] === 0 && s[apic.isr] === 0 && s[apic.signal] === 0 && s[vcpu.irqWindow] === 0,
  };
}
