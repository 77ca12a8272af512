import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { interruptPosting } from '../machine/hardware/posted-delivery.ts';
import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule, PathSetting } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { connectIrqfd } from './vfio-pci-msi-irqfd.ts';
import { msiMachine } from './vfio-pci-msi-machine.ts';
import { MSI_SETTINGS } from './vfio-pci-msi-settings.ts';
import { apicvVcpu } from './vfio-pci-msi-vcpu.ts';
import { oneTrigger, wireMsi } from './wire-vfio-pci-msi.ts';
import type { Wiring } from './wiring.ts';

const POSTED_SETTINGS: readonly PathSetting[] = [
  {
    name: 'inhibitedBy',
    kind: 'choice',
    choices: ['nothing', 'several-destinations', 'delivery-mode', 'no-bypass'],
    default: 'nothing',
    description:
      'what returns the IRTE to remapped mode: more than one destination vCPU, a delivery mode that cannot be posted, or an eventfd whose producer and consumer did not meet; the message then takes the irqfd',
  },
  {
    name: 'preemptionUs',
    kind: 'number',
    unit: 'us',
    default: 0,
    minimum: 0,
    maximum: 1_000_000,
    description: 'time from one preemption of the vCPU by another thread to the next; 0 is never',
  },
];

/** `vfio-pci/posted`: the IOMMU delivers to the vCPU by itself; the host sees nothing while the vCPU runs. */
export const VFIO_PCI_POSTED: PathModule = {
  info: {
    id: 'vfio-pci/posted',
    title: 'VFIO PCI MSI and MSI-X, posted by VT-d',
    leg: 'interrupt',
    documents: ['003'],
    status: 'current',
    introduced: 'Linux 4.4',
    introducedUnverified: true,
    removed: null,
    selectedBy: ['a host with VT-d posted interrupts and APICv (facts posting=on, apicv=on)'],
    evidence: 'source',
    bugs: [],
  },
  settings: [...MSI_SETTINGS.filter(({ name }) => name !== 'pvEoi'), ...POSTED_SETTINGS],
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    return wirePosted(settings.value, withCpuFlags(settings.value, facts), { checksOnBeforeSleep: true });
  },
};

/**
 * Wires the path from its parts. `checksOnBeforeSleep` can be left out to see what it is for. Source of the order of
 * everything: Linux arch/x86/kvm/vmx/posted_intr.c (6.12); nobody has traced it, since nothing of it is traced.
 */
export function wirePosted(
  settings: CompleteSettings,
  facts: Facts,
  { checksOnBeforeSleep }: { readonly checksOnBeforeSleep: boolean },
): Result<Wiring> {
  const { host } = facts;
  if (host.posting === 'off' || host.apicv === 'off') {
    return fail(
      'vfio-pci/posted needs a host with posting=on and apicv=on; without them messages take vfio-pci/msi-irqfd',
    );
  }
  const machine = msiMachine(settings, facts);
  if (!machine.ok) return machine;
  const { m, device } = machine.value;
  const preemptionUs = settings.number('preemptionUs');
  const target = apicvVcpu(machine.value, facts, { preempted: preemptionUs > 0, checksOnBeforeSleep });
  const isPosted = settings.choice('inhibitedBy') === 'nothing';
  if (isPosted) interruptPosting(m, device.message, target.pi);
  const trigger = isPosted ? null : oneTrigger(connectIrqfd(m, target.destination, facts));
  const wiring = wireMsi(machine.value, settings, facts, target, trigger);
  const preemption = { preemptionPeriod: preemptionUs * 1000, preemptionSlice: (preemptionUs * 1000) / 4 };
  return ok({ ...wiring, costs: { ...wiring.costs, ...(preemptionUs > 0 ? preemption : {}) } });
}
