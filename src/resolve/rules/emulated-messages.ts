import type { EmulatedKind } from '../../catalog/emulated-devices.ts';
import type { DeviceInMachine, Finding, Rule } from '../family.ts';
import { optionValue } from '../option-value.ts';
import { usesMessages } from './device-messages.ts';

/** Whether an emulated device interrupts by messages: it has the capability, and the guest uses it. */
export function emulatedMessages({ messages, at, drivers }: EmulatedKind): Rule {
  if (messages === null) {
    const because = `${drivers[0] ?? ''} has neither MSI nor MSI-X in QEMU`;
    const finding = { option: null, value: null, isDefault: true, source: at, range: null, because };
    return { name: 'guest-interrupts', check: () => ({ ...finding, outcome: 'fails' }) };
  }
  const rule = usesMessages(messages);
  return { name: rule.name, check: (subject) => withoutCapability(subject) ?? rule.check(subject) };
}

/** A device that is told to offer neither; only the USB controllers can be. */
function withoutCapability(subject: DeviceInMachine): Finding | null {
  const [msix, msi] = ['msix', 'msi'].map((name) => optionValue(subject, { parents: [] }, name));
  if (msix?.property == null || msi?.property == null || msix.text !== 'off' || msi.text !== 'off')
    return null;
  return {
    outcome: 'fails',
    because: 'msix and msi are off, so the device has its line only',
    option: 'msix',
    value: 'off',
    isDefault: false,
    source: 'QEMU hw/usb/hcd-xhci-pci.c usb_xhci_pci_realize',
    range: msix.property.range,
  };
}
