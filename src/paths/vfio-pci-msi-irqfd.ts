import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { signalledBy } from '../machine/kernel/eventfd.ts';
import { irqfd } from '../machine/kernel/irqfd.ts';
import { setMsiInAtomic } from '../machine/kernel/kvm-msi.ts';
import { VFIO_PCI } from '../machine/parties.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { msiMachine } from './vfio-pci-msi-machine.ts';
import { MSI_SETTINGS } from './vfio-pci-msi-settings.ts';
import { wireMsi } from './wire-vfio-pci-msi.ts';
import type { Wiring } from './wiring.ts';

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
    removed: null,
    selectedBy: [
      'default for a device with MSI or MSI-X, with the local APIC in KVM and no interrupt posting',
    ],
    evidence: 'trace',
    bugs: [],
  },
  settings: MSI_SETTINGS,
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    return settings.ok ? wireMsiIrqfd(settings.value, facts) : settings;
  },
};

/** Wires the path from its parts. Source of the order of everything: traces X4e and X4f. */
export function wireMsiIrqfd(settings: CompleteSettings, facts: Facts): Result<Wiring> {
  const machine = msiMachine(settings, facts);
  if (!machine.ok) return machine;
  const { m, trigger, lapic } = machine.value;
  const wakeup = irqfd(m, {
    suffix: '',
    eventfd: trigger,
    raise: setMsiInAtomic(lapic),
    gsi: GSI,
    atomic: true,
    cpu: facts.host.irqCpu,
  });
  return ok(wireMsi(machine.value, settings, facts, signalledBy(VFIO_PCI, trigger, wakeup)));
}
