import type { ModelBuilder } from '../engine/model.ts';
import type { Field, State } from '../engine/state.ts';
import type { HostFacts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { doorbellProcessing, guestVapicPosting } from '../machine/hardware/guest-vapic.ts';
import { interruptPosting, postedProcessing } from '../machine/hardware/posted-delivery.ts';
import { apicv } from '../machine/kernel/apicv.ts';
import { avic } from '../machine/kernel/avic.ts';
import { gaLog } from '../machine/kernel/ga-log.ts';
import { otherThread } from '../machine/kernel/other-thread.ts';
import { notificationHandler } from '../machine/kernel/posted-interrupts.ts';
import type { Preemption } from '../machine/kernel/vcpu-run-apicv.ts';
import type { VirtualApic } from '../machine/kernel/virtual-apic.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';

/** What a vCPU with APICv or AVIC is to be wired with. */
export interface VirtualApicOptions {
  readonly vector: number;
  readonly trigger: 'level' | 'edge';
  /** When another thread may want the CPU of the vCPU; null if none ever does. */
  readonly preemptedWhile: ((s: State) => boolean) | null;
  /** A message that the IOMMU delivers by itself; null if there is none. */
  readonly posted: Field | null;
  /** False leaves out the look with which a thread that goes to sleep makes up for what came meanwhile. */
  readonly looksBeforeSleep: boolean;
}

/** The vCPU's virtual APIC with everybody who works on it. */
export interface WiredVirtualApic {
  readonly virtualApic: VirtualApic;
  readonly preemption: Preemption | null;
}

/** Adds APICv or AVIC, whichever the host has, and the hardware and host code that notify it. */
export function addVirtualApic(
  m: ModelBuilder,
  vcpu: X86Vcpu,
  host: HostFacts,
  options: VirtualApicOptions,
): WiredVirtualApic {
  return host.vendor === 'intel' ? addApicv(m, vcpu, host, options) : addAvic(m, vcpu, host, options);
}

function addPreemption(
  m: ModelBuilder,
  host: HostFacts,
  { preemptedWhile }: VirtualApicOptions,
): Preemption | null {
  return preemptedWhile === null ? null : otherThread(m, host.vcpuCpu, preemptedWhile);
}

function addApicv(
  m: ModelBuilder,
  vcpu: X86Vcpu,
  host: HostFacts,
  options: VirtualApicOptions,
): WiredVirtualApic {
  const virtualApic = apicv(m, {
    vcpu,
    ...options,
    canPost: host.posting === 'on',
    checksOnBeforeSleep: options.looksBeforeSleep,
  });
  const { pi, blocked } = virtualApic;
  const preemption = addPreemption(m, host, options);
  postedProcessing(m, vcpu.inGuest, pi);
  m.process(
    'notification',
    { kind: 'hardirq', cpu: host.vcpuCpu },
    notificationHandler(pi, blocked, vcpu.inGuest),
  );
  if (options.posted !== null && pi.vtd !== null) interruptPosting(m, options.posted, pi, pi.vtd);
  return { virtualApic, preemption };
}

function addAvic(
  m: ModelBuilder,
  vcpu: X86Vcpu,
  host: HostFacts,
  options: VirtualApicOptions,
): WiredVirtualApic {
  const { posted } = options;
  const virtualApic = avic(m, {
    vcpu,
    ...options,
    cpu: host.vcpuCpu,
    isPostedTo: posted !== null,
    looksAfterPut: options.looksBeforeSleep,
  });
  const preemption = addPreemption(m, host, options);
  doorbellProcessing(m, vcpu.inGuest, virtualApic);
  if (posted === null) return { virtualApic, preemption };
  // Nobody says where the IOMMU's interrupt goes; here not to the vCPU, if there is another CPU.
  const cpu = (host.vcpuCpu + 1) % host.cpus;
  const isSameCpu = cpu === host.vcpuCpu;
  const log = gaLog(m, {
    blocked: virtualApic.blocked,
    cpu,
    logsPreempted: compareReleases(host.kernel, '6.17') < 0,
    irqsOn: (s) => !isSameCpu || s[vcpu.inGuest] === 0,
  });
  guestVapicPosting(m, posted, vcpu.inGuest, virtualApic, log);
  return {
    preemption,
    virtualApic: {
      ...virtualApic,
      forcesExit: (s) => isSameCpu && s[log.interrupt] === 1,
      isAtRest: (s) => virtualApic.isAtRest(s) && log.isAtRest(s),
    },
  };
}
