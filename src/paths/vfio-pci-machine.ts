import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { Field } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { hostIoapicPin } from '../machine/hardware/host-ioapic.ts';
import type { HostIoapicPin } from '../machine/hardware/host-ioapic.ts';
import { IMS_WRITE, OTHER_WRITE, pciFunction } from '../machine/hardware/pci-function.ts';
import type { PciFunction } from '../machine/hardware/pci-function.ts';
import { ioapicIrqDescriptor } from '../machine/kernel/common-interrupt.ts';
import { eventfd } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import type { IrqDescriptor } from '../machine/kernel/genirq.ts';
import { ioapicPin } from '../machine/kernel/ioapic.ts';
import type { IoapicPin, IoapicPinOptions } from '../machine/kernel/ioapic.ts';
import { acceptAtDestination } from '../machine/kernel/ioapic-destination.ts';
import { KVM_IOAPIC_REGISTERS } from '../machine/kernel/ioapic-mmio.ts';
import type { ExitNames } from '../machine/kernel/x86-exits.ts';
import { x86MemorySlot } from '../machine/kernel/x86-memory-slot.ts';
import type { X86MemorySlot } from '../machine/kernel/x86-memory-slot.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { AHCI_IRQ_STAT_WRITE } from '../machine/qemu/ahci.ts';
import { APIC_REGISTERS } from '../machine/qemu/apic-registers.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import type { CompleteSettings } from './read-settings.ts';
import { lineVcpu } from './line-vcpu.ts';
import type { LineVcpu } from './line-vcpu.ts';
import { secondVcpu } from './vfio-pci-affinity.ts';
import type { SecondVcpu } from './vfio-pci-affinity.ts';
import { pciBasis } from './vfio-pci-basis.ts';
import { changesIn } from './vfio-pci-intx-change-settings.ts';

/** The pin as q35 gives it to the device of traces X4. */
export const GSI = 21;
/** Where the guest's firmware has put BAR 0 in traces X4. */
export const BAR = 0xfebc_0000;
/** A Linux interrupt number for the host's line; any would do. */
export const HOST_IRQ = 20;

/** What every INTx path of an assigned PCI function on x86 is built on, before it is decided who emulates the guest's interrupt controllers. */
export interface PciBase {
  readonly m: ModelBuilder;
  readonly device: PciFunction;
  readonly hostPin: HostIoapicPin;
  /** Null if the function is masked by itself. */
  readonly descriptor: IrqDescriptor | null;
  readonly trigger: Eventfd;
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly slot: X86MemorySlot;
  readonly lock: Bql;
  /** NAPI has been scheduled in the guest; null if its driver has none. */
  readonly napi: Field | null;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
  /** Whether all that a real host shows goes on around the vCPU. */
  readonly isReal: boolean;
}

/** The same with the interrupt controllers in KVM (`kernel-irqchip=on`). */
export interface PciMachine extends PciBase {
  readonly lineVcpu: LineVcpu;
  readonly pin: IoapicPin;
  /** Null if the guest has only one vCPU. */
  readonly second: SecondVcpu | null;
}

/** Adds the parts that the paths with the interrupt controllers in KVM share; errors as of {@link pciBase}. */
export function pciMachine(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<PciMachine> {
  const base = pciBase(settings, facts, bugs);
  if (!base.ok) return base;
  return ok(
    withKernelIrqchip(base.value, facts, {
      isEverMasked: settings.choice('handlerContext', 'hard') === 'threaded',
      hasTwoSources: settings.choice('neighbour', 'none') === 'emulated',
      hasTwoVcpus: settings.choice('affinity', 'fixed') !== 'fixed',
    }),
  );
}

/** Adds the local APIC and the IOAPIC pin of the device in KVM. */
export function withKernelIrqchip<Base extends Pick<PciBase, 'm' | 'vcpu'>>(
  base: Base,
  { host }: Facts,
  { hasTwoVcpus = false, ...pinOptions }: IoapicPinOptions & { readonly hasTwoVcpus?: boolean } = {},
): Base & Pick<PciMachine, 'lineVcpu' | 'pin' | 'second'> {
  const { m } = base;
  const first = lineVcpu(base, host, { trigger: 'level', pvEoi: false });
  if (!hasTwoVcpus) {
    return { ...base, lineVcpu: first, pin: ioapicPin(m, GSI, first.lapic, pinOptions), second: null };
  }
  const second = secondVcpu(m, host);
  const { destination } = second;
  const accept = acceptAtDestination(destination, [first.lapic.accept, second.lapic.accept]);
  const pin = ioapicPin(m, GSI, { ...first.lapic, accept }, { ...pinOptions, destination });
  return { ...base, lineVcpu: first, pin, second };
}

/** Whether the BARs are mapped into the guest when the run begins. */
export function startsMapped(settings: CompleteSettings): boolean {
  return settings.choice('mmap') === 'on' && settings.choice('barsAtStart', 'mapped') === 'mapped';
}

/** Adds the parts that all these paths share. An error says which fact or setting does not go with which. */
export function pciBase(
  settings: CompleteSettings,
  { host, guest }: Facts,
  bugs: ReadonlySet<string>,
): Result<PciBase> {
  const basis = pciBasis(settings, host);
  if (!basis.ok) return basis;
  const { hasNapi, otherCpu } = basis.value;
  const irqchip = settings.choice('irqchip');
  const m = new ModelBuilder();
  const pci23 = settings.choice('intxMask') === 'pci23';
  const device = pciFunction(m, { pci23, masksItself: hasNapi });
  const hostPin = hostIoapicPin(m, device.assertsIntx, !pci23);
  const isReal = settings.choice('surroundings', 'quiet') === 'real';
  const vcpu = x86Vcpu(m, isReal ? OTHER_WRITE : largestRegister(settings), irqchip === 'off', isReal);
  return ok({
    m,
    device,
    hostPin,
    descriptor: pci23 ? null : ioapicIrqDescriptor(m, hostPin, bugs.has('lazy-disable')),
    trigger: eventfd(m, 'trigger'),
    vcpu,
    names: { vendor: host.vendor, x2apic: guest.x2apic === 'on' },
    slot: x86MemorySlot(m, startsMapped(settings), vcpu),
    lock: bql(m, changesIn(settings).length > 0),
    napi: hasNapi ? m.field('NAPI', { values: ['idle', 'scheduled'] }) : null,
    otherCpu,
    isReal,
  });
}

/** The largest number of a register that the guest can trap on. */
function largestRegister(settings: CompleteSettings): number {
  if (settings.choice('neighbour', 'none') === 'emulated') return AHCI_IRQ_STAT_WRITE;
  if (settings.choice('handlerContext', 'hard') === 'threaded') return KVM_IOAPIC_REGISTERS;
  if (settings.choice('affinity', 'fixed') !== 'fixed') return KVM_IOAPIC_REGISTERS;
  return settings.choice('irqchip') === 'on' ? IMS_WRITE : APIC_REGISTERS;
}
