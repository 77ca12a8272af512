import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { DriverCpu } from '../machine/guest/driver-cpu.ts';
import { virtioArmGuest } from '../machine/guest/virtio-arm-guest.ts';
import { VM_NOTIFY_AT } from '../machine/guest/virtio-mmio-driver.ts';
import { VP_NOTIFY_AT } from '../machine/guest/virtio-pci-isr.ts';
import { addAndKick } from '../machine/guest/virtqueue-driver.ts';
import { armBusExits } from '../machine/kernel/arm-io-bus.ts';
import { kvmArchVcpuIoctlRun } from '../machine/kernel/kvm-run.ts';
import { addSurroundings } from '../machine/kernel/surroundings.ts';
import type { VgicListed } from '../machine/kernel/vgic-listed.ts';
import { emulatingVcpuThread } from '../machine/qemu/emulating-vcpu-thread.ts';
import type { VirtioBackend } from './virtio-backend.ts';
import type { ArmVirtioBasis, VirtioDisk } from './virtio-machine.ts';
import { ANY_CPU } from './wire-platform.ts';

/** The device's interrupt in a guest on Arm: how it comes, and what handles it. */
export interface ArmInterrupt {
  readonly irq: VgicListed;
  readonly cpu: DriverCpu;
  /** From the exception to the end of the interrupt. */
  readonly procedure: Procedure;
  /** Whether nothing is on its way in it or in service. */
  readonly isAtRest: (s: State) => boolean;
}

/** Adds the thread of the vCPU: the run loop in KVM with what the device has on its bus, and what QEMU does with the rest. */
export function addArmVcpu(
  machine: Pick<ArmVirtioBasis, 'm' | 'vcpu' | 'gic' | 'lock' | 'isReal' | 'vcpuCpu' | 'access'>,
  { irq }: Pick<ArmInterrupt, 'irq'>,
  { doorbell, access }: Pick<VirtioBackend, 'doorbell' | 'access'>,
): void {
  const { m, vcpu, gic, isReal } = machine;
  const surroundings = isReal ? addSurroundings(m, vcpu) : null;
  // In real surroundings KVM_RUN returns for other devices too.
  const reachesQemu = isReal || access.read !== null || access.write !== null;
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: isReal ? ANY_CPU : machine.vcpuCpu },
    emulatingVcpuThread({
      run: kvmArchVcpuIoctlRun({
        gic,
        vcpu,
        irqs: [irq],
        slot: null,
        acked: [],
        // The interrupts of the host's disk are not modelled.
        physicalIrq: () => false,
        access: machine.access,
        accessExits: armBusExits({ vcpu, access: machine.access, doorbell, reachesQemu }),
        surroundings,
      }),
      bql: machine.lock,
      exitReason: 6,
      access,
      ...(surroundings ? { isForOther: surroundings.isForOther } : {}),
    }),
  );
}

/** Adds the guest that runs on it. */
export function addArmGuest(
  machine: ArmVirtioBasis & VirtioDisk,
  { irq, cpu, procedure }: ArmInterrupt,
): void {
  const { m, vcpu, application, driver } = machine;
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    virtioArmGuest({
      vcpu,
      irq,
      load: machine.load,
      isReal: machine.isReal,
      application,
      submitAt: driver.submitAt,
      submit: addAndKick({
        queue: machine.queue,
        cpu,
        notifyAt: machine.transport === 'mmio' ? VM_NOTIFY_AT : VP_NOTIFY_AT,
        interrupt: procedure,
        submitAt: driver.submitAt,
        submitted: (s) => {
          s[application.wanted] = 0;
        },
      }),
      interrupt: procedure,
    }),
  );
}
