import type { DeviceDoc } from './device-doc.ts';
import { memory, read } from './sources.ts';

/** A device that QEMU emulates, whose interrupts and register writes are resolved. */
export interface EmulatedKind {
  readonly drivers: readonly string[];
  readonly title: string;
  /** Where it is plugged in; `board`: nowhere, the machine makes it. */
  readonly bus: 'pci' | 'isa' | 'board';
  /** What the guest uses where it uses messages; null: the device has a line only. */
  readonly messages: 'MSI-X' | 'MSI' | null;
  /** Whether a register write can be turned into an eventfd. */
  readonly hasIoeventfd: boolean;
  /** Where it raises its interrupt. */
  readonly at: string;
  readonly introduced: string;
}

const ON_PCI = { bus: 'pci', messages: null, hasIoeventfd: false } as const;

/** The emulated devices whose paths are resolved. */
export const EMULATED_KINDS: readonly EmulatedKind[] = [
  {
    ...ON_PCI,
    drivers: ['e1000', 'e1000-82544gc', 'e1000-82545em'],
    title: 'An Intel gigabit network card without MSI',
    at: 'QEMU hw/net/e1000.c set_interrupt_cause',
    introduced: '0.10',
  },
  {
    ...ON_PCI,
    drivers: ['rtl8139'],
    title: 'A Realtek network card without MSI',
    at: 'QEMU hw/net/rtl8139.c rtl8139_update_irq',
    introduced: '0.10',
  },
  {
    ...ON_PCI,
    drivers: ['e1000e'],
    title: 'An Intel 82574L gigabit network card',
    messages: 'MSI-X',
    at: 'QEMU hw/net/e1000e_core.c e1000e_msix_notify',
    introduced: '2.7',
  },
  {
    ...ON_PCI,
    drivers: ['igb'],
    title: 'An Intel 82576 gigabit network card',
    messages: 'MSI-X',
    at: 'QEMU hw/net/igb_core.c igb_msix_notify',
    introduced: '8.0',
  },
  {
    ...ON_PCI,
    drivers: ['ich9-ahci', 'ahci'],
    title: 'A SATA controller',
    messages: 'MSI',
    at: 'QEMU hw/ide/ahci.c ahci_irq_raise',
    introduced: '0.14',
  },
  {
    ...ON_PCI,
    drivers: ['nvme'],
    title: 'An NVMe controller',
    messages: 'MSI-X',
    hasIoeventfd: true,
    at: 'QEMU hw/nvme/ctrl.c nvme_irq_assert',
    introduced: '1.6',
  },
  {
    ...ON_PCI,
    drivers: ['qemu-xhci', 'nec-usb-xhci'],
    title: 'A USB 3 controller',
    messages: 'MSI-X',
    at: 'QEMU hw/usb/hcd-xhci-pci.c xhci_pci_intr_raise',
    introduced: '2.10',
  },
  {
    ...ON_PCI,
    drivers: ['pci-serial'],
    title: 'A 16550 UART on PCI',
    at: 'QEMU hw/char/serial.c serial_update_irq',
    introduced: '1.3',
  },
  {
    drivers: ['isa-serial'],
    title: 'A 16550 UART on the ISA bus',
    bus: 'isa',
    messages: null,
    hasIoeventfd: false,
    at: 'QEMU hw/char/serial.c serial_update_irq',
    introduced: '0.12',
  },
];

/** The UART that Arm's machine `virt` makes for `-serial`. */
export const BOARD_UART: EmulatedKind = {
  drivers: ['pl011'],
  title: 'A PL011 UART on the board',
  bus: 'board',
  messages: null,
  hasIoeventfd: false,
  at: 'QEMU hw/char/pl011.c pl011_update',
  introduced: '0.9',
};

/** What is documented about their drivers. */
export const EMULATED_DEVICES: readonly DeviceDoc[] = EMULATED_KINDS.flatMap((kind) =>
  kind.drivers.map((driver) => ({
    driver,
    title: kind.title,
    ...(kind.bus === 'isa' ? { architecture: 'x86' as const } : {}),
    introduced: kind.introduced,
    deprecated: null,
    removed: null,
    last: null,
    sources: [read(kind.at), memory('the release of its introduction')],
  })),
);
