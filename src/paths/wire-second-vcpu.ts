import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { HostFacts } from '../facts/facts.ts';
import { KVM_IOAPIC_ADDRESS } from '../machine/kernel/ioapic-mmio.ts';
import type { VcpuLoopWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import { EXIT_HLT, EXIT_NONE } from '../machine/kernel/x86-vcpu.ts';
import { vcpuThread } from '../machine/qemu/vcpu-thread.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import { secondVcpuCpu } from './vfio-pci-affinity.ts';
import type { SecondVcpu } from './vfio-pci-affinity.ts';
import type { PciBase } from './vfio-pci-machine.ts';

/** The guest's interrupt controllers as the second vCPU sees them. */
interface Irqchip {
  /** ioctl(KVM_RUN). */
  readonly run: (loop: VcpuLoopWiring) => Procedure;
  readonly vcpuThread?: Pick<VcpuThreadWiring, 'beforeRun' | 'otherExits'>;
}

/**
 * Adds the thread of a second vCPU and what it runs. Its CPU is its own, and the device's region is always mapped: what
 * traps there are the interrupt controllers. `guest` is what it runs.
 */
export function wireSecondVcpu(
  machine: PciBase,
  { vcpu }: SecondVcpu,
  irqchip: Irqchip,
  guest: Procedure,
  host: HostFacts,
): void {
  const number = (s: State): number => s[vcpu.mmioRegister] as number;
  machine.m.process(
    'vCPU 1',
    { kind: 'thread', cpu: secondVcpuCpu(host) ?? host.vcpuCpu },
    vcpuThread({
      bql: machine.lock,
      run: irqchip.run({
        vcpu,
        names: machine.names,
        slot: machine.slot,
        access: { address: (s) => KVM_IOAPIC_ADDRESS[number(s)] ?? 0, isRead: () => false },
        isNeverMapped: () => true,
        physicalIrq: () => false,
        needResched: null,
      }),
      access: () => undefined,
      accessTracepoints: [],
      ...irqchip.vcpuThread,
    }),
  );
  machine.m.process('guest on vCPU 1', { kind: 'guest', vcpuThread: 'vCPU 1', inGuest: vcpu.inGuest }, guest);
}

/** Whether the second vCPU has nothing to do. */
export function isSecondVcpuAtRest(s: State, { vcpu, lapic }: SecondVcpu): boolean {
  return (
    s[lapic.irr] === 0 &&
    s[vcpu.injected] === 0 &&
    (s[vcpu.exitReason] === EXIT_NONE || s[vcpu.exitReason] === EXIT_HLT)
  );
}
