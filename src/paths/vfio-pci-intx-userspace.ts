import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { signalledBy } from '../machine/kernel/eventfd.ts';
import { vfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { unmaskByIoctl } from '../machine/kernel/vfio-pci-unmask.ts';
import { VFIO_PCI } from '../machine/parties.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { memoryView } from '../machine/qemu/memory-view.ts';
import { vfioPci } from '../machine/qemu/vfio-pci.ts';
import { CPU_FLAG_SETTINGS, withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { VFIO_PCI_ARM_INTX_ALPHABET } from './vfio-pci-arm-alphabet.ts';
import { wireArmIntxUserspace } from './vfio-pci-arm-intx-userspace.ts';
import { INTX_USERSPACE_BUGS } from './vfio-pci-bugs.ts';
import { lineIrqchip } from './vfio-pci-irqchips.ts';
import { HOST_IRQ, pciBase, startsMapped } from './vfio-pci-machine.ts';
import { VFIO_PCI_INTX_ALPHABET } from './vfio-pci-intx-alphabet.ts';
import {
  archSetting,
  BARS_AT_START_SETTING,
  DRIVER_SETTING,
  E1000_WORKLOAD_SETTINGS,
  EOIS_BEFORE_PAUSE_SETTING,
  INTREMAP_SETTING,
  INTX_MASK_SETTING,
  irqchipSetting,
  PCI_GIC_SETTING,
  RESUME_SETTING,
} from './vfio-pci-settings.ts';
import { ANY_CPU } from './wire-platform.ts';
import { EOI_PAUSE_NS, readDriver } from './vfio-pci-resuming.ts';
import { wirePciWith } from './wire-vfio-pci.ts';
import type { Wiring } from './wiring.ts';
import { MMAP_SETTING, SURROUNDINGS_SETTING } from './workload-settings.ts';

/** `vfio-pci/intx-userspace`: QEMU injects, and takes the next access to a BAR for the end of the interrupt. */
export const VFIO_PCI_INTX_USERSPACE: PathModule = {
  info: {
    id: 'vfio-pci/intx-userspace',
    title: 'VFIO PCI INTx, handled in userspace',
    leg: 'interrupt',
    documents: ['002'],
    status: 'current',
    introduced: 'QEMU 1.3',
    removed: null,
    selectedBy: [
      'x-no-kvm-intx=on',
      'no KVM irqfd with resamplefd, or KVM refuses it',
      'the window before vfio_intx_enable_kvm',
      'kernel-irqchip=off: KVM refuses an irqfd without interrupt controllers of its own',
    ],
    evidence: 'trace',
    bugs: INTX_USERSPACE_BUGS,
  },
  settings: [
    archSetting(['x86', 'arm']),
    irqchipSetting(['on', 'split', 'off']),
    PCI_GIC_SETTING,
    INTREMAP_SETTING,
    {
      name: 'mmapTimeoutMs',
      kind: 'number',
      unit: 'ms',
      default: 1100,
      minimum: 0,
      maximum: 4_294_967_295,
      description:
        'x-intx-mmap-timeout-ms: how long the BARs stay unmapped after an interrupt; 0 is for ever',
    },
    MMAP_SETTING,
    BARS_AT_START_SETTING,
    INTX_MASK_SETTING,
    ...CPU_FLAG_SETTINGS,
    DRIVER_SETTING,
    RESUME_SETTING,
    EOIS_BEFORE_PAUSE_SETTING,
    ...E1000_WORKLOAD_SETTINGS,
    SURROUNDINGS_SETTING,
  ],
  alphabet: VFIO_PCI_INTX_ALPHABET,
  alphabetOnArm: VFIO_PCI_ARM_INTX_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const driver = readDriver(settings.value);
    if (!driver.ok) return driver;
    const wire = settings.value.choice('arch') === 'arm' ? wireArmIntxUserspace : wireIntxUserspace;
    return wire(settings.value, withCpuFlags(settings.value, facts), bugs);
  },
};

/** Wires the path on x86 from its parts. Source of the order of everything: traces X4b, X4m and X5-off. */
export function wireIntxUserspace(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  const isRemapped = settings.choice('intremap') === 'on';
  if (isRemapped && settings.choice('irqchip') === 'on') {
    return fail('intremap=on: interrupts are remapped in QEMU, which needs irqchip=split or off');
  }
  const base = pciBase(settings, facts, bugs);
  if (!base.ok) return base;
  const { m, trigger, device, descriptor, slot, lock, otherCpu, isReal } = base.value;
  // Only a storm makes it pause, and only a driver that is not there makes one that lasts.
  const storm = settings.choice('irqchip') === 'on' ? 'eoi-storm' : 'eoi-storm-qemu';
  const pauses = settings.choice('driver') === 'resuming' && !bugs.has(storm);
  const irqchip = lineIrqchip(
    base.value,
    facts,
    settings.choice('irqchip'),
    isRemapped,
    pauses ? settings.number('eoisBeforePause') : null,
  );
  const timeoutMs = settings.number('mmapTimeoutMs');
  const signalled = signalledBy(VFIO_PCI, trigger);
  const vfio = vfioPciIntx(m, { device, descriptor, trigger: signalled, irq: HOST_IRQ });
  const view =
    settings.choice('mmap') === 'on' ? memoryView(m, slot, slot.smm, startsMapped(settings)) : null;
  const qemu = vfioPci(m, {
    trigger,
    raiseLine: irqchip.raiseLine,
    lowerLine: irqchip.lowerLine,
    unmask: unmaskByIoctl(vfio, signalled),
    mapping: view === null ? null : { slot, view },
    mmapTimer: timeoutMs !== 0,
    startsUnmapped: view !== null && !startsMapped(settings),
    lineBeforeUnmap: bugs.has('line-before-unmap'),
    mayEnd: (s) => bugs.has('eoi-any-access') || !device.interruptStatus(s),
  });
  m.process(
    'main loop',
    { kind: 'thread', cpu: isReal ? ANY_CPU : otherCpu },
    mainLoop(
      m,
      lock,
      [{ suffix: '', eventfd: trigger, handler: qemu.interrupt }],
      qemu.timer ?? irqchip.timer ?? null,
      isReal,
    ),
  );
  return ok(
    wirePciWith(irqchip.chip, base.value, settings, facts, {
      vfio,
      eoi: qemu.eoi,
      ...(view ? { view } : {}),
      costs: {
        mmapTimeout: timeoutMs * 1_000_000,
        eoiInjectDelay: EOI_PAUSE_NS,
        driverResume: settings.number('resumeUs') * 1000,
      },
      isAtRest: (s) => s[qemu.pending] === 0,
    }),
  );
}
