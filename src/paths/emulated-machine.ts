import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Architecture } from '../costs/profile.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts, HostFacts } from '../facts/facts.ts';
import type { TrappingVcpu } from '../machine/guest/mmio-access.ts';
import type { BlockApplication } from '../machine/guest/virtio-blk-driver.ts';
import { GICV2, GICV3 } from '../machine/hardware/gic-version.ts';
import type { GicVersion } from '../machine/hardware/gic-version.ts';
import type { Doorbell, TracedAccess } from '../machine/kernel/kvm-io-bus.ts';
import { vcpuState } from '../machine/kernel/vcpu-state.ts';
import type { Vcpu } from '../machine/kernel/vcpu-state.ts';
import type { ExitNames } from '../machine/kernel/x86-exits.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import type { EmulatedAccess } from '../machine/qemu/emulating-vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { InterruptSource } from './wiring.ts';

/** What every path of a device that QEMU emulates is built on, before it is known which device that is. */
export interface EmulatedCore {
  /** Of host and guest. */
  readonly architecture: Architecture;
  readonly m: ModelBuilder;
  readonly vcpu: TrappingVcpu;
  readonly lock: Bql;
  readonly load: 'idle' | 'busy';
  readonly vcpuCpu: number;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
  /** The CPU of the thread pool: one of its own, if there is one. */
  readonly poolCpu: number;
}

/** The same on x86. */
export interface X86EmulatedMachine extends EmulatedCore {
  readonly architecture: 'x86';
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly hasPvEoi: boolean;
  readonly host: HostFacts;
}

/** The same on Arm, with a GIC in KVM. */
export interface ArmEmulatedMachine extends EmulatedCore {
  readonly architecture: 'arm64';
  readonly vcpu: Vcpu;
  readonly gic: GicVersion;
}

/** A machine on either. */
export type EmulatedMachine = X86EmulatedMachine | ArmEmulatedMachine;

/** The leg of a device that is looked at. */
export type EmulatedLeg = 'kick' | 'interrupt';

/** What is looked at of a leg. */
export interface LegView {
  readonly source: InterruptSource;
  /** The mark of the step that ends the latency. */
  readonly takenMark: string;
  readonly isAtRest: (s: State) => boolean;
}

/** A program in the guest that makes the device work. */
export interface GuestProgram {
  readonly application: BlockApplication;
  /** The driver does what the application wants. */
  readonly submit: (interrupt: Procedure) => Procedure;
  readonly submitAt: string;
  readonly submitsWithInterruptsOn?: true;
}

/** A device that QEMU emulates, with its driver in the guest. */
export interface EmulatedDevice {
  /** What the guest does (`emulated-side.ts`). */
  readonly guest: Procedure;
  /** Where its registers are: in memory, or at ports. */
  readonly bus: 'memory' | 'port';
  readonly traced: TracedAccess;
  readonly doorbell: Doorbell | null;
  /** What QEMU does in the vCPU thread with the accesses that reach it. */
  readonly access: EmulatedAccess;
  /** Its kick is absent if nothing that the driver writes is modelled as one, its interrupt if none comes of that. */
  readonly legs: { readonly interrupt?: LegView; readonly kick?: LegView };
  readonly costs: Readonly<Record<string, number>>;
}

/**
 * Adds the parts that all these paths share; `registers` is the largest number of a register. An error says which fact or
 * setting does not go with which.
 */
export function emulatedMachine(
  settings: CompleteSettings,
  { host, guest }: Facts,
  registers: number,
): Result<EmulatedMachine> {
  if (host.vcpuCpu >= host.cpus) {
    return fail(`the host has CPUs 0 to ${String(host.cpus - 1)}: vcpuCpu must be among them`);
  }
  if (host.cpus < 2) {
    return fail('cpus=1: a vCPU that shares its CPU with the threads of its device is not modelled');
  }
  const irqchip = settings.choice('irqchip');
  const isArm = settings.choice('arch') === 'arm';
  if (isArm && irqchip !== 'on') {
    return fail('arch=arm needs irqchip=on: a GIC that QEMU emulates is not modelled');
  }
  const m = new ModelBuilder();
  const common = {
    m,
    load: settings.choice('guest') as 'idle' | 'busy',
    vcpuCpu: host.vcpuCpu,
    otherCpu: (host.vcpuCpu + 1) % host.cpus,
    poolCpu: (host.vcpuCpu + Math.min(2, host.cpus - 1)) % host.cpus,
  };
  if (isArm) {
    const gic = settings.choice('gic') === '3' ? GICV3 : GICV2;
    return ok({ ...common, architecture: 'arm64', vcpu: vcpuState(m, registers), gic, lock: bql(m) });
  }
  return ok({
    ...common,
    architecture: 'x86',
    vcpu: x86Vcpu(m, registers, irqchip === 'off'),
    names: { vendor: host.vendor, x2apic: guest.x2apic === 'on' },
    lock: bql(m),
    hasPvEoi: guest.pvEoi === 'on',
    host,
  });
}
