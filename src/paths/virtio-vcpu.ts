import { memoryBusExits, portBusExits } from '../machine/kernel/kvm-io-bus.ts';
import { x86Surroundings } from '../machine/kernel/x86-surroundings.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { emulatingVcpuThread } from '../machine/qemu/emulating-vcpu-thread.ts';
import type { VirtioBackend } from './virtio-backend.ts';
import type { GuestInterrupt, LineInterrupt } from './virtio-interrupt.ts';
import type { VirtioBasis } from './virtio-machine.ts';
import { ANY_CPU } from './wire-platform.ts';

/** Name of the thread of a vCPU. */
export function vcpuThreadOf({ id }: Pick<X86Vcpu, 'id'>): string {
  return `vCPU ${String(id)}`;
}

/** Name of what runs on it. */
export function guestNameOf(vcpu: Pick<X86Vcpu, 'id'>): string {
  return vcpu.id === 0 ? 'guest' : `guest on ${vcpuThreadOf(vcpu)}`;
}

/** Adds the thread of the vCPU: the run loop in KVM with what the device has on its buses, and what QEMU does with the rest. */
export function addVcpu(
  machine: VirtioBasis,
  interrupt: GuestInterrupt | LineInterrupt,
  { doorbell, access }: Pick<VirtioBackend, 'doorbell' | 'access'>,
): void {
  const { m, vcpu, names, transport, pause } = machine;
  const surroundings = machine.isReal ? x86Surroundings(vcpu, true) : undefined;
  const bus = {
    vcpu,
    names,
    access: machine.access,
    doorbell,
    reachesQemu: access.read !== null || access.write !== null || access.control !== undefined,
    loop: interrupt.loop,
  };
  m.process(
    vcpuThreadOf(vcpu),
    { kind: 'thread', cpu: machine.isReal ? ANY_CPU : machine.vcpuCpu },
    emulatingVcpuThread({
      run: interrupt.run({
        vcpu,
        names,
        slot: null,
        access: machine.access,
        accessExits: transport === 'modern' ? memoryBusExits(bus) : portBusExits(bus),
        // The interrupts of the host's disk are not modelled; a signal to the thread comes with one.
        physicalIrq: pause?.isAsked ?? (() => false),
        ...(pause ? { signalPending: pause.isAsked } : {}),
        needResched: null,
        ...(surroundings ? { surroundings } : {}),
      }),
      bql: machine.lock,
      vcpuId: vcpu.id,
      exitReason: transport === 'modern' ? 6 : 2,
      access,
      ...(pause ? { stopping: { vcpu, pause } } : {}),
      ...(interrupt.otherExits ? { otherExits: interrupt.otherExits } : {}),
      ...(surroundings ? { isForOther: surroundings.isForOther } : {}),
    }),
  );
}
