import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule, PathSetting } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { DOORBELL_RACE, wireArmPosted } from './vfio-pci-arm-posted.ts';
import { connectIrqfd } from './vfio-pci-msi-irqfd.ts';
import { msiMachine } from './vfio-pci-msi-machine.ts';
import { MSI_SETTINGS } from './vfio-pci-msi-settings.ts';
import { acceleratedVcpu, injectedVcpu } from './vfio-pci-msi-vcpu.ts';
import { oneTrigger, wireMsi } from './wire-vfio-pci-msi.ts';
import type { Wiring } from './wiring.ts';

/** A guest with a GICv2 has no LPIs, and so nothing that a GICv4 could forward. */
const GIC: PathSetting = {
  name: 'gic',
  kind: 'choice',
  choices: ['3'],
  default: '3',
  description: "version of the guest's GIC (arch=arm); the host's is a GICv4.1",
};

const POSTED_SETTINGS: readonly PathSetting[] = [
  {
    name: 'inhibitedBy',
    kind: 'choice',
    choices: [
      'nothing',
      'several-destinations',
      'delivery-mode',
      'no-bypass',
      'apicv-inhibited',
      'remapped-by-guest',
    ],
    default: 'nothing',
    description:
      'what keeps the hardware from delivering, so that the message takes the irqfd: an eventfd whose producer and consumer did not meet; on x86, more than one destination vCPU, a delivery mode that cannot be posted, or KVM, which inhibits APICv or AVIC for the whole VM (AutoEOI of Hyper-V, and on AMD a nested guest or a PIT in KVM that reinjects ticks, as QEMU has it with kernel-irqchip=on) and then injects; on Arm, a guest that has unmapped and mapped the interrupt (DISCARD, MAPTI) without telling the device',
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
    title: 'VFIO PCI MSI and MSI-X, posted by the IOMMU or forwarded by a GICv4',
    leg: 'interrupt',
    documents: ['003'],
    status: 'current',
    introduced: 'Linux 4.4',
    introducedUnverified: true,
    removed: null,
    selectedBy: [
      'a host with VT-d posted interrupts and APICv (facts posting=on, apicv=on)',
      'an AMD host with AVIC and an IOMMU in guest vAPIC mode (kvm_amd avic=1, amd_iommu_intr=vapic; vendor=amd as well)',
      'an Arm host with a GICv4 (fact posting=on), and a guest with a GICv3',
    ],
    evidence: 'source',
    bugs: [DOORBELL_RACE],
  },
  settings: [
    ...MSI_SETTINGS.flatMap((setting) =>
      setting.name === 'pvEoi' ? [] : [setting.name === 'gic' ? GIC : setting],
    ),
    ...POSTED_SETTINGS,
  ],
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    if (settings.value.choice('arch') === 'arm') return wireArmPosted(settings.value, facts, bugs);
    return wirePosted(settings.value, withCpuFlags(settings.value, facts), { looksBeforeSleep: true });
  },
};

/**
 * Wires the path on x86 from its parts. `looksBeforeSleep` can be left out to see what it is for. Source of the order of
 * everything: Linux arch/x86/kvm/vmx/posted_intr.c, arch/x86/kvm/svm/avic.c (6.12); nobody has traced it, since nothing
 * of it is traced but the GA log.
 */
export function wirePosted(
  settings: CompleteSettings,
  facts: Facts,
  { looksBeforeSleep }: { readonly looksBeforeSleep: boolean },
): Result<Wiring> {
  const { host } = facts;
  if (host.posting === 'off' || host.apicv === 'off') {
    return fail(
      'vfio-pci/posted needs a host with posting=on and apicv=on; without them messages take vfio-pci/msi-irqfd',
    );
  }
  const inhibitedBy = settings.choice('inhibitedBy');
  const preemptionUs = settings.number('preemptionUs');
  if (inhibitedBy === 'apicv-inhibited' && preemptionUs > 0) {
    return fail(
      'preemptionUs with inhibitedBy=apicv-inhibited: preempting a vCPU that KVM injects into is not modelled',
    );
  }
  if (inhibitedBy === 'remapped-by-guest') {
    return fail('inhibitedBy=remapped-by-guest needs arch=arm: it is about the ITS');
  }
  const machine = msiMachine(settings, facts);
  if (!machine.ok) return machine;
  const { m, device } = machine.value;
  const isPosted = inhibitedBy === 'nothing';
  const target =
    inhibitedBy === 'apicv-inhibited'
      ? injectedVcpu(machine.value, facts.guest.pvEoi === 'on', facts)
      : acceleratedVcpu(machine.value, facts, {
          preemptedWhile: preemptionUs > 0 ? device.running : null,
          posted: isPosted ? device.message : null,
          looksBeforeSleep,
        });
  const trigger = isPosted ? null : oneTrigger(connectIrqfd(m, target.destination, facts));
  const wiring = wireMsi(machine.value, settings, facts, target, trigger);
  const preemption = { preemptionPeriod: preemptionUs * 1000, preemptionSlice: (preemptionUs * 1000) / 4 };
  return ok({ ...wiring, costs: { ...wiring.costs, ...(preemptionUs > 0 ? preemption : {}) } });
}
