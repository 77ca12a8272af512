import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { GICV2, GICV3 } from '../machine/hardware/gic-version.ts';
import type { GicVersion } from '../machine/hardware/gic-version.ts';
import { msiFunction } from '../machine/hardware/msi-function.ts';
import type { MsiFunction } from '../machine/hardware/msi-function.ts';
import { memorySlot } from '../machine/kernel/memory-slot.ts';
import type { MemorySlot } from '../machine/kernel/memory-slot.ts';
import { vcpuState } from '../machine/kernel/vcpu-state.ts';
import type { Vcpu } from '../machine/kernel/vcpu-state.ts';
import { vgicIrq } from '../machine/kernel/vgic.ts';
import type { VgicIrq } from '../machine/kernel/vgic.ts';
import { vgicLpi } from '../machine/kernel/vgic-lpi.ts';
import type { VgicLpi } from '../machine/kernel/vgic-lpi.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import { haltPollTrouble } from './halt-poll-setting.ts';
import type { CompleteSettings } from './read-settings.ts';

/** The first SPI of the virt machine's GICv2m as the guest numbers it, and as KVM's irqfd code does. */
const GICV2M_INTID = 80;
export const GICV2M_GSI = GICV2M_INTID - 32;
/** The first LPI. */
const LPI_INTID = 8192;
/** The first route of a message in KVM; any number above the SPIs would do. */
export const ITS_GSI = 288;

/**
 * First kernel that keeps an ITS' translations and so can inject a message in the context of the eventfd's signaller.
 * 6.12 does (trace A2-gicv3-vfio-e1000e-msix-irqfd); the patches were in the pull request of
 * 2019-09-09, for 5.4.
 */
export const ITS_CACHE_SINCE = '5.4';

/** What a message is to the guest: an SPI of the GICv2m that QEMU emulates, or an LPI of the ITS in KVM. */
export type GuestMessage =
  | { readonly kind: 'spi'; readonly irq: VgicIrq }
  | { readonly kind: 'lpi'; readonly irq: VgicLpi; readonly hasCache: boolean };

/** Whether nothing of it is pending or in service; a list register that the guest is done with may not be read back yet. */
export function isMessageAtRest({ kind, irq }: GuestMessage, s: State): boolean {
  if (kind === 'lpi') return irq.isAtRest(s);
  return !irq.isPending(s) && (s[irq.onLr] === 1 ? s[irq.lrState] === 0 : s[irq.active] === 0);
}

/** What every path of a message on Arm is built on, before it is decided who injects. */
export interface ArmMsiMachine {
  readonly m: ModelBuilder;
  readonly device: MsiFunction;
  readonly gic: GicVersion;
  readonly vcpu: Vcpu;
  readonly slot: MemorySlot;
  readonly lock: Bql;
  readonly capability: 'msi' | 'msix';
  readonly load: 'idle' | 'busy';
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
}

/** Adds the parts that all these paths share. An error says which fact or setting does not go with which. */
export function armMsiMachine(settings: CompleteSettings, { host }: Facts): Result<ArmMsiMachine> {
  if (host.vcpuCpu >= host.cpus || host.irqCpu >= host.cpus) {
    return fail(`the host has CPUs 0 to ${String(host.cpus - 1)}: vcpuCpu and irqCpu must be among them`);
  }
  if (settings.choice('irqchip') !== 'on') {
    return fail('arch=arm needs irqchip=on: a GIC that QEMU emulates is not modelled');
  }
  if (settings.choice('vectorChange', 'none') !== 'none') {
    return fail('vectorChange needs arch=x86: on Arm a guest that changes its vectors is not modelled yet');
  }
  const otherCpu = (host.vcpuCpu + 1) % host.cpus;
  if (settings.choice('guest') === 'busy' && otherCpu === host.vcpuCpu) {
    return fail('guest=busy needs cpus=2 or more: a main loop that shares a CPU with it is not modelled');
  }
  const trouble = haltPollTrouble(settings, host);
  if (trouble !== null) return fail(trouble);
  const m = new ModelBuilder();
  return ok({
    m,
    device: msiFunction(m, false),
    gic: settings.choice('gic') === '3' ? GICV3 : GICV2,
    vcpu: vcpuState(m),
    slot: memorySlot(m, settings.choice('mmap') === 'on', ''),
    lock: bql(m),
    capability: settings.choice('capability') as 'msi' | 'msix',
    load: settings.choice('guest') as 'idle' | 'busy',
    otherCpu,
  });
}

/** Adds what the message is to the guest. */
export function guestMessage(
  { m, gic }: Pick<ArmMsiMachine, 'm' | 'gic'>,
  { host }: Facts,
  bugs: ReadonlySet<string>,
): GuestMessage {
  const queuedUnseen = bugs.has('queued-message-unseen');
  if (gic === GICV3) {
    const hasCache = compareReleases(host.kernel, ITS_CACHE_SINCE) >= 0;
    return { kind: 'lpi', irq: vgicLpi(m, { intid: LPI_INTID, queuedUnseen }), hasCache };
  }
  const spi = { suffix: '', intid: GICV2M_INTID, config: 'edge', fromReset: false } as const;
  return { kind: 'spi', irq: vgicIrq(m, { ...spi, pendingWhileActive: false, queuedUnseen }) };
}
