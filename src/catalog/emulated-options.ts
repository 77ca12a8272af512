import type { OptionDoc } from './option-doc.ts';
import { memory, read } from './sources.ts';
import { deviceOption, onOff } from './virtio-option.ts';

const XHCI = ['qemu-xhci', 'nec-usb-xhci'];

/** The properties of emulated devices that decide how their interrupts and register writes travel. */
export const EMULATED_OPTIONS: readonly OptionDoc[] = [
  {
    ...deviceOption('ioeventfd', ['nvme'], '7.1'),
    ...onOff('7.1', 'off'),
    title: 'Let KVM turn a write to a doorbell of an I/O queue into an eventfd',
    effect:
      'on: only once the guest has set up shadow doorbells (Doorbell Buffer Config), as Linux does; then a submission ' +
      'is a light exit, and the main loop reads the eventfd. off: the vCPU thread leaves to QEMU. The admin queue ' +
      'always does.',
    sources: [
      read('QEMU hw/nvme/ctrl.c nvme_init_sq_ioeventfd, nvme_props'),
      read('QEMU commit e2e137f642, in the last pull request for 7.1: no release had it on by default'),
    ],
  },
  {
    ...deviceOption('msix', XHCI, '2.6'),
    title: 'Offer MSI-X',
    type: { kind: 'choice', values: ['on', 'off', 'auto'] },
    defaults: [{ since: '2.6', value: 'auto', condition: 'on' }],
    effect: 'off: the guest uses MSI where the controller offers that, else the line.',
    sources: [
      read('QEMU hw/usb/hcd-xhci-pci.c usb_xhci_pci_realize'),
      memory('the release of its introduction'),
    ],
  },
  {
    ...deviceOption('msi', XHCI, '2.6'),
    title: 'Offer MSI',
    type: { kind: 'choice', values: ['on', 'off', 'auto'] },
    defaults: [{ since: '2.6', value: 'auto', condition: 'on' }],
    effect: 'Linux prefers MSI-X where there are both.',
    sources: [
      read('QEMU hw/usb/hcd-xhci-pci.c usb_xhci_pci_realize'),
      memory('the release of its introduction'),
    ],
  },
];
