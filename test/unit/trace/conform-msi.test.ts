import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PathSettings } from '../../../src/paths/path.ts';
import { findPath } from '../../../src/paths/all-paths.ts';
import { conform } from '../../../src/trace/conform.ts';
import type { Conformance } from '../../../src/trace/conformance.ts';
import { conformanceRows } from '../../support/conformance-text.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { readEvents } from '../../support/real-runs.ts';
import { INTX_IRQFD, INTX_USERSPACE, MSI_IRQFD, MSI_USERSPACE } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

/** A trace of an assigned PCI device on Arm and the machine as a path has it. */
interface PciRun {
  /** The fixture, and which vector of it where there are two. */
  readonly file: string;
  readonly trace: string;
  readonly path: string;
  readonly settings: PathSettings;
  readonly hostIrq: number;
  readonly cycles: number;
  readonly maxConfigs?: number;
}

const GICV2 = { arch: 'arm', gic: '2' };
const GICV3 = { arch: 'arm', gic: '3' };

function vectors(trace: string, cycles: readonly [number, number]): PciRun[] {
  return cycles.map((count, vector) => ({
    file: `${trace} (vector ${String(vector)})`,
    trace,
    path: MSI_IRQFD,
    settings: GICV3,
    hostIrq: 30 + vector,
    cycles: count,
  }));
}

const INTX = 'A2-gicv2-e1000-intx-irqfd';
const MSIX = 'A2-gicv3-e1000e-msix-irqfd';
const SLOW = 'A3-gicv3-e1000-intx-nokvm-1100';

const RUNS: readonly PciRun[] = [
  ...vectors(`${MSIX}-1`, [4, 5]),
  ...vectors(`${MSIX}-2`, [5, 3]),
  ...[`${INTX}-1`, `${INTX}-2`].map((trace, i) => ({
    file: trace,
    trace,
    path: INTX_IRQFD,
    settings: GICV2,
    hostIrq: 28,
    cycles: 4 - i,
  })),
  {
    // The main loop is preempted with the line up and the BARs mapped: there are many ways to be in between.
    file: SLOW,
    trace: SLOW,
    path: INTX_USERSPACE,
    settings: { ...GICV3, barsAtStart: 'unmapped' },
    hostIrq: 29,
    cycles: 2,
    maxConfigs: 600_000,
  },
];

function textOf({ trace }: PciRun): string {
  return readFileSync(new URL(`../../fixtures/traces/runs/${trace}.ftrace.txt`, import.meta.url), 'utf8');
}

/** The trace, or `text` instead, held against the run's path, or against something else. */
function followed(run: PciRun, text = textOf(run), other: Partial<PciRun> = {}): Conformance {
  const { path, settings, hostIrq, maxConfigs } = { ...run, ...other };
  const events = readEvents(text);
  const alphabet = findPath(path)?.alphabetOnArm;
  if (alphabet === undefined) throw new Error(`${path} has no alphabet on Arm`);
  return unwrap(
    conform({
      path,
      settings,
      facts: { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '7.2' } },
      events: () => events,
      binding: { ...alphabet.model, hostIrqs: [hostIrq] },
      ...(maxConfigs === undefined ? {} : { maxConfigs }),
    }),
  );
}

const HEAD = `# Conformance: PCI devices on Arm

As in [conformance.md](conformance.md), with traces of assigned PCI devices on an Arm host (Linux 6.12.95, QEMU 7.2.22): INTx
of an e1000, and two of the MSI-X vectors of an e1000e, each followed by itself, the other being one of the interrupts
that have nothing to do with it. Lines of other devices are left out. Of the storm in A3, 24 rounds are cut out whole, from
one exit's \`kvm_vgic_sync_hwstate\` to the entry behind the next (with them the trace is included as well; it takes a
minute). Written and checked by
\`npx vitest run --project unit trace/conform-msi\`.

`;

const found = new Map<string, Conformance>();

describe('a real Arm machine does what the model can do with a PCI device', () => {
  it.each(RUNS)('$path: $file', { timeout: 300_000 }, (run) => {
    const conformance = followed(run);
    expect(conformance.refusal).toBeNull();
    expect(conformance.verdict).toBe('included');
    expect(conformance.cycles).toBe(run.cycles);
    expect(conformance.claimed).toBeGreaterThan(400);
    found.set(run.file, conformance);
  });

  it('docs/conformance-arm-pci.md says what was found', async () => {
    const text = `${HEAD}${conformanceRows(RUNS, found)}`;
    await expect(text).toMatchFileSnapshot('../../../docs/conformance-arm-pci.md');
  });

  it('finds the number of the interrupt in the trace', () => {
    for (const run of [RUNS[0], RUNS[4]]) {
      const { alphabetOnArm } = findPath(run?.path ?? '') ?? {};
      expect(run && alphabetOnArm?.findBinding(readEvents(textOf(run))).hostIrqs).toEqual([
        run?.path === MSI_IRQFD ? 31 : 28,
      ]);
    }
  });
});

