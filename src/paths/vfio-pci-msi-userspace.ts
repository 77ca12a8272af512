import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { signalMsi } from '../machine/kernel/kvm-msi.ts';
import { VFIO_PCI } from '../machine/parties.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { vfioMsiInterrupt } from '../machine/qemu/vfio-msi.ts';
import { withCpuFlags } from './cpu-flags.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { VFIO_PCI_ARM_MSI_ALPHABET } from './vfio-pci-arm-alphabet.ts';
import { QUEUED_MESSAGE_UNSEEN } from './vfio-pci-arm-msi-bugs.ts';
import { wireArmMsiUserspace } from './vfio-pci-arm-msi-userspace.ts';
import { VFIO_PCI_MSI_ALPHABET } from './vfio-pci-msi-alphabet.ts';
import { msiMachine } from './vfio-pci-msi-machine.ts';
import type { MsiMachine } from './vfio-pci-msi-machine.ts';
import { qemuApicVcpu } from './vfio-pci-msi-qemu-apic.ts';
import type { QemuApicVcpu } from './vfio-pci-msi-qemu-apic.ts';
import { MSI_SETTINGS } from './vfio-pci-msi-settings.ts';
import { msiVcpu } from './vfio-pci-msi-vcpu.ts';
import { irqchipSetting } from './vfio-pci-settings.ts';
import { ANY_CPU } from './wire-platform.ts';
import { BDF, oneTrigger, wireMsi } from './wire-vfio-pci-msi.ts';
import type { Wiring } from './wiring.ts';
import { SURROUNDINGS_SETTING } from './workload-settings.ts';

const IRQCHIP = irqchipSetting(['on', 'split', 'off']);

/** `vfio-pci/msi-userspace`: QEMU's main loop reads the eventfd and hands the message to KVM. */
export const VFIO_PCI_MSI_USERSPACE: PathModule = {
  info: {
    id: 'vfio-pci/msi-userspace',
    title: 'VFIO PCI MSI and MSI-X, through QEMU',
    leg: 'interrupt',
    documents: ['003'],
    status: 'current',
    introduced: 'QEMU 1.3',
    introducedUnverified: true,
    removed: null,
    selectedBy: [
      'x-no-kvm-msix=on, x-no-kvm-msi=on',
      'a vector that the guest has masked',
      'no KVM irqfd for messages, or no route left',
      'kernel-irqchip=off: the local APIC is QEMU’s own',
    ],
    evidence: 'trace',
    bugs: [QUEUED_MESSAGE_UNSEEN],
  },
  settings: [
    ...MSI_SETTINGS.map((setting) => (setting.name === 'irqchip' ? IRQCHIP : setting)),
    SURROUNDINGS_SETTING,
  ],
  alphabet: VFIO_PCI_MSI_ALPHABET,
  alphabetOnArm: VFIO_PCI_ARM_MSI_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const wire = settings.value.choice('arch') === 'arm' ? wireArmMsiUserspace : wireMsiUserspace;
    return wire(settings.value, withCpuFlags(settings.value, facts), bugs);
  },
};

/** Where the message goes: the local APIC in KVM, or QEMU's own. */
function targetOf(machine: MsiMachine, settings: CompleteSettings, facts: Facts): QemuApicVcpu {
  if (settings.choice('irqchip') === 'off') return qemuApicVcpu(machine);
  const { destination, ...vcpu } = msiVcpu(machine, facts);
  return { ...vcpu, send: signalMsi(destination) };
}

/** Wires the path on x86 from its parts. Source of the order of everything: trace X4g. */
export function wireMsiUserspace(settings: CompleteSettings, facts: Facts): Result<Wiring> {
  const machine = msiMachine(settings, facts);
  if (!machine.ok) return machine;
  const { m, lock, otherCpu, capability, isReal } = machine.value;
  const trigger = eventfd(m, 'trigger');
  const target = targetOf(machine.value, settings, facts);
  const { send } = target;
  const interrupt = vfioMsiInterrupt({ trigger, bdf: BDF, capability, send });
  m.process(
    'main loop',
    { kind: 'thread', cpu: isReal ? ANY_CPU : otherCpu },
    mainLoop(m, lock, [{ suffix: '', eventfd: trigger, handler: interrupt }], null),
  );
  return ok(wireMsi(machine.value, settings, facts, target, oneTrigger(signalledBy(VFIO_PCI, trigger))));
}
