import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts, HostFacts } from '../facts/facts.ts';
import type { BlockApplication } from '../machine/guest/virtio-blk-driver.ts';
import type { Softirq } from '../machine/guest/x86-irq.ts';
import type { Doorbell, TracedAccess } from '../machine/kernel/kvm-io-bus.ts';
import type { ExitNames } from '../machine/kernel/x86-exits.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import type { EmulatedAccess } from '../machine/qemu/emulating-vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { InterruptSource } from './wiring.ts';

/** What every path of a device that QEMU emulates is built on, before it is known which device that is. */
export interface EmulatedMachine {
  readonly m: ModelBuilder;
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly lock: Bql;
  readonly load: 'idle' | 'busy';
  readonly hasPvEoi: boolean;
  readonly host: HostFacts;
  readonly vcpuCpu: number;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
  /** The CPU of the thread pool: one of its own, if there is one. */
  readonly poolCpu: number;
}

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
  /** What the guest does: a program, or nothing but what the driver's softirq does. */
  readonly guest: { readonly program: GuestProgram } | { readonly softirq: Softirq };
  /** Where its registers are: in memory, or at ports. */
  readonly bus: 'memory' | 'port';
  readonly traced: TracedAccess;
  readonly doorbell: Doorbell | null;
  /** What QEMU does in the vCPU thread with the accesses that reach it. */
  readonly access: EmulatedAccess;
  /** Its kick is absent if nothing that the driver writes is modelled as one. */
  readonly legs: { readonly interrupt: LegView; readonly kick?: LegView };
  readonly costs: Readonly<Record<string, number>>;
}

/** Adds the parts that all these paths share; `registers` is the largest number of a register. An error says which fact or setting does not go with which. */
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
  const m = new ModelBuilder();
  return ok({
    m,
    vcpu: x86Vcpu(m, registers, settings.choice('irqchip') === 'off'),
    names: { vendor: host.vendor, x2apic: guest.x2apic === 'on' },
    lock: bql(m),
    load: settings.choice('guest') as 'idle' | 'busy',
    hasPvEoi: guest.pvEoi === 'on',
    host,
    vcpuCpu: host.vcpuCpu,
    otherCpu: (host.vcpuCpu + 1) % host.cpus,
    poolCpu: (host.vcpuCpu + Math.min(2, host.cpus - 1)) % host.cpus,
  });
}
