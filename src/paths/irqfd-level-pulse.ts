import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { signalledBy } from '../machine/kernel/eventfd.ts';
import { pulse } from '../machine/kernel/irqfd-pulse.ts';
import { irqfd, irqfdWithWorker } from '../machine/kernel/irqfd.ts';
import { automaskedIrq, plainIrq } from '../machine/kernel/vfio-platform-irq.ts';
import { vfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { VFIO_PCI, VFIO_PLATFORM } from '../machine/parties.ts';
import type { PathModule, PathSetting, PathSettings } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { HOST_IRQ, pciMachine } from './vfio-pci-machine.ts';
import { E1000_WORKLOAD_SETTINGS, INTX_MASK_SETTING } from './vfio-pci-settings.ts';
import { ATOMIC_SPI_SINCE } from './vfio-platform-irqfd.ts';
import { platformMachine } from './vfio-platform-machine.ts';
import { wirePlatform } from './wire-platform.ts';
import { wirePci } from './wire-vfio-pci.ts';
import type { Wiring } from './wiring.ts';
import { LINE_SETTINGS, MMAP_SETTING, XGMAC_WORKLOAD_SETTINGS } from './workload-settings.ts';

const ARCH: PathSetting = {
  name: 'arch',
  kind: 'choice',
  choices: ['x86', 'arm'],
  default: 'x86',
  description: 'x86: INTx of an e1000 on the IOAPIC in KVM; arm: a line of an xgmac on the GIC in KVM',
};

/** What the machine of each architecture can be told. */
const MACHINE_SETTINGS: Readonly<Record<string, readonly PathSetting[]>> = {
  x86: [MMAP_SETTING, INTX_MASK_SETTING, ...E1000_WORKLOAD_SETTINGS],
  arm: [MMAP_SETTING, ...LINE_SETTINGS, ...XGMAC_WORKLOAD_SETTINGS],
};

const ARM_ONLY = ['trigger', 'guestTrigger', 'handler'];

/** `irqfd/level-pulse`: an irqfd that nobody tells of the guest's end of the interrupt, on a level-triggered line. */
export const IRQFD_LEVEL_PULSE: PathModule = {
  info: {
    id: 'irqfd/level-pulse',
    title: 'Plain irqfd on a level-triggered line',
    leg: 'interrupt',
    documents: ['003'],
    status: 'current',
    introduced: 'Linux 2.6.32',
    introducedUnverified: true,
    removed: null,
    selectedBy: ['KVM_IRQFD without KVM_IRQFD_FLAG_RESAMPLE for the GSI of an interrupt controller in KVM'],
    evidence: 'trace',
    bugs: [],
  },
  settings: [
    ARCH,
    ...(MACHINE_SETTINGS.x86 ?? []).map((setting) => only(setting, 'x86', ['napi', 'intxMask'])),
    ...(MACHINE_SETTINGS.arm ?? [])
      .filter(({ name }) => ARM_ONLY.includes(name))
      .map((setting) => only(setting, 'arm', ARM_ONLY)),
  ],
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const arch = settings.value.choice('arch');
    const own = MACHINE_SETTINGS[arch] ?? [];
    const values: Record<string, number | string> = {};
    for (const [name, value] of Object.entries(given)) {
      if (own.some((setting) => setting.name === name)) values[name] = value;
      else if (name !== 'arch' && this.settings.find((setting) => setting.name === name)?.default !== value) {
        return fail(`${name}: means nothing with arch=${arch}`);
      }
    }
    return arch === 'arm' ? wireArm(own, values, facts, bugs) : wireX86(own, values, facts, bugs);
  },
};

/** Says for which architecture a setting is, if it is one of `names`. */
function only(setting: PathSetting, arch: string, names: readonly string[]): PathSetting {
  if (!names.includes(setting.name)) return setting;
  return { ...setting, description: `arch=${arch}: ${setting.description}` };
}

/** On the IOAPIC the pulse is as good as an edge, for one interrupt: VFIO masks the function, and nobody unmasks it. */
function wireX86(
  own: readonly PathSetting[],
  given: PathSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  const settings = readSettings(own, given);
  if (!settings.ok) return settings;
  const machine = pciMachine(settings.value, facts, bugs);
  if (!machine.ok) return machine;
  const { m, trigger, pin, device, descriptor } = machine.value;
  const { host } = facts;
  const inject = irqfdWithWorker(m, {
    suffix: '',
    eventfd: trigger,
    raise: pulse({ suffix: '', gsi: pin.pin, raise: pin.setIrq(1), lower: pin.setIrq(0) }),
    cpu: host.irqCpu,
    why: 'no IOAPIC in atomic context',
    wakeupEmits: ['function:kvm_arch_set_irq_inatomic'],
    injectEmits: ['function:irqfd_inject'],
  });
  const signalled = signalledBy(VFIO_PCI, trigger, inject.wakeup);
  return ok(
    wirePci(machine.value, settings.value, facts, {
      vfio: vfioPciIntx(m, { device, descriptor, trigger: signalled, irq: HOST_IRQ }),
      works: [{ work: inject.work, cpu: host.irqCpu }],
      isAtRest: (s) => s[inject.work] === 0,
    }),
  );
}

/**
 * On the GIC a kernel that injects in atomic context only raises the line, which then stays up: right for a guest that
 * has configured an edge, a storm for one that has not (trace E1). Older kernels pulse, in a worker.
 * Source: Linux arch/arm64/kvm/vgic/vgic-irqfd.c `kvm_arch_set_irq_inatomic`, virt/kvm/eventfd.c `irqfd_inject`.
 */
function wireArm(
  own: readonly PathSetting[],
  given: PathSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  const read = readSettings(own, given);
  if (!read.ok) return read;
  const settings: CompleteSettings = read.value;
  const machine = platformMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  const { m, lines, vcpu } = machine.value;
  const { host } = facts;
  const vfio = lines.map(({ suffix, descriptor, trigger, irq, gsi, gic }) => {
    const raise = irq.inject(1, vcpu);
    const common = { suffix, eventfd: trigger, cpu: host.irqCpu };
    const wakeup =
      compareReleases(host.kernel, ATOMIC_SPI_SINCE) >= 0
        ? irqfd(m, { ...common, raise, gsi, atomic: true })
        : irqfdWithWorker(m, {
            ...common,
            raise: pulse({ suffix, gsi, raise, lower: irq.inject(0, vcpu) }),
            why: 'no SPI in atomic context',
            wakeupEmits: [],
            injectEmits: [],
          }).wakeup;
    const wiring = { suffix, descriptor, trigger: signalledBy(VFIO_PLATFORM, trigger, wakeup) };
    return gic.trigger === 'level' ? automaskedIrq(m, wiring) : plainIrq(wiring);
  });
  return ok(wirePlatform(machine.value, settings, facts, { vfio }));
}
