import type { Alphabet, Binding } from './alphabet.ts';
import { ARM_SHARED } from './vfio-pci-arm-alphabet.ts';
import { numberAfter } from './vfio-pci-intx-claims.ts';
import { VIRTIO_ALPHABET } from './virtio-alphabet.ts';
import { VIRTIO_ARM_CLAIMS } from './virtio-arm-claims.ts';
import { ARM_REGISTERS } from './virtio-registers.ts';

/** Where QEMU's virt machine has its transports of virtio-mmio, how far apart, and the SPI of the first. */
const MMIO_BASE = 0xa00_0000;
const MMIO_STRIDE = 0x200;
const MMIO_TRANSPORTS = 32;
const MMIO_FIRST_INTID = 48;
/** Where its windows for PCI begin. */
const PCI_BASE = 0x1000_0000;

const { modern, mmio } = ARM_REGISTERS;

/** Of a device on virtio-mmio and one on PCI, with the SPIs that a line of either and a GICv2m's message are. */
const MODEL: Binding = {
  hostIrqs: [],
  intids: [79, 36, 80],
  pages: [
    modern.notify.address,
    modern.isr.address,
    mmio.notify.address,
    mmio.isr.address,
    mmio.acknowledge.address,
  ],
  registers: [],
};

/**
 * What is known of a virtio device of QEMU on Arm, on virtio-mmio or PCI, from the guest's notification to the end of its
 * interrupt; both legs claim all of it, as on x86.
 */
export const VIRTIO_ARM_ALPHABET: Alphabet = {
  ...VIRTIO_ALPHABET,
  claims: VIRTIO_ARM_CLAIMS,
  witnesses: {},
  transparent: ARM_SHARED.transparent,
  model: MODEL,
  findBinding,
};

/** Which of QEMU's transports of virtio-mmio an address belongs to; null if it is none of them. */
function transportAt(gpa: number): number | null {
  const transport = Math.floor((gpa - MMIO_BASE) / MMIO_STRIDE);
  return transport >= 0 && transport < MMIO_TRANSPORTS ? transport : null;
}

/** Whether an access, as `kvm_mmio` prints it, notifies a device on virtio-mmio. */
export function isVirtioMmioNotify(args: string): boolean {
  if (!args.startsWith('mmio write len 4 ')) return false;
  const gpa = numberAfter(args, 'gpa 0x', 16);
  return transportAt(gpa) !== null && gpa % MMIO_STRIDE === mmio.notify.address % MMIO_STRIDE;
}

/** The transport, or the device on PCI, that is notified first. */
function findBinding(events: Iterable<{ readonly name: string; readonly args: string }>): Binding {
  for (const { name, args } of events) {
    if (name !== 'kvm:kvm_mmio' || !args.startsWith('mmio write ')) continue;
    const gpa = numberAfter(args, 'gpa 0x', 16);
    const transport = transportAt(gpa);
    if (transport !== null) {
      const base = MMIO_BASE + transport * MMIO_STRIDE;
      if (gpa - base !== mmio.notify.address % MMIO_STRIDE) continue;
      return {
        ...MODEL,
        intids: [MMIO_FIRST_INTID + transport, ...MODEL.intids.slice(1)],
        pages: [NaN, NaN, ...MODEL.pages.slice(2).map((address) => base + (address % MMIO_STRIDE))],
      };
    }
    if (gpa < PCI_BASE) continue;
    const isr = gpa - modern.notify.address + modern.isr.address;
    return { ...MODEL, pages: [gpa, isr, NaN, NaN, NaN] };
  }
  return MODEL;
}