/** A trace, or its first interrupt where following the second takes a while. */
function beginning(run: PciRun): string[] {
  return textOf(run)
    .split('\n')
    .slice(0, run.trace === SLOW ? 170 : 400);
}

/** Two lines of one trace that have a cause and an effect: neither may come first. */
const PAIRS: readonly { what: string; traces: RegExp; cause: RegExp; effect: RegExp }[] = [
  {
    what: 'the handler signals before KVM makes the LPI pending',
    traces: /msix/,
    cause: /irqfd_wakeup <-/,
    effect: /vgic_its_inject_cached_translation <-/,
  },
  {
    what: 'the LPI is pending before the vCPU is kicked',
    traces: /msix/,
    cause: /vgic_queue_irq_unlock <-vgic_its/,
    effect: /kvm_vcpu_kick <-/,
  },
  {
    what: 'the handler is entered before it signals',
    traces: /msix/,
    cause: /irq_handler_entry: .*vfio-msix/,
    effect: /vfio_msihandler <-/,
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
    traces: /nokvm/,
    cause: /eventfd_read <-/,
    effect: /kvm_irq_line: .*level: 1/,
  },
  {
    what: 'the access is performed before the line is lowered',
    traces: /nokvm/,
    cause: /vfio_pci_rw <-vfio_pci_core_read/,
    effect: /kvm_irq_line: .*level: 0/,
  },
  {
    what: 'the line is lowered before VFIO unmasks',
    traces: /nokvm/,
    cause: /kvm_irq_line: .*level: 0/,
    effect: /pci_check_and_unmask_intx <-/,
  },
];

/** The lines with the first effect of the last cause before it moved in front of that cause; null without such a pair. */
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

const SWAPS = PAIRS.flatMap((pair) =>
  // The first message of the first part is one of vector 1, of the second part one of vector 0.
  [...RUNS.slice(1, 3), ...RUNS.slice(4)]
    .filter(({ trace }) => pair.traces.test(trace))
    .map((run) => ({
      ...pair,
      run,
      file: run.file,
    })),
);

describe('an effect before its cause is refused', () => {
  it.each(SWAPS)('$file: $what', { timeout: 120_000 }, ({ run, cause, effect }) => {
    const text = swapped(beginning(run), cause, effect) ?? '';
    expect(text).not.toBe('');
    const { verdict, refusal } = followed(run, text);
    expect(verdict).toBe('refused');
    expect(refusal?.possible.length).toBeGreaterThan(0);
  });
});

/** Lines that no interrupt does without, each dropped once, in its first occurrence behind the first interrupt. */
const DROPPED: readonly (readonly [RegExp, RegExp])[] = [
  [/msix/, /vfio_msihandler <-/],
  [/msix/, /irqfd_wakeup <-/],
  [/msix/, /vgic_its_inject_cached_translation <-/],
  [/msix/, /kvm_vcpu_kick <-/],
  [/msix|intx-irqfd/, /kvm_entry/],
  [/intx-irqfd/, /pci_check_and_mask_intx <-/],
  [/intx-irqfd/, /kvm_ack_irq/],
  [/intx-irqfd/, /virqfd_wakeup <-/],
  [/intx-irqfd/, /pci_check_and_unmask_intx <-/],
  [/nokvm/, /kvm_irq_line: .*level: 1/],
  [/nokvm/, /kvm_irq_line: .*level: 0/],
];

const DROPS = DROPPED.flatMap(([traces, line]) =>
  [RUNS[0], RUNS[4], RUNS[6]].flatMap((run) =>
    run && traces.test(run.trace) ? [{ run, line, file: run.file, what: String(line) }] : [],
  ),
);

describe('a line that is missing is missed', () => {
  it.each(DROPS)('$file: $what', { timeout: 120_000 }, ({ run, line }) => {
    const lines = beginning(run);
    const start = lines.findIndex((text) => text.includes(`irq_handler_entry: irq=${String(run.hostIrq)}`));
    const at = lines.findIndex((text, i) => i > start && line.test(text));
    expect(at).toBeGreaterThan(start);
    expect(followed(run, lines.toSpliced(at, 1).join('\n')).verdict).toBe('refused');
  });
});

describe('a trace of one path is no run of another', () => {
  it.each([
    { run: RUNS[0], other: { path: MSI_USERSPACE } },
    { run: RUNS[0], other: { settings: GICV2 } },
    { run: RUNS[0], other: { settings: { ...GICV3, itsCache: 'cold' } } },
    { run: RUNS[4], other: { path: INTX_USERSPACE } },
    { run: RUNS[6], other: { path: INTX_IRQFD, settings: GICV3 } },
  ])('$run.file against $other', { timeout: 120_000 }, ({ run, other }) => {
    expect(run && followed(run, beginning(run).join('\n'), other).verdict).toBe('refused');
  });
});
