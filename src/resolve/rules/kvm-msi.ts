import type { DeviceInMachine, Finding, Rule } from '../family.ts';
import { booleanOf, optionValue } from '../option-value.ts';
import { optionIs } from './option-is.ts';

const SOURCE = 'QEMU hw/vfio/pci.c vfio_add_kvm_msi_virq';

/**
 * Whether QEMU may give the vectors to KVM. `x-no-kvm-msix` decides for MSI-X and `x-no-kvm-msi` for MSI; that the
 * device has MSI-X is assumed, which matters where the two differ.
 */
export function kvmMsi(parents: readonly string[]): Rule {
  const msix = optionIs('x-no-kvm-msix', 'off', parents, SOURCE);
  const isOn = (subject: DeviceInMachine, name: string): boolean | undefined =>
    booleanOf(optionValue(subject, { parents }, name));
  return {
    name: 'kvm-msix',
    check(subject): Finding {
      const finding = msix.check(subject);
      if (isOn(subject, 'x-no-kvm-msix') === isOn(subject, 'x-no-kvm-msi')) return finding;
      return { ...finding, assumes: { name: 'msi-x', otherwise: 'the device has MSI but no MSI-X' } };
    },
  };
}
