import { findProfile } from '../../costs/all-profiles.ts';
import type { Simulation } from '../../analysis/simulation.ts';
import type { Facts } from '../../facts/facts.ts';
import { AS_ASSUMED } from '../../paths/cpu-flags.ts';
import { hasMeaning } from '../../paths/idle-settings.ts';
import type { PathSetting, PathSettings } from '../../paths/path.ts';
import type { Assumption } from '../../protocol/panel-state.ts';

/** What the launch file says about the machine, as far as an answer shows it. */
export interface MachineSummary {
  readonly gicVersion: number | null;
  readonly architecture: string | null;
  readonly irqchip: string | null;
}

/**
 * Everything that an answer takes for granted, in short words for the bar: facts, costs, and the settings of
 * the path that the launch file did not give.
 */
export function describeAssumptions(
  { facts, profile, settings: used }: Pick<Simulation, 'facts' | 'profile' | 'settings'>,
  machine: MachineSummary | null,
  pathSettings: readonly PathSetting[],
  given: PathSettings,
): Assumption[] {
  const { host, guest } = facts;
  const entry = (text: string, detail: string, fact = ''): Assumption => ({ fact, text, detail });
  const isX86 = (used.arch ?? machine?.architecture) === 'x86';
  return [
    entry(`QEMU ${host.qemu}`, 'The release of QEMU on the host.', 'host.qemu'),
    ...(host.kernel === guest.kernel
      ? [entry(`Linux ${host.kernel}`, 'The kernel of host and guest.', 'host.kernel')]
      : [
          entry(`Linux ${host.kernel}`, 'The kernel of the host.', 'host.kernel'),
          entry(`guest Linux ${guest.kernel}`, 'The kernel of the guest.', 'guest.kernel'),
        ]),
    ...(isX86 ? x86Entries(facts, machine, given) : [armEntry(facts, machine)]),
    entry(
      host.irqCpu === host.vcpuCpu
        ? `IRQ and vCPU on CPU ${String(host.irqCpu)} of ${String(host.cpus)}`
        : `IRQ on CPU ${String(host.irqCpu)}, vCPU on CPU ${String(host.vcpuCpu)} of ${String(host.cpus)}`,
      'Where the device’s interrupt and the vCPU thread run.',
      'host.irqCpu',
    ),
    entry(
      `costs of ${profile}`,
      `The table that the times come from: ${findProfile(profile)?.title ?? profile}.`,
    ),
    ...settingEntries(
      pathSettings.filter((setting) => !(setting.name in given) && isOfUse(setting, pathSettings, used)),
      used,
    ),
  ];
}

/** Settings that an answer means little without; the others are told apart only where they are not the default. */
const WORKLOAD: readonly string[] = ['guest', 'periodUs'];

function settingEntries(settings: readonly PathSetting[], used: PathSettings): Assumption[] {
  const valueOf = (setting: PathSetting): string =>
    `${setting.name}=${String(used[setting.name] ?? setting.default)}`;
  const isTold = (setting: PathSetting): boolean =>
    WORKLOAD.includes(setting.name) || (used[setting.name] ?? setting.default) !== setting.default;
  const told = settings.filter(isTold).map((setting) => ({
    fact: '',
    text: valueOf(setting),
    detail: `${sentence(setting.description)} A setting of the path.`,
  }));
  const others = settings.filter((setting) => !isTold(setting)).map(valueOf);
  if (others.length === 0) return told;
  const text = others.length === 1 ? '1 default setting' : `${String(others.length)} default settings`;
  return [
    ...told,
    { fact: '', text, detail: `Settings of the path with their defaults: ${others.join(', ')}.` },
  ];
}

/** Whether a setting means anything here, and says more than the facts do. */
function isOfUse(setting: PathSetting, all: readonly PathSetting[], used: PathSettings): boolean {
  if ((used[setting.name] ?? setting.default) === AS_ASSUMED) return false;
  return hasMeaning(setting, all, used);
}

function armEntry({ host }: Facts, machine: MachineSummary | null): Assumption {
  const gic = machine?.gicVersion == null ? 'GICv2' : `GICv${String(machine.gicVersion)}`;
  return {
    fact: 'host.gicEoiMode',
    text: `${gic}, EOImode ${String(host.gicEoiMode)}`,
    detail:
      'The interrupt controller, and whether the host’s driver drops priority and deactivates in two steps (1) or one (0).',
  };
}

function x86Entries(
  { host, guest }: Facts,
  machine: MachineSummary | null,
  given: PathSettings,
): Assumption[] {
  const apicv = host.vendor === 'amd' ? 'AVIC' : 'APICv';
  return [
    {
      fact: 'host.apicv',
      text: `irqchip ${machine?.irqchip ?? 'on'}, ${apicv} ${host.apicv}`,
      detail:
        'Where the interrupt controller is emulated, and whether the processor delivers interrupts by itself.',
    },
    ...('x2apic' in given
      ? []
      : [
          {
            fact: 'guest.x2apic',
            text: `x2APIC ${guest.x2apic}`,
            detail: 'Whether the guest ends interrupts by an MSR (on) or in memory (off).',
          },
        ]),
    ...('pvEoi' in given
      ? []
      : [
          {
            fact: 'guest.pvEoi',
            text: `PV EOI ${guest.pvEoi}`,
            detail: 'Whether the guest ends edge interrupts by a flag in its memory, without an exit.',
          },
        ]),
  ];
}

function sentence(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
}
