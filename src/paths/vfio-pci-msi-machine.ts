import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Procedure, Step } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import type { InterruptDelivery } from '../machine/guest/x86-edge-guest.ts';
import {
  DOORBELL_OFFSET,
  DOORBELL_WRITE,
  ENABLE_SECOND_WRITE,
  msiFunction,
} from '../machine/hardware/msi-function.ts';
import type { MsiFunction } from '../machine/hardware/msi-function.ts';
import type { MsiDestination } from '../machine/kernel/kvm-msi.ts';
import type { Halt } from '../machine/kernel/halt-poll.ts';
import type { TrappedAccess } from '../machine/kernel/trapped-access.ts';
import type { ExitNames } from '../machine/kernel/x86-exits.ts';
import { OTHER_WRITE } from '../machine/hardware/pci-function.ts';
import { x86MemorySlot } from '../machine/kernel/x86-memory-slot.ts';
import type { X86MemorySlot } from '../machine/kernel/x86-memory-slot.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import { APIC_ADDRESS, APIC_REGISTERS, isApicRegister } from '../machine/qemu/apic-registers.ts';
import { isTableAccess } from '../machine/qemu/msix-table.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import { haltPollTrouble } from './halt-poll-setting.ts';
import type { CompleteSettings } from './read-settings.ts';

/** The vector as a Linux guest gives it to the device of traces X4e to X4g. */
export const VECTOR = 0x25;
/** Where a guest's firmware could have put BAR 0. */
const BAR = 0xfebf_0000;
/** Vector control of the first entry of an MSI-X table behind the doorbells. */
const TABLE_OFFSET = 0x200c;

/** What every path of a message on x86 is built on, before it is decided who delivers. */
export interface MsiMachine {
  readonly m: ModelBuilder;
  readonly device: MsiFunction;
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly slot: X86MemorySlot;
  readonly access: TrappedAccess;
  /** Whether the access is to the MSI-X table or a local APIC in QEMU, which no slot ever maps; absent if none ever is. */
  readonly isNeverMapped?: (s: State) => boolean;
  readonly lock: Bql;
  readonly capability: 'msi' | 'msix';
  readonly load: 'idle' | 'busy';
  /** Whether the CPU of the vCPU thread is the one that takes the host's interrupts of the device. */
  readonly sameCpu: boolean;
  /** Whether all that a real host shows goes on around the vCPU. */
  readonly isReal: boolean;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
}

/** A vCPU and how an interrupt gets into it: by injection, or by APICv. */
export interface MsiVcpu {
  readonly destination: MsiDestination;
  readonly run: Procedure;
  readonly halt?: Pick<Halt, 'hasInterrupt' | 'loop' | 'needResched'>;
  readonly delivery: InterruptDelivery;
  /** The function by which the guest ends an interrupt. */
  readonly endAt: string;
  /** The whole end, where it is more than one access to a local APIC in KVM. */
  readonly endSteps?: Readonly<Record<string, Step>>;
  /** What the vCPU thread does for a local APIC in QEMU. */
  readonly vcpuThread?: Pick<VcpuThreadWiring, 'beforeRun' | 'otherExits'>;
  /** Whether nothing is on its way in it or in service. */
  readonly isAtRest: (s: State) => boolean;
}

/** Adds the parts that these paths share. An error says which fact or setting does not go with which. */
export function msiMachine(settings: CompleteSettings, { host, guest }: Facts): Result<MsiMachine> {
  if (host.vcpuCpu >= host.cpus || host.irqCpu >= host.cpus) {
    return fail(`the host has CPUs 0 to ${String(host.cpus - 1)}: vcpuCpu and irqCpu must be among them`);
  }
  const isReal = settings.choice('surroundings', 'quiet') === 'real';
  const apicInQemu = settings.choice('irqchip') === 'off';
  const changes = settings.choice('vectorChange', 'none') !== 'none';
  if (isReal && (host.apicv === 'on' || changes || apicInQemu)) {
    return fail(
      'surroundings=real needs apicv=off, vectorChange=none and irqchip=on or split: nobody has traced the others',
    );
  }
  const otherCpu = (host.vcpuCpu + 1) % host.cpus;
  if (settings.choice('guest') === 'busy' && otherCpu === host.vcpuCpu) {
    return fail('guest=busy needs cpus=2 or more: a main loop that shares a CPU with it is not modelled');
  }
  const trouble = haltPollTrouble(settings, host);
  if (trouble !== null) return fail(trouble);
  const m = new ModelBuilder();
  const registers = changes ? ENABLE_SECOND_WRITE : isReal ? OTHER_WRITE : DOORBELL_WRITE;
  const vcpu = x86Vcpu(m, apicInQemu ? APIC_REGISTERS : registers, apicInQemu, isReal);
  const isTable = isTableAccess(vcpu.mmioRegister);
  const isApic = (s: State): boolean => isApicRegister(s[vcpu.mmioRegister] as number);
  return ok({
    m,
    device: msiFunction(m, changes),
    vcpu,
    names: { vendor: host.vendor, x2apic: guest.x2apic === 'on' },
    slot: x86MemorySlot(m, settings.choice('mmap') === 'on', vcpu),
    access: {
      address: (s) =>
        APIC_ADDRESS[s[vcpu.mmioRegister] as number] ?? BAR + (isTable(s) ? TABLE_OFFSET : DOORBELL_OFFSET),
      isRead: () => false,
    },
    ...(apicInQemu ? { isNeverMapped: isApic } : changes ? { isNeverMapped: isTable } : {}),
    lock: bql(m),
    capability: settings.choice('capability') as 'msi' | 'msix',
    load: settings.choice('guest') as 'idle' | 'busy',
    sameCpu: !isReal && host.irqCpu === host.vcpuCpu,
    isReal,
    otherCpu,
  });
}
