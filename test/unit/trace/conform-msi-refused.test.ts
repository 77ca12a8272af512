import { describe, expect, it } from 'vitest';
import { followed, GICV2, GICV3, PCI_RUNS, pciRun, pciText, SLOW } from '../../support/real-runs-pci.ts';
import type { PciRun } from '../../support/real-runs-pci.ts';
import { INTX_IRQFD, INTX_USERSPACE, MSI_IRQFD, MSI_USERSPACE } from '../../support/runs.ts';

/** The lines of a trace, or of its first interrupt where following the second takes a while. */
function linesOf(run: PciRun): string[] {
  const lines = pciText(run).split('\n');
  return run.trace === SLOW ? lines.slice(0, 200) : lines;
}

const HANDLER = 'irq_handler_entry: irq=';

/** Two lines of one trace that have a cause and an effect: neither may come first. */
const PAIRS: readonly { what: string; traces: RegExp; cause: RegExp; effect: RegExp }[] = [
  {
    what: 'the handler is entered before it signals',
    traces: /msi/,
    cause: /irq_handler_entry: .*vfio-msi/,
    effect: /vfio_msihandler <-/,
  },
  {
    what: 'the irqfd is woken before the message is looked at',
    traces: /msix?-irqfd/,
    cause: /irqfd_wakeup <-/,
    effect: /kvm_arch_set_irq_inatomic <-/,
  },
  {
    what: 'the handler signals before KVM makes the LPI pending',
    traces: /^A2.*msix/,
    cause: /irqfd_wakeup <-/,
    effect: /vgic_its_inject_cached_translation <-/,
  },
  {
    what: 'the LPI is pending before the vCPU is kicked',
    traces: /^A2.*msix/,
    cause: /vgic_queue_irq_unlock <-vgic_its/,
    effect: /kvm_vcpu_kick <-/,
  },
  {
    what: 'the message is sent before it is accepted',
    traces: /^X4/,
    cause: /kvm_msi_set_irq: .*vec 37/,
    effect: /kvm_apic_accept_irq: .*vec 37/,
  },
  {
    what: 'the local APIC has it before the guest gets it',
    traces: /^X4/,
    cause: /kvm_apic_accept_irq: .*vec 37/,
    effect: /kvm_inj_virq: IRQ 0x25/,
  },
  {
    what: 'the guest gets it before it ends it',
    traces: /^X4/,
    cause: /kvm_inj_virq: IRQ 0x25/,
    effect: /kvm_eoi: .*vector 37/,
  },
  {
    what: 'the line is raised before the guest is done with it',
    traces: /intx-irqfd/,
    cause: /vgic_update_irq_pending: .*level: 1/,
    effect: /kvm_ack_irq: .*pin 4/,
  },
  {
    what: 'the line is lowered before the resample eventfd is signalled',
    traces: /intx-irqfd/,
    cause: /vgic_update_irq_pending: .*level: 0/,
    effect: /eventfd_signal_mask <-irqfd_resampler/,
  },
  {
    what: 'the resample eventfd is signalled before VFIO unmasks',
    traces: /intx-irqfd/,
    cause: /virqfd_wakeup <-/,
    effect: /pci_check_and_unmask_intx <-/,
  },
  {
    what: 'VFIO unmasks before the function interrupts again',
    traces: /intx-irqfd/,
    cause: /pci_check_and_unmask_intx <-/,
    effect: /irq_handler_entry: .*vfio-intx/,
  },
  {
    what: 'the eventfd is read before the line is raised',
    traces: /nokvm-1100/,
    cause: /eventfd_read <-/,
    effect: /kvm_irq_line: .*level: 1/,
  },
  {
    what: 'the access is performed before the line is lowered',
    traces: /nokvm-1100/,
    cause: /vfio_pci_rw <-vfio_pci_core_read/,
    effect: /kvm_irq_line: .*level: 0/,
  },
  {
    what: 'the line is lowered before VFIO unmasks',
    traces: /nokvm-1100/,
    cause: /kvm_irq_line: .*level: 0/,
    effect: /pci_check_and_unmask_intx <-/,
  },
];

