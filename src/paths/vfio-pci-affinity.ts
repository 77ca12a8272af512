import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { ModelBuilder } from '../engine/model.ts';
import type { Field } from '../engine/state.ts';
import type { HostFacts } from '../facts/facts.ts';
import { ioapicDestination, ioapicMmioOfDestination } from '../machine/kernel/ioapic-destination.ts';
import type { IoapicMmio } from '../machine/kernel/ioapic-mmio.ts';
import { KVM_IOAPIC_REGISTERS } from '../machine/kernel/ioapic-mmio.ts';
import type { Lapic } from '../machine/kernel/lapic.ts';
import { scanIoapic } from '../machine/kernel/scan-ioapic.ts';
import type { ScanIoapic } from '../machine/kernel/scan-ioapic.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { injectedLineVcpu } from './line-vcpu.ts';
import type { LineVcpu } from './line-vcpu.ts';
import type { ChoiceSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';

/** Where the guest has its interrupt sent. */
export const AFFINITY_SETTING: ChoiceSetting = {
  name: 'affinity',
  kind: 'choice',
  choices: ['fixed', 'move-in-handler'],
  default: 'fixed',
  description:
    'where the guest has its interrupt sent: to its only vCPU, or by turns to one of two, the redirection entry being ' +
    'rewritten while the interrupt is in service (arch=x86; from source code only)',
};

/** A second vCPU, to which the pin's redirection entry may send the interrupt. */
export interface SecondVcpu {
  readonly vcpu: X86Vcpu;
  readonly lapic: Lapic;
  readonly lineVcpu: LineVcpu;
  /** The vCPU that the entry names. */
  readonly destination: Field;
}

/** Whether the guest has two vCPUs; the error says what that does not go with. */
export function readAffinity(settings: CompleteSettings, host: HostFacts): Result<boolean> {
  if (settings.choice('affinity', 'fixed') === 'fixed') return ok(false);
  if (settings.choice('arch') === 'arm') return fail('affinity: on Arm it is not modelled');
  const wanted = { napi: 'off', mmap: 'on', handlerContext: 'hard', neighbour: 'none', intremap: 'off' };
  for (const [name, value] of Object.entries(wanted)) {
    if (settings.choice(name, value) !== value) {
      return fail(`affinity=move-in-handler needs ${name}=${value}: more is not modelled with two vCPUs`);
    }
  }
  if (host.apicv === 'on' || settings.number('haltPollUs') > 0) {
    return fail(
      'affinity=move-in-handler needs apicv=off and haltPollUs=0: more is not modelled with two vCPUs',
    );
  }
  if (secondVcpuCpu(host) === undefined) {
    return fail(
      'affinity=move-in-handler: the second vCPU needs a CPU of its own, which neither runs the first nor takes the ' +
        "device's interrupt; cpus=3 has one",
    );
  }
  return ok(true);
}

/** The CPU of the second vCPU; undefined if there is none for it. */
export function secondVcpuCpu({ cpus, vcpuCpu, irqCpu }: HostFacts): number | undefined {
  return Array.from({ length: cpus }, (_, cpu) => cpu).find((cpu) => cpu !== vcpuCpu && cpu !== irqCpu);
}

/** Adds the second vCPU and the destination of the interrupt. */
export function secondVcpu(m: ModelBuilder, host: HostFacts): SecondVcpu {
  const vcpu = x86Vcpu(m, KVM_IOAPIC_REGISTERS, false, false, 1);
  const lineVcpu = injectedLineVcpu({ m, vcpu }, host, { trigger: 'level', pvEoi: false });
  return { vcpu, lapic: lineVcpu.injected, lineVcpu, destination: ioapicDestination(m) };
}

/** What a vCPU of two has to do with the redirection entry. */
export interface VcpuOfTwo {
  readonly scan: ScanIoapic;
  readonly ioapic: IoapicMmio;
}

/** Adds, for both vCPUs, which ends of interrupts each passes on, and what its writes to the IOAPIC in KVM do. */
export function vcpusOfTwo(
  m: ModelBuilder,
  first: { readonly vcpu: X86Vcpu; readonly lapic: Lapic },
  second: SecondVcpu,
  bugs: ReadonlySet<string>,
): readonly [VcpuOfTwo, VcpuOfTwo] {
  const { destination } = second;
  const forgetsPending = bugs.has('eoi-after-move');
  const both = [first, second].map(({ vcpu, lapic: own }) => ({
    vcpu,
    scan: scanIoapic(m, { vcpu, lapic: own, destination, forgetsPending }),
  })) as [{ vcpu: X86Vcpu; scan: ScanIoapic }, { vcpu: X86Vcpu; scan: ScanIoapic }];
  const [a, b] = both;
  return [
    { scan: a.scan, ioapic: ioapicMmioOfDestination(destination, a, b) },
    { scan: b.scan, ioapic: ioapicMmioOfDestination(destination, b, a) },
  ];
}
