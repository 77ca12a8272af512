import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { eventfd, signalledBy, writtenBy } from '../machine/kernel/eventfd.ts';
import { irqfdAtomic } from '../machine/kernel/irqfd.ts';
import { setMsiInAtomic } from '../machine/kernel/msi-route.ts';
import { vfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { unmaskVirqfd } from '../machine/kernel/vfio-pci-unmask.ts';
import { VCPU_THREAD, VFIO_PCI } from '../machine/parties.ts';
import { ioapicEoiExit, ioapicEoiWrite } from '../machine/qemu/ioapic-eoi-exits.ts';
import { eoiBroadcastOfIrqfd } from '../machine/qemu/ioapic.ts';
import { kvmResampleFdNotify } from '../machine/qemu/resample-fd.ts';
import { CPU_FLAG_SETTINGS, withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { AFFINITY_SETTING, readAffinity } from './vfio-pci-affinity.ts';
import { INTX_SPLIT_BUGS } from './vfio-pci-bugs.ts';
import { lineVcpu, VECTOR } from './line-vcpu.ts';
import { VFIO_PCI_INTX_SPLIT_ALPHABET } from './vfio-pci-intx-alphabet.ts';
import { GSI, HOST_IRQ, pciBase } from './vfio-pci-machine.ts';
import {
  archSetting,
  E1000_WORKLOAD_SETTINGS,
  INTREMAP_SETTING,
  INTX_MASK_SETTING,
  irqchipSetting,
} from './vfio-pci-settings.ts';
import { splitOfTwo } from './vfio-pci-split-affinity.ts';
import { wirePciWith } from './wire-vfio-pci.ts';
import type { GuestIrqchip } from './wire-vfio-pci.ts';
import type { Wiring } from './wiring.ts';
import { MMAP_SETTING, SURROUNDINGS_SETTING } from './workload-settings.ts';

/** `vfio-pci/intx-split`: KVM injects, the guest's end of interrupt exits to QEMU's IOAPIC, and QEMU unmasks. */
export const VFIO_PCI_INTX_SPLIT: PathModule = {
  info: {
    id: 'vfio-pci/intx-split',
    title: 'VFIO PCI INTx, irqfd with the IOAPIC in QEMU',
    leg: 'interrupt',
    documents: ['002', '003'],
    status: 'current',
    introduced: 'QEMU 5.1',
    removed: null,
    selectedBy: ['kernel-irqchip=split and a guest that uses INTx (pci=nomsi, no MSI capability)'],
    evidence: 'trace',
    bugs: INTX_SPLIT_BUGS,
  },
  settings: [
    archSetting(['x86']),
    irqchipSetting(['split']),
    INTREMAP_SETTING,
    MMAP_SETTING,
    INTX_MASK_SETTING,
    ...CPU_FLAG_SETTINGS,
    AFFINITY_SETTING,
    ...E1000_WORKLOAD_SETTINGS,
    SURROUNDINGS_SETTING,
  ],
  alphabet: VFIO_PCI_INTX_SPLIT_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const affinity = readAffinity(settings.value, facts.host);
    if (!affinity.ok) return affinity;
    return wireIntxSplit(settings.value, withCpuFlags(settings.value, facts), bugs);
  },
};

/** Wires the path from its parts. Source of the order of everything: trace X5-split. */
export function wireIntxSplit(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  const { host } = facts;
  if (compareReleases(host.qemu, '5.1') < 0 && compareReleases(host.kernel, '5.2') >= 0) {
    return fail(
      `QEMU ${host.qemu} leaves the resample eventfd to KVM, and Linux ${host.kernel} refuses that without an IOAPIC: ` +
        'QEMU handles the interrupt itself (vfio-pci/intx-userspace)',
    );
  }
  const base = pciBase(settings, facts, bugs);
  if (!base.ok) return base;
  const { m, vcpu, trigger, device, descriptor, lock } = base.value;
  const isRemapped = settings.choice('intremap') === 'on';
  const edgeOrLevel = isRemapped ? 'edge' : 'level';
  const target = lineVcpu(base.value, host, {
    trigger: edgeOrLevel,
    pvEoi: isRemapped && facts.guest.pvEoi === 'on',
  });
  const isMoved = settings.choice('affinity', 'fixed') !== 'fixed';
  const ofTwo = isMoved && target.injected ? splitOfTwo(base.value, target.injected, facts, bugs) : null;
  const inject = irqfdAtomic({
    suffix: '',
    eventfd: trigger,
    raise: setMsiInAtomic({
      gsi: GSI,
      lapic: ofTwo?.sentTo ?? target.lapic,
      trigger: edgeOrLevel,
      ...(ofTwo ? { destination: ofTwo.second.destination } : {}),
    }),
  });
  const signalled = signalledBy(VFIO_PCI, trigger, inject);
  const vfio = vfioPciIntx(m, { device, descriptor, trigger: signalled, irq: HOST_IRQ });
  const resample = eventfd(m, 'resample');
  const virqfd = unmaskVirqfd(m, { intx: vfio, resample, trigger: signalled, cpu: host.vcpuCpu });
  const broadcast = eoiBroadcastOfIrqfd({
    pin: GSI,
    vector: isRemapped ? GSI : VECTOR,
    notify: bugs.has('resample-never-signalled')
      ? null
      : kvmResampleFdNotify(GSI, writtenBy(VCPU_THREAD, resample, virqfd.wakeup)),
  });
  const [first, other] = ofTwo?.irqchips(broadcast) ?? [];
  const irqchip: GuestIrqchip = first ?? {
    ...target,
    run: (loop) => target.run(loop, { exits: !isRemapped }),
    vcpuThread: {
      otherExits: isRemapped ? ioapicEoiWrite(vcpu, lock, broadcast) : ioapicEoiExit(vcpu, broadcast),
    },
  };
  return ok(
    wirePciWith(irqchip, base.value, settings, facts, {
      vfio,
      ...(ofTwo && other ? { second: { ...ofTwo.second, irqchip: other } } : {}),
      works: virqfd.work === null ? [] : [{ work: virqfd.work, cpu: host.vcpuCpu }],
      isAtRest: (s) => virqfd.work === null || s[virqfd.work] === 0,
    }),
  );
}
