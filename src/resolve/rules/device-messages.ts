import type { Rule } from '../family.ts';
import { guestMsi } from './guest-msi.ts';

/** Whether the guest uses the messages of a device that is known to have them. */
export function usesMessages(capability: 'MSI-X' | 'MSI'): Rule {
  return {
    name: guestMsi.name,
    check(subject) {
      const finding = guestMsi.check(subject);
      if (finding.assumes === undefined) return finding;
      return {
        ...finding,
        because: `the guest's Linux ${subject.machine.facts.guest.kernel} uses the device's ${capability}`,
        source: 'Linux drivers/pci/msi/api.c pci_alloc_irq_vectors_affinity',
        assumes: { ...finding.assumes, otherwise: 'the guest uses INTx (pci=nomsi)' },
      };
    },
  };
}
