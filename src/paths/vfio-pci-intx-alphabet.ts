import type { Alphabet, Binding, Claim } from './alphabet.ts';
import { QEMU_CONTEXTS } from './qemu-contexts.ts';
import { numberAfter, SPLIT_CLAIMS, VFIO_PCI_INTX_CLAIMS } from './vfio-pci-intx-claims.ts';
import { VECTOR } from './line-vcpu.ts';
import { BAR, GSI, HOST_IRQ } from './vfio-pci-machine.ts';

/** The model's own numbers: those of q35 and a Linux guest, as in traces X4 and X5. */
const MODEL: Binding = {
  hostIrqs: [HOST_IRQ],
  intids: [GSI],
  pages: [BAR],
  vectors: [VECTOR],
  registers: [],
};

/** What is known of INTx of an e1000 behind vfio-pci on x86, whoever injects. */
export const VFIO_PCI_INTX_ALPHABET: Alphabet = alphabetOf(VFIO_PCI_INTX_CLAIMS);

/** The same where QEMU writes the resample eventfd. */
export const VFIO_PCI_INTX_SPLIT_ALPHABET: Alphabet = alphabetOf(SPLIT_CLAIMS);

function alphabetOf(claims: Readonly<Record<string, Claim>>): Alphabet {
  return {
    claims,
    witnesses: {
      // The capture's own probe on kvm_vm_ioctl_irq_line prints which line it is.
      irq_line: (args, { intids }) => {
        const gsi = numberAfter(args, 'irq=0x', 16);
        return intids.includes(gsi) || gsi === 10;
      },
    },
    transparent: ['efd_signal'],
    ...QEMU_CONTEXTS,
    model: MODEL,
    findBinding,
  };
}

/** The host's number of the line, the pin and vector that are level-triggered; the model's where the trace does not say. */
function findBinding(events: Iterable<{ readonly name: string; readonly args: string }>): Binding {
  let hostIrq: number | null = null;
  let line: { readonly gsi: number; readonly vector: number } | null = null;
  for (const { name, args } of events) {
    if (name === 'irq:irq_handler_entry' && args.includes('name=vfio-intx')) {
      hostIrq ??= numberAfter(args, 'irq=');
    }
    if (name === 'kvm:kvm_ioapic_set_irq' && args.endsWith('(Fixed|physical|level)')) {
      line ??= { gsi: numberAfter(args, 'pin '), vector: numberAfter(args, 'vec ') };
    }
    if (name === 'kvm:kvm_msi_set_irq' && args.endsWith('(Fixed|physical|level)')) {
      line ??= { gsi: GSI, vector: numberAfter(args, 'vec ') };
    }
    if (hostIrq !== null && line !== null) break;
  }
  return {
    ...MODEL,
    ...(hostIrq === null ? {} : { hostIrqs: [hostIrq] }),
    ...(line === null ? {} : { intids: [line.gsi], vectors: [line.vector] }),
  };
}
