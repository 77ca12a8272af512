import { memory, read } from './sources.ts';
import type { Source } from './option-doc.ts';

/** A device that a machine has without an option for it; all that is written down is what its interrupts need. */
export interface DefaultDeviceDoc {
  /** The machine type, without a version. */
  readonly machine: string;
  readonly driver: string;
  /** The first version of the machine type that has it, and the first that no longer has; null: no such bound. */
  readonly since: string | null;
  readonly until: string | null;
  /** Why it is there, as a clause that can follow the name of the machine type and "has it". */
  readonly because: string;
  /** Options of the command line that leave it out, or put another one in its place, whatever their value. */
  readonly options: readonly string[];
  /** Drivers that do so where `-device` or `-global` names one. */
  readonly drivers: readonly string[];
  /** The property of `-machine` that leaves it out where it is off; null: none. */
  readonly property: string | null;
  readonly sources: readonly Source[];
}

/** Both were tried: their `info qtree` with and without the options. */
const TRIED = read('QEMU 7.2 and 10.0, info qtree');

const CARD = {
  since: null,
  until: null,
  because: 'where no option is about networks',
  options: ['nodefaults', 'nic', 'net', 'netdev'],
  drivers: [],
  property: null,
} as const;

const UART = {
  since: null,
  until: null,
  because: 'where no option is about serial ports',
  options: ['nodefaults', 'serial'],
  drivers: ['isa-serial'],
  property: null,
  sources: [
    read('QEMU system/vl.c qemu_create_default_devices'),
    read('QEMU system/vl.c default_driver_check'),
    TRIED,
  ],
} as const;

const PART_OF_MACHINE = {
  since: null,
  until: null,
  because: 'whatever devices are asked for',
  options: [],
  drivers: [],
  property: null,
} as const;

const NIC = read('QEMU system/vl.c qemu_create_default_devices');

/**
 * The devices that machines have without an option for them, and whose interrupts are resolved. Others (a PC's IDE, VGA,
 * parallel port, floppy, keyboard and clocks) are left out.
 */
export const DEFAULT_DEVICES: readonly DefaultDeviceDoc[] = [
  {
    ...PART_OF_MACHINE,
    machine: 'q35',
    driver: 'ich9-ahci',
    property: 'sata',
    sources: [read('QEMU hw/i386/pc_q35.c pc_q35_init'), TRIED],
  },
  {
    ...CARD,
    machine: 'q35',
    driver: 'e1000e',
    since: '2.12',
    sources: [NIC, read('QEMU hw/i386/pc_q35.c pc_q35_machine_options'), TRIED],
  },
  {
    ...CARD,
    machine: 'q35',
    driver: 'e1000',
    until: '2.12',
    sources: [NIC, TRIED, memory('that the first versions had it')],
  },
  { ...UART, machine: 'q35', driver: 'isa-serial' },
  {
    ...CARD,
    machine: 'pc',
    driver: 'e1000',
    sources: [NIC, read('QEMU hw/i386/pc_piix.c'), TRIED, memory('that the first versions had it')],
  },
  { ...UART, machine: 'pc', driver: 'isa-serial' },
  { ...UART, machine: 'microvm', driver: 'isa-serial', property: 'isa-serial' },
  {
    ...CARD,
    machine: 'virt',
    driver: 'virtio-net-pci',
    sources: [NIC, read('QEMU hw/arm/virt.c'), TRIED, memory('that versions before 2.6 had it')],
  },
  {
    ...PART_OF_MACHINE,
    machine: 'virt',
    driver: 'pl011',
    sources: [read('QEMU hw/arm/virt.c create_uart'), TRIED],
  },
];
