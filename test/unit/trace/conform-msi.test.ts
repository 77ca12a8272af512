import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../../src/trace/conformance.ts';
import { conformanceRows } from '../../support/conformance-text.ts';
import { followed, PCI_RUNS, pciAlphabet, pciRun, pciText } from '../../support/real-runs-pci.ts';
import { readEvents } from '../../support/real-runs.ts';

const HEAD = `# Conformance: messages, and PCI devices on Arm

As in [conformance.md](conformance.md), with traces of assigned PCI devices: MSI-X of an e1000e and MSI of an AHCI controller
on an x86 host (X4e, X4f, X4g: SVM without AVIC), two of the MSI-X vectors of an e1000e and INTx of an e1000 on an Arm host
(A2, A3). Linux 6.12.95 and QEMU 7.2.22. Where a device uses two vectors, each is followed by itself, and the other is one of
the interrupts that have nothing to do with it. Lines of other devices are left out. Of the storm in A3, 24 rounds are cut
out whole, from the \`kvm_vgic_sync_hwstate\` of one exit to the entry behind it (with them the trace is included as well; it
takes a minute). Written and checked by \`npx vitest run --project unit trace/conform-msi\`; \`conform-msi-refused\` swaps and
drops lines, and holds traces against other paths: all of those are refused.

`;

const found = new Map<string, Conformance>();

describe('a real machine does what the model can do with messages, and with a PCI device on Arm', () => {
  it.each(PCI_RUNS)('$path: $file', { timeout: 300_000 }, (run) => {
    const conformance = followed(run);
    expect(conformance.refusal).toBeNull();
    expect(conformance.verdict).toBe('included');
    expect(conformance.cycles).toBe(run.cycles);
    expect(conformance.claimed).toBeGreaterThan(400);
    found.set(run.file, conformance);
  });

  it('docs/conformance-msi.md says what was found', async () => {
    const text = `${HEAD}${conformanceRows(PCI_RUNS, found)}`;
    await expect(text).toMatchFileSnapshot('../../../docs/conformance-msi.md');
  });
});

describe('two messages that become one interrupt (oracle: 26 host interrupts, 20 injections)', () => {
  it.each([
    ['X4e-e1000e-msix-irqfd (vector 0)', 'irq=30', 'kvm_inj_virq: IRQ 0x25'],
    ['X4g-e1000e-msix-nokvm (vector 0)', 'irq=30', 'kvm_inj_virq: IRQ 0x25'],
  ])('%s: are in the trace, which is a run of the model', (file, hostIrq, injection) => {
    const lines = pciText(pciRun(file)).split('\n');
    const interrupts = lines.filter((line) => line.includes(`irq_handler_entry: ${hostIrq}`)).length;
    const injections = lines.filter((line) => line.includes(injection)).length;
    expect(injections).toBeGreaterThan(3);
    expect(injections).toBeLessThan(interrupts);
    expect(found.get(file)?.verdict).toBe('included');
  });
});

describe('the numbers of a device in a trace', () => {
  it.each([
    ['X4e-e1000e-msix-irqfd (vector 0)', { hostIrqs: [30], vectors: [37] }],
    ['X4g-e1000e-msix-nokvm (vector 0)', { hostIrqs: [30], vectors: [37] }],
    ['A2-gicv3-e1000e-msix-irqfd-1 (vector 0)', { hostIrqs: [31] }],
    ['A2-gicv2-e1000-intx-irqfd-1', { hostIrqs: [28] }],
  ])('%s: are those of its first interrupt', (file, binding) => {
    const run = pciRun(file);
    expect(pciAlphabet(run).findBinding(readEvents(pciText(run)))).toMatchObject(binding);
  });
});