/** The lines with the first effect moved in front of the last cause before it; null without such a pair. */
function swapped(lines: readonly string[], cause: RegExp, effect: RegExp): string | null {
  const first = lines.findIndex((line) => cause.test(line));
  const to = lines.findIndex((line, i) => i > first && effect.test(line));
  if (first < 0 || to < 0) return null;
  const from = lines.findLastIndex((line, i) => i < to && cause.test(line));
  const moved = [...lines];
  const [line = ''] = moved.splice(to, 1);
  moved.splice(from, 0, line);
  return moved.join('\n');
}

/** The run of each trace whose vector has the first interrupt in it: its lines are the ones that are moved. */
const FIRST = PCI_RUNS.filter((run) => {
  const first = linesOf(run).find((line) => line.includes(HANDLER)) ?? '';
  return first.includes(`${HANDLER}${String(run.hostIrq)} `);
});

const SWAPS = PAIRS.flatMap((pair) =>
  FIRST.filter(({ trace }) => pair.traces.test(trace)).map((run) => ({ ...pair, run, file: run.file })),
);

describe('an effect before its cause is refused', () => {
  it.each(SWAPS)('$file: $what', { timeout: 120_000 }, ({ run, cause, effect }) => {
    const text = swapped(linesOf(run), cause, effect) ?? '';
    expect(text).not.toBe('');
    const { verdict, refusal } = followed(run, text);
    expect(verdict).toBe('refused');
    expect(refusal?.possible.length).toBeGreaterThan(0);
  });
});

/** Lines that no interrupt does without, each dropped once, in its first occurrence behind the first interrupt. */
const DROPPED: readonly (readonly [RegExp, RegExp])[] = [
  [/msi/, /vfio_msihandler <-/],
  [/msix?-irqfd/, /irqfd_wakeup <-/],
  [/msi/, /kvm_vcpu_kick <-/],
  [/^A2.*msix/, /vgic_its_inject_cached_translation <-/],
  [/^X4/, /kvm_msi_set_irq: .*vec 37/],
  [/^X4/, /kvm_apic_accept_irq: .*vec 37/],
  [/^X4/, /kvm_inj_virq: IRQ 0x25/],
  [/irqfd|nokvm$/, /kvm_entry/],
  [/intx-irqfd/, /pci_check_and_mask_intx <-/],
  [/intx-irqfd/, /kvm_ack_irq/],
  [/intx-irqfd/, /virqfd_wakeup <-/],
  [/intx-irqfd/, /pci_check_and_unmask_intx <-/],
  [/nokvm-1100/, /kvm_irq_line: .*level: 1/],
  [/nokvm-1100/, /kvm_irq_line: .*level: 0/],
];

const DROPS = DROPPED.flatMap(([traces, line]) =>
  FIRST.filter(({ trace }) => traces.test(trace)).map((run) => ({
    run,
    line,
    file: run.file,
    what: String(line),
  })),
);

describe('a line that is missing is missed', () => {
  it.each(DROPS)('$file: $what', { timeout: 120_000 }, ({ run, line }) => {
    const lines = linesOf(run);
    const start = lines.findIndex((text) => text.includes(`${HANDLER}${String(run.hostIrq)}`));
    const at = lines.findIndex((text, i) => i > start && line.test(text));
    expect(at).toBeGreaterThan(start);
    expect(followed(run, lines.toSpliced(at, 1).join('\n')).verdict).toBe('refused');
  });
});

describe('a trace of one path is no run of another', () => {
  it.each([
    ['X4e-e1000e-msix-irqfd (vector 0)', { path: MSI_USERSPACE }],
    ['X4g-e1000e-msix-nokvm (vector 0)', { path: MSI_IRQFD }],
    ['X4f-ahci-msi-irqfd', { path: INTX_IRQFD, settings: {} }],
    ['A2-gicv3-e1000e-msix-irqfd-1 (vector 0)', { path: MSI_USERSPACE }],
    ['A2-gicv3-e1000e-msix-irqfd-1 (vector 0)', { settings: GICV2 }],
    ['A2-gicv3-e1000e-msix-irqfd-1 (vector 0)', { settings: { ...GICV3, itsCache: 'cold' } }],
    ['A2-gicv2-e1000-intx-irqfd-1', { path: INTX_USERSPACE }],
    [SLOW, { path: INTX_IRQFD, settings: GICV3 }],
  ])('%s against %o', { timeout: 120_000 }, (file, other) => {
    const run = pciRun(file);
    expect(followed(run, linesOf(run).join('\n'), other).verdict).toBe('refused');
  });
});
