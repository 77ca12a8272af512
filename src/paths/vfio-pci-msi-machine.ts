import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { Facts } from '../facts/facts.ts';
import { DOORBELL_WRITE, msiFunction } from '../machine/hardware/msi-function.ts';
import type { MsiFunction } from '../machine/hardware/msi-function.ts';
import { eventfd } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { lapic } from '../machine/kernel/lapic.ts';
import type { Lapic } from '../machine/kernel/lapic.ts';
import { pvEoi } from '../machine/kernel/pv-eoi.ts';
import type { PvEoi } from '../machine/kernel/pv-eoi.ts';
import type { ExitNames } from '../machine/kernel/x86-exits.ts';
import { x86MemorySlot } from '../machine/kernel/x86-memory-slot.ts';
import type { X86MemorySlot } from '../machine/kernel/x86-memory-slot.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import type { CompleteSettings } from './read-settings.ts';

/** The vector as a Linux guest gives it to the device of traces X4e to X4g. */
const VECTOR = 0x25;

/** What every path of a message on x86 is built on, before it is decided who injects. */
export interface MsiMachine {
  readonly m: ModelBuilder;
  readonly device: MsiFunction;
  readonly trigger: Eventfd;
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly lapic: Lapic;
  /** Null if the guest ends its interrupts at the local APIC. */
  readonly pvEoi: PvEoi | null;
  readonly slot: X86MemorySlot;
  readonly lock: Bql;
  readonly capability: 'msi' | 'msix';
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
}

/** Adds the parts that these paths share. An error says which fact or setting does not go with which. */
export function msiMachine(settings: CompleteSettings, { host, guest }: Facts): Result<MsiMachine> {
  if (host.vcpuCpu >= host.cpus || host.irqCpu >= host.cpus) {
    return fail(`the host has CPUs 0 to ${String(host.cpus - 1)}: vcpuCpu and irqCpu must be among them`);
  }
  if (host.apicv === 'on') {
    return fail('apicv=on: KVM itself injecting through APICv or AVIC is not modelled yet');
  }
  const otherCpu = (host.vcpuCpu + 1) % host.cpus;
  if (settings.choice('guest') === 'busy' && otherCpu === host.vcpuCpu) {
    return fail('guest=busy needs cpus=2 or more: preempting a guest that never idles is not modelled');
  }
  const isOn = (name: string, assumed: 'on' | 'off'): boolean =>
    (settings.choice(name) === 'as assumed' ? assumed : settings.choice(name)) === 'on';
  const m = new ModelBuilder();
  const device = msiFunction(m);
  const vcpu = x86Vcpu(m, DOORBELL_WRITE);
  const localApic = lapic(m, { vcpu, vendor: host.vendor, vector: VECTOR, trigger: 'edge' });
  return ok({
    m,
    device,
    trigger: eventfd(m, 'trigger'),
    vcpu,
    names: { vendor: host.vendor, x2apic: isOn('x2apic', guest.x2apic) },
    lapic: localApic,
    pvEoi: isOn('pvEoi', guest.pvEoi) ? pvEoi(m, localApic) : null,
    slot: x86MemorySlot(m, settings.choice('mmap') === 'on', vcpu),
    lock: bql(m),
    capability: settings.choice('capability') as 'msi' | 'msix',
    otherCpu,
  });
}
