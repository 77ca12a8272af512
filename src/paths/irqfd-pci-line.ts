import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import type { SignalledEventfd } from '../machine/kernel/eventfd.ts';
import type { LevelIrqfd } from '../machine/kernel/level-irqfd.ts';
import type { Lifetime } from '../machine/kernel/irqfd-lifetime.ts';
import { vfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import type { VfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { unmaskVirqfd } from '../machine/kernel/vfio-pci-unmask.ts';
import type { UnmaskVirqfd } from '../machine/kernel/vfio-pci-unmask.ts';
import { EXIT_HLT, EXIT_NONE } from '../machine/kernel/x86-vcpu.ts';
import { KVM, VFIO_PCI } from '../machine/parties.ts';
import type { CompleteSettings } from './read-settings.ts';
import { HOST_IRQ } from './vfio-pci-machine.ts';
import type { PciMachine } from './vfio-pci-machine.ts';
import { wirePci } from './wire-vfio-pci.ts';
import type { PciPath } from './wire-vfio-pci.ts';
import type { Wiring } from './wiring.ts';

/**
 * The irq source id of the one irqfd: 0 is that of KVM_IRQ_LINE, and KVM's PIT, which QEMU makes first, has the first
 * that is free. Ids are bits of a long: with 64 of them in use KVM_IRQFD would fail.
 * Source: Linux arch/x86/kvm kvm_request_irq_source_id, kvm_create_pit; the number itself was in no trace.
 */
export const SOURCE_ID = 2;

/** An INTx whose irqfd and whose unmask eventfd are VFIO's two ends. */
export interface PciLine {
  readonly vfio: VfioPciIntx;
  readonly virqfd: UnmaskVirqfd;
  /** Signals the line's own eventfd from VFIO. */
  readonly signalled: SignalledEventfd;
  /** Signals VFIO's unmask eventfd from KVM. */
  readonly notify: SignalledEventfd;
}

/** Adds VFIO's part; `listens` says whether VFIO still hears of its unmask eventfd. */
export function pciLine(
  { m, device, descriptor, trigger }: PciMachine,
  { host }: Facts,
  irqfd: LevelIrqfd,
  options: { readonly name: string; readonly listens?: (s: State) => boolean },
): PciLine {
  const signalled = signalledBy(VFIO_PCI, trigger, irqfd.wakeup, irqfd.isHooked);
  const vfio = vfioPciIntx(m, { device, descriptor, trigger: signalled, irq: HOST_IRQ });
  const resample = eventfd(m, options.name);
  const virqfd = unmaskVirqfd(m, { intx: vfio, resample, trigger: signalled, cpu: host.vcpuCpu });
  return { vfio, virqfd, signalled, notify: signalledBy(KVM, resample, virqfd.wakeup, options.listens) };
}

/** What a design adds to the line. */
export interface PciLineEnds {
  readonly irqfd: LevelIrqfd;
  readonly acked: NonNullable<PciPath['acked']>;
  readonly lifetime: Lifetime | null;
  /** Whether an irq source id is held that nobody will give back. */
  readonly leaked?: (s: State) => boolean;
}

/** Lays the machine out. A device that has been taken back wants nothing of the guest any more. */
export function wirePciLine(
  machine: PciMachine,
  settings: CompleteSettings,
  facts: Facts,
  { vfio, virqfd }: PciLine,
  { irqfd, acked, lifetime, leaked }: PciLineEnds,
): Wiring {
  const { host } = facts;
  const wiring = wirePci(machine, settings, facts, {
    vfio,
    acked,
    works: [
      { work: irqfd.work, cpu: host.irqCpu },
      ...(virqfd.work === null ? [] : [{ work: virqfd.work, cpu: host.vcpuCpu }]),
    ],
    costs: {
      lifetimeChange: settings.number('lifetimeChangeUs') * 1000,
      gracePeriod: settings.number('gracePeriodUs') * 1000,
    },
    isAtRest: (s) => s[irqfd.work] === 0 && (virqfd.work === null || s[virqfd.work] === 0),
  });
  const safety = { ...wiring.safety, 'no-use-after-close': 'use-after-close' };
  if (lifetime === null) return { ...wiring, safety };
  return {
    ...wiring,
    safety,
    isAtRest: (s) =>
      lifetime.isTakenBack(s) ? lifetime.isOver(s) && isQuiet(machine, s) : wiring.isAtRest(s),
    sources: wiring.sources.map((source) => ({
      ...source,
      takenBack: lifetime.isTakenBack,
      ...(leaked ? { leaked } : {}),
    })),
  };
}

/** Whether no interrupt is on its way to the guest or in service there. */
function isQuiet({ pin, lineVcpu, vcpu }: PciMachine, s: State): boolean {
  const exitHandled = s[vcpu.exitReason] === EXIT_NONE || s[vcpu.exitReason] === EXIT_HLT;
  return pin.isAtRest(s) && lineVcpu.isQuiet(s) && s[vcpu.injected] === 0 && exitHandled;
}
