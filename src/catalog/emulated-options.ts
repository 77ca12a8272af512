import type { OptionDoc } from './option-doc.ts';
import { memory, read } from './sources.ts';
import { deviceOption, onOff } from './virtio-option.ts';

/** The release with which each of them got switches for its messages. */
const XHCI = [
  ['nec-usb-xhci', '2.6'],
  ['qemu-xhci', '10.0'],
] as const;

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
  ...XHCI.flatMap(([driver, since]) => [
    {
      ...messages('msix', driver, since),
      title: 'Offer MSI-X',
      effect: 'off: the guest uses MSI where the controller offers that, else the line.',
    },
    {
      ...messages('msi', driver, since),
      title: 'Offer MSI',
      effect: 'Linux prefers MSI-X where there are both.',
    },
  ]),
];

function messages(name: string, driver: string, since: string): Omit<OptionDoc, 'title' | 'effect'> {
  return {
    ...deviceOption(name, [driver], since),
    type: { kind: 'choice', values: ['on', 'off', 'auto'] },
    defaults: [{ since, value: 'auto', condition: 'on' }],
    sources: [
      read('QEMU hw/usb/hcd-xhci-pci.c usb_xhci_pci_realize'),
      memory('the release of its introduction; QEMU 7.2 has it for nec-usb-xhci only, 10.0 for both'),
    ],
  };
}
