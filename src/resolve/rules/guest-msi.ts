import { lastNamed } from '../decision.ts';
import type { DeviceInMachine, Finding, Rule } from '../family.ts';
import type { Machine } from '../machine.ts';
import { fromDecision } from './from-decision.ts';
import { not } from './not.ts';

const LINUX =
  'Linux drivers/pci/msi/api.c pci_alloc_irq_vectors_affinity; QEMU hw/vfio/pci.c vfio_pci_write_config';
const PCI_SETUP = 'Linux drivers/pci/pci.c pci_setup';
const INTX = 'the guest uses INTx (pci=nomsi, no MSI capability)';

/** Whether the guest uses MSI-X or MSI. */
export const guestMsi: Rule = { name: 'guest-interrupts', check: usesMsi };

/** Whether the guest uses the device's line. */
export const guestIntx: Rule = not(guestMsi);

function usesMsi({ machine }: DeviceInMachine): Finding {
  const { guest } = machine.facts;
  const base = { option: null, value: null, isDefault: true, source: LINUX, range: null };
  if (guest.msi === 'off') {
    return { ...base, outcome: 'fails', because: 'the guest uses INTx (fact msi=off)' };
  }
  const append = machine.guestWithoutMsi;
  if (append !== null) {
    const because = "pci=nomsi on the guest kernel's command line: it uses INTx";
    const written = { option: 'append', value: 'pci=nomsi', isDefault: false, range: append.range };
    return { ...base, ...written, outcome: 'fails', because, source: PCI_SETUP };
  }
  const controller = msiController(machine);
  if (controller !== null && controller.outcome !== 'holds') return controller;
  return {
    ...base,
    outcome: 'holds',
    because: `the guest's Linux ${guest.kernel} uses MSI-X or MSI where the device has it (assumed: no launch file says what a device has)`,
    assumes: { name: 'msi', otherwise: INTX },
  };
}

/** On Arm a PCI device offers MSI only if there is an MSI controller; null where there always is one. */
function msiController({ architecture, gicVersion, vm }: Machine): Finding | null {
  const its = lastNamed(vm.machine, ['its']);
  if (architecture.value !== 'arm' || its === undefined || its.value === null) return null;
  const isOff = ['off', 'no', 'false', 'n'].includes(its.value.text);
  if (its.value.known && !isOff) return null;
  const source = 'QEMU hw/arm/virt.c create_gic';
  const base = { option: 'its', value: its.value.text, isDefault: false, source, range: its.range };
  if (gicVersion.value === 2) {
    return { ...fromDecision(gicVersion, 'holds', 'a guest with a GICv2 has a GICv2m'), source };
  }
  const without = 'the guest has a GICv3 without an ITS, so no PCI device offers MSI';
  if (its.value.known && gicVersion.value !== undefined)
    return { ...base, outcome: 'fails', because: without };
  return {
    ...base,
    outcome: 'unknown',
    because: `its is ${its.value.text}: whether the guest has an MSI controller is not known`,
    cases: { holds: 'the guest has an MSI controller', fails: without },
  };
}
