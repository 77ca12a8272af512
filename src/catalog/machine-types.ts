import { memory, read } from './sources.ts';
import type { Source } from './option-doc.ts';

/** A type of machine: what stands behind `-machine`. */
export interface MachineTypeDoc {
  /** Its name without a version, e.g. `q35`. */
  readonly name: string;
  /** What stands before the release in the names of its versions (`pc-q35-7.2`); null: it has no versions. */
  readonly versions: string | null;
  readonly architecture: 'x86' | 'arm';
  readonly title: string;
  readonly introduced: string;
  readonly sources: readonly Source[];
}

/** The machine types whose interrupts are modelled. */
export const MACHINE_TYPES: readonly MachineTypeDoc[] = [
  {
    name: 'q35',
    versions: 'pc-q35-',
    architecture: 'x86',
    title: 'A PC with PCI Express (Q35 and ICH9)',
    introduced: '1.4',
    sources: [read('QEMU hw/i386/pc_q35.c'), memory('the release of its introduction')],
  },
  {
    name: 'pc',
    versions: 'pc-i440fx-',
    architecture: 'x86',
    title: 'A PC of 1996 (i440FX and PIIX)',
    introduced: '0.10',
    sources: [read('QEMU hw/i386/pc_piix.c'), memory('the release of its introduction')],
  },
  {
    name: 'microvm',
    versions: null,
    architecture: 'x86',
    title: 'A small machine with virtio-mmio instead of PCI',
    introduced: '4.2',
    sources: [read('QEMU hw/i386/microvm.c'), memory('the release of its introduction')],
  },
  {
    name: 'virt',
    versions: 'virt-',
    architecture: 'arm',
    title: 'A machine of no real board, for virtio and PCI Express',
    introduced: '2.0',
    sources: [read('QEMU hw/arm/virt.c'), memory('the release of its introduction')],
  },
];
