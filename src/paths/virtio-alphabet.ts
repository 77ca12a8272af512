import type { Alphabet, Binding } from './alphabet.ts';
import { VECTOR, PIN } from './virtio-interrupt.ts';
import { numberAfter } from './vfio-pci-intx-claims.ts';
import { VIRTIO_CLAIMS } from './virtio-claims.ts';
import { X86_REGISTERS } from './virtio-registers.ts';

/** The model's own numbers: those of q35 and a Linux guest, as in traces X1. */
const MODEL: Binding = {
  hostIrqs: [],
  intids: [PIN],
  pages: [X86_REGISTERS.modern.notify.address, X86_REGISTERS.modern.isr.address],
  vectors: [VECTOR],
  registers: [],
};

/**
 * What is known of a virtio device of QEMU on x86, from the guest's notification to the end of its interrupt. Both legs
 * claim all of it, since they share the threads: a notification that is handled by the wrong one is no run of either.
 */
export const VIRTIO_ALPHABET: Alphabet = {
  claims: VIRTIO_CLAIMS,
  witnesses: {
    // The capture's own probe on kvm_vm_ioctl_irq_line prints which line it is.
    irq_line: (args, { intids }) => {
      const gsi = numberAfter(args, 'irq=0x', 16);
      return intids.includes(gsi) || gsi === 10;
    },
  },
  transparent: ['efd_signal'],
  threadContext: (comm) => {
    if (comm.startsWith('CPU ')) return 'vCPU thread';
    if (comm.startsWith('qemu-')) return 'main loop';
    if (comm.startsWith('IO ')) return 'IOThread';
    return comm === 'worker' ? 'worker' : null;
  },
  processContext: ({ name }) => {
    if (name.startsWith('vCPU')) return 'vCPU thread';
    return name.startsWith('IO ') ? 'IOThread' : name;
  },
  beginsCycle: (event) => event === 'kvm:kvm_mmio write notify',
  model: MODEL,
  findBinding,
};

/** The first notification and ISR registers that are used, and the first vector that a message or a level-triggered pin has. */
function findBinding(events: Iterable<{ readonly name: string; readonly args: string }>): Binding {
  let [notify = 0, isr = 0] = MODEL.pages;
  let intids = MODEL.intids;
  let vector: number | null = null;
  let hasNotify = false;
  let hasIsr = false;
  for (const { name, args } of events) {
    if (name === 'kvm:kvm_mmio') {
      const gpa = numberAfter(args, 'gpa 0x', 16);
      if (!hasNotify && args.startsWith('mmio write len 2 ')) {
        notify = gpa;
        hasNotify = true;
      }
      if (!hasIsr && args.startsWith('mmio unsatisfied-read len 1 ')) {
        isr = gpa;
        hasIsr = true;
      }
    }
    if (name === 'kvm:kvm_msi_set_irq') vector ??= numberAfter(args, 'vec ');
    if (name === 'kvm:kvm_ioapic_set_irq' && args.endsWith('(Fixed|physical|level)') && vector === null) {
      intids = [numberAfter(args, 'pin ')];
      vector = numberAfter(args, 'vec ');
    }
  }
  return { ...MODEL, intids, pages: [notify, isr], ...(vector === null ? {} : { vectors: [vector] }) };
}
