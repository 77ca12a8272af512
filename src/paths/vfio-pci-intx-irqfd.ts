import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { irqfdWithWorker } from '../machine/kernel/irqfd.ts';
import { irqfdResamplerAck, lowersAgain } from '../machine/kernel/resampler.ts';
import { vfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { commandWrites } from '../machine/kernel/vfio-pci-config.ts';
import { maskByIoctl } from '../machine/kernel/vfio-pci-mask.ts';
import { unmaskByIoctl, unmaskVirqfd } from '../machine/kernel/vfio-pci-unmask.ts';
import { KVM, VFIO_PCI } from '../machine/parties.ts';
import { addCommandWrites } from '../machine/qemu/pci-command.ts';
import { CPU_FLAG_SETTINGS, withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { VFIO_PCI_ARM_INTX_ALPHABET } from './vfio-pci-arm-alphabet.ts';
import { AFFINITY_SETTING, readAffinity, vcpusOfTwo } from './vfio-pci-affinity.ts';
import { wireArmIntxIrqfd } from './vfio-pci-arm-intx-irqfd.ts';
import { INTX_IRQFD_BUGS } from './vfio-pci-bugs.ts';
import { HOST_IRQ, pciMachine } from './vfio-pci-machine.ts';
import { VFIO_PCI_INTX_ALPHABET } from './vfio-pci-intx-alphabet.ts';
import {
  archSetting,
  E1000_WORKLOAD_SETTINGS,
  INTX_MASK_SETTING,
  irqchipSetting,
  PCI_GIC_SETTING,
  PCI_HANDLER_CONTEXT_SETTING,
} from './vfio-pci-settings.ts';
import {
  emulatedNeighbour,
  NEIGHBOUR_PERIOD_SETTING,
  NEIGHBOUR_SETTING,
  readNeighbour,
} from './vfio-pci-neighbour.ts';
import { oneshotResample, readHandlerContext } from './vfio-pci-oneshot.ts';
import { INTX_CHANGE_BUGS } from './vfio-pci-intx-change-bugs.ts';
import { changeOf, INTX_CHANGE_SETTINGS } from './vfio-pci-intx-change-settings.ts';
import { wireReroutedIntx, wireSwitchingIntx } from './vfio-pci-intx-switching.ts';
import { wirePci } from './wire-vfio-pci.ts';
import type { Wiring } from './wiring.ts';
import type { IntxIrqfdParts } from './vfio-pci-basis.ts';
import { MMAP_SETTING, SURROUNDINGS_SETTING } from './workload-settings.ts';

const ALL_PARTS: IntxIrqfdParts = { resampler: true };

/** `vfio-pci/intx-irqfd`: KVM injects, and the guest's end of interrupt unmasks; QEMU has no part in it. */
export const VFIO_PCI_INTX_IRQFD: PathModule = {
  info: {
    id: 'vfio-pci/intx-irqfd',
    title: 'VFIO PCI INTx, irqfd with resampler',
    leg: 'interrupt',
    documents: ['002'],
    status: 'current',
    introduced: 'QEMU 1.4',
    introducedUnverified: true,
    removed: null,
    selectedBy: [
      'default with kernel-irqchip=on (x86, or Arm with a GIC in KVM) and a guest that uses INTx (pci=nomsi, no MSI capability)',
    ],
    evidence: 'trace',
    bugs: [...INTX_IRQFD_BUGS, ...INTX_CHANGE_BUGS],
  },
  settings: [
    archSetting(['x86', 'arm']),
    irqchipSetting(['on']),
    PCI_GIC_SETTING,
    MMAP_SETTING,
    INTX_MASK_SETTING,
    ...CPU_FLAG_SETTINGS,
    PCI_HANDLER_CONTEXT_SETTING,
    NEIGHBOUR_SETTING,
    NEIGHBOUR_PERIOD_SETTING,
    AFFINITY_SETTING,
    ...E1000_WORKLOAD_SETTINGS,
    SURROUNDINGS_SETTING,
    ...INTX_CHANGE_SETTINGS,
  ],
  alphabet: VFIO_PCI_INTX_ALPHABET,
  alphabetOnArm: VFIO_PCI_ARM_INTX_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const context = readHandlerContext(settings.value);
    if (!context.ok) return context;
    const neighbour = readNeighbour(settings.value);
    if (!neighbour.ok) return neighbour;
    const affinity = readAffinity(settings.value, facts.host);
    if (!affinity.ok) return affinity;
    const change = changeOf(settings.value);
    if (!change.ok) return change;
    const flagged = withCpuFlags(settings.value, facts);
    if (change.value === 'switching') return wireSwitchingIntx(settings.value, flagged, bugs);
    if (change.value === 'rerouting') return wireReroutedIntx(settings.value, flagged, bugs);
    const wire = settings.value.choice('arch') === 'arm' ? wireArmIntxIrqfd : wireIntxIrqfd;
    return wire(settings.value, flagged, bugs, ALL_PARTS);
  },
};

/** Wires the path on x86 from its parts. Source of the order of everything: traces X4a and X4k. */
export function wireIntxIrqfd(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: IntxIrqfdParts,
): Result<Wiring> {
  const machine = pciMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  const { m, vcpu, trigger, pin, device, descriptor, second, lock, otherCpu } = machine.value;
  const first = machine.value.lineVcpu.injected;
  const { host } = facts;
  const inject = irqfdWithWorker(m, {
    suffix: '',
    eventfd: trigger,
    raise: pin.setIrq(1),
    // Where the hard interrupt was; after a re-signal it would be the CPU of that worker.
    cpu: host.irqCpu,
    why: 'no IOAPIC in atomic context',
    wakeupEmits: ['function:kvm_arch_set_irq_inatomic'],
    injectEmits: [
      'function:irqfd_inject',
      'function:kvm_set_irq',
      `kvm:kvm_set_irq gsi ${String(pin.pin)} level 1 source 1`,
    ],
  });
  const signalled = signalledBy(VFIO_PCI, trigger, inject.wakeup);
  const isShared = settings.choice('neighbour', 'none') === 'emulated';
  const virqDisabled =
    settings.choice('guestDisablesIntx', 'off') === 'on'
      ? m.field('virq_disabled', { notable: true, values: ['no', 'yes'] })
      : undefined;
  const vfio = vfioPciIntx(m, {
    device,
    descriptor,
    trigger: signalled,
    irq: HOST_IRQ,
    hearsOthers: isShared,
    ...(virqDisabled === undefined ? {} : { virqDisabled }),
  });
  const resample = eventfd(m, 'resample');
  const virqfd = unmaskVirqfd(m, { intx: vfio, resample, trigger: signalled, cpu: host.vcpuCpu });
  const { signal } = signalledBy(KVM, resample, virqfd.wakeup);
  const oneshot = pin.masked === null ? null : oneshotResample(machine.value, bugs);
  const lower = pin.setIrq(0);
  const ack = irqfdResamplerAck({
    suffix: '',
    lower,
    resample: signal,
    gsi: pin.pin,
    enters: ['function:kvm_set_irq'],
    defer: oneshot?.defer ?? null,
  });
  const acked = parts.lowersAgain === true ? lowersAgain(ack, lower) : ack;
  if (virqDisabled !== undefined) {
    const mask = maskByIoctl(machine.value, vfio);
    addCommandWrites(m, {
      bql: lock,
      cpu: otherCpu,
      running: device.running,
      isMasked: (s) => s[vfio.masked] === 1,
      isDisabled: (s) => s[virqDisabled] === 1,
      writes: commandWrites({ virqDisabled, mask, unmask: unmaskByIoctl(vfio, signalled) }),
    });
  }
  const wiring = wirePci(machine.value, settings, facts, {
    vfio,
    ...(second && first ? { ofTwo: vcpusOfTwo(m, { vcpu, lapic: first }, second, bugs) } : {}),
    ...(isShared ? { neighbour: emulatedNeighbour(machine.value, settings) } : {}),
    ...(parts.resampler ? { acked } : {}),
    ...(oneshot ? { ioapic: oneshot.ioapic(acked, signal) } : {}),
    works: [
      { work: inject.work, cpu: host.irqCpu },
      ...(virqfd.work === null ? [] : [{ work: virqfd.work, cpu: host.vcpuCpu }]),
    ],
    isAtRest: (s) => s[inject.work] === 0 && (virqfd.work === null || s[virqfd.work] === 0),
  });
  if (virqDisabled === undefined) return ok(wiring);
  return ok({
    ...wiring,
    costs: { ...wiring.costs, intxChange: settings.number('changeUs') * 1000 },
    // What was sent before the guest's mask is sent again after it: a handler call may find nothing.
    safety: { 'mask-balance': 'unmasked-while-disabled' },
  });
}
