import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { ModelBuilder } from '../engine/model.ts';
import type { Facts } from '../facts/facts.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import type { SignalledEventfd } from '../machine/kernel/eventfd.ts';
import { irqfd } from '../machine/kernel/irqfd.ts';
import { setMsiInAtomic } from '../machine/kernel/kvm-msi.ts';
import type { MsiDestination } from '../machine/kernel/kvm-msi.ts';
import { VFIO_PCI } from '../machine/parties.ts';
import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { VFIO_PCI_ARM_MSI_ALPHABET } from './vfio-pci-arm-alphabet.ts';
import { QUEUED_MESSAGE_UNSEEN } from './vfio-pci-arm-msi-bugs.ts';
import { wireArmMsiIrqfd } from './vfio-pci-arm-msi-irqfd.ts';
import { VFIO_PCI_MSI_ALPHABET } from './vfio-pci-msi-alphabet.ts';
import { msiMachine } from './vfio-pci-msi-machine.ts';
import { ITS_CACHE_SETTING, MSI_SETTINGS } from './vfio-pci-msi-settings.ts';
import { msiVcpu } from './vfio-pci-msi-vcpu.ts';
import { changingVector, DISABLE_TO_GROW, VECTOR_CHANGE_SETTINGS } from './vfio-pci-msi-vectors.ts';
import { oneTrigger, wireMsi } from './wire-vfio-pci-msi.ts';
import type { Wiring } from './wiring.ts';
import { SURROUNDINGS_SETTING } from './workload-settings.ts';

/** The route of the first vector in KVM; any number above the pins would do. */
const GSI = 24;

/** `vfio-pci/msi-irqfd`: KVM injects in the host's hard interrupt; QEMU has no part in it, and nothing is masked. */
export const VFIO_PCI_MSI_IRQFD: PathModule = {
  info: {
    id: 'vfio-pci/msi-irqfd',
    title: 'VFIO PCI MSI and MSI-X, irqfd',
    leg: 'interrupt',
    documents: ['003'],
    status: 'current',
    introduced: 'QEMU 1.3',
    introducedUnverified: true,
    removed: null,
    selectedBy: [
      'default for a device with MSI or MSI-X and no interrupt posting, with the local APIC in KVM; on Arm with the GIC in KVM',
    ],
    evidence: 'trace',
    bugs: [DISABLE_TO_GROW, QUEUED_MESSAGE_UNSEEN],
  },
  settings: [...MSI_SETTINGS, ITS_CACHE_SETTING, SURROUNDINGS_SETTING, ...VECTOR_CHANGE_SETTINGS],
  alphabet: VFIO_PCI_MSI_ALPHABET,
  alphabetOnArm: VFIO_PCI_ARM_MSI_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const wire = settings.value.choice('arch') === 'arm' ? wireArmMsiIrqfd : wireMsiIrqfd;
    return wire(settings.value, withCpuFlags(settings.value, facts), bugs);
  },
};

/** Wires the path on x86 from its parts. Source of the order of everything: traces X4e and X4f; with APICv from source. */
export function wireMsiIrqfd(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
): Result<Wiring> {
  const changes = settings.choice('vectorChange') !== 'none';
  if (changes && (settings.choice('guest') === 'idle' || settings.choice('capability') === 'msi')) {
    return fail('vectorChange needs capability=msix (MSI is never given to QEMU) and guest=busy');
  }
  if (changes && facts.host.apicv === 'on') {
    return fail('vectorChange with apicv=on is not modelled yet');
  }
  const machine = msiMachine(settings, facts);
  if (!machine.ok) return machine;
  const target = msiVcpu(machine.value, facts);
  const trigger = connectIrqfd(machine.value.m, target.destination, facts);
  const { entry } = machine.value.device;
  const path =
    entry === null
      ? oneTrigger(trigger)
      : changingVector({ ...machine.value, entry }, target, trigger, settings, bugs);
  return ok(wireMsi(machine.value, settings, facts, target, path));
}

/** Adds a vector's eventfd with KVM's irqfd on it. */
export function connectIrqfd(
  m: ModelBuilder,
  destination: MsiDestination,
  { host }: Facts,
): SignalledEventfd {
  const trigger = eventfd(m, 'trigger');
  const raise = setMsiInAtomic(destination);
  const wakeup = irqfd(m, { suffix: '', eventfd: trigger, raise, gsi: GSI, atomic: true, cpu: host.irqCpu });
  return signalledBy(VFIO_PCI, trigger, wakeup);
}
