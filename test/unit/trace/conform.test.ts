import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../../src/trace/conformance.ts';
import { conformanceText } from '../../support/conformance-text.ts';
import { conformed } from '../../support/conformed.ts';
import { readRun, REAL_RUNS, requestOf } from '../../support/real-runs.ts';
import type { RealRun } from '../../support/real-run.ts';
import { IRQFD, USERSPACE } from '../../support/runs.ts';

const found = new Map<string, Conformance>();

describe('a real machine does what the model can do', () => {
  it.each(REAL_RUNS)('$path: $file', { timeout: 120_000 }, (run) => {
    const conformance = conformed(requestOf(run, readRun(run)));
    expect(conformance.refusal).toBeNull();
    expect(conformance.verdict).toBe('included');
    expect(conformance.cycles).toBeGreaterThanOrEqual(run.cycles ?? 6);
    expect(conformance.claimed).toBeGreaterThan(500);
    found.set(run.file, conformance);
  });

  it('docs/conformance.md says what was found', async () => {
    await expect(conformanceText(REAL_RUNS, found)).toMatchFileSnapshot('../../../docs/conformance.md');
  });
});

/** Two lines of one trace that have a cause and an effect: neither may come first. */
interface Pair {
  readonly what: string;
  readonly path: string;
  readonly cause: RegExp;
  readonly effect: RegExp;
  /** Only these traces have both. */
  readonly only?: RegExp;
  /** H1 is followed in a hundred thousand ways at once: left to `IRQPATH_LONG=1`. */
  readonly takesLong?: true;
}

const PAIRS: readonly Pair[] = [
  {
    what: 'the slot is deleted before the line is raised',
    path: USERSPACE,
    cause: /memregion: .*change=1/,
    effect: /kvm_irq_line: .*level: 1/,
    only: /t1100|t110|t0/,
  },
  {
    what: 'DMA is unmapped before the line is raised',
    path: USERSPACE,
    cause: /cmd: 3b72/,
    effect: /kvm_irq_line: .*level: 1/,
    only: /t1100|t110|t0/,
  },
  {
    what: "the first region's DMA is unmapped before the second region's slot is deleted",
    path: USERSPACE,
    cause: /cmd: 3b72/,
    effect: /memregion: .*change=1/,
    only: /^C1/,
  },
  {
    what: "the first region's slot is created before the second region's DMA is mapped",
    path: USERSPACE,
    cause: /memregion: .*change=0/,
    effect: /cmd: 3b71/,
    only: /^H1/,
    takesLong: true,
  },
  {
    what: 'the first interrupt ends before the one that waits behind it is injected',
    path: USERSPACE,
    cause: /kvm_irq_line: .*num: 144, level: 0/,
    effect: /kvm_irq_line: .*num: 145, level: 1/,
    only: /^C1/,
  },
  {
    what: 'of two in service the one that QEMU added last ends first',
    path: USERSPACE,
    cause: /kvm_irq_line: .*num: 145, level: 0/,
    effect: /kvm_irq_line: .*num: 144, level: 0/,
    only: /^H1/,
  },
  {
    what: 'the handler signals before the main loop wakes',
    path: USERSPACE,
    cause: /irq_handler_entry: .*vfio-irq/,
    effect: /eventfd_read <-/,
  },
  {
    what: 'the eventfd is read before the line is raised',
    path: USERSPACE,
    cause: /eventfd_read <-/,
    effect: /kvm_irq_line: .*level: 1/,
  },
  {
    what: 'the access is performed before the line is lowered',
    path: USERSPACE,
    cause: /vfio_platform_(?:read|write) <-/,
    effect: /kvm_irq_line: .*level: 0/,
  },
  {
    what: 'the line is lowered before VFIO unmasks',
    path: USERSPACE,
    cause: /kvm_irq_line: .*level: 0/,
    effect: /vfio_platform_unmask <-/,
    only: /^[PC]/,
  },
  {
    what: 'VFIO unmasks before the vCPU thread runs the guest again',
    path: USERSPACE,
    cause: /vfio_platform_unmask <-/,
    effect: /cmd: ae80/,
    only: /^[PC]/,
  },
  {
    what: 'the line is raised before the guest is done with it',
    path: IRQFD,
    cause: /vgic_update_irq_pending: .*IRQ 14[45], level: 1/,
    effect: /kvm_ack_irq: .*pin 11[23]/,
    only: /^[PC]/,
  },
  {
    what: 'the line is lowered before the resample eventfd is signalled',
    path: IRQFD,
    cause: /vgic_update_irq_pending: .*IRQ 14[45], level: 0/,
    effect: /eventfd_signal_mask <-irqfd_resampler/,
    only: /^[PC]/,
  },
  {
    what: 'the resample eventfd is signalled before VFIO unmasks',
    path: IRQFD,
    cause: /virqfd_wakeup <-/,
    effect: /vfio_platform_unmask <-/,
    only: /^[PC]/,
  },
  {
    what: 'the handler disables the line before it signals',
    path: IRQFD,
    cause: /disable_irq_nosync <-vfio/,
    effect: /eventfd_signal_mask <-vfio/,
    only: /^[PC]/,
  },
  {
    what: 'the handler signals before the line is raised',
    path: IRQFD,
    cause: /irqfd_wakeup <-/,
    effect: /vgic_update_irq_pending: .*IRQ 14[45], level: 1/,
  },
  {
    what: 'the line is unmasked in the GIC before it interrupts again',
    path: IRQFD,
    cause: /gic_unmask_irq <-/,
    effect: /irq_handler_entry: .*vfio-irq/,
    only: /^P/,
  },
];

/** The trace with the first effect of the first cause moved in front of it; null if it has no such pair. */
function swapped(text: string, { cause, effect }: Pair): string | null {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => cause.test(line));
  const to = lines.findIndex((line, i) => i > from && effect.test(line));
  if (from < 0 || to < 0) return null;
  const [moved = ''] = lines.splice(to, 1);
  lines.splice(from, 0, moved);
  return lines.join('\n');
}

const CASES = PAIRS.filter(
  ({ takesLong }) => takesLong === undefined || process.env.IRQPATH_LONG === '1',
).flatMap((pair) =>
  REAL_RUNS.filter(
    ({ path, file }) => path === pair.path && (pair.only === undefined || pair.only.test(file)),
  ).map((run): { pair: Pair; run: RealRun; what: string; file: string } => ({
    pair,
    run,
    what: pair.what,
    file: run.file,
  })),
);

describe('an effect before its cause is refused', () => {
  it.each(CASES)('$file: $what', { timeout: 120_000 }, ({ pair, run }) => {
    const text = swapped(readRun(run), pair) ?? '';
    expect(text).not.toBe('');
    const { verdict, refusal } = conformed(requestOf(run, text));
    expect(verdict).toBe('refused');
    expect(refusal?.possible.length).toBeGreaterThan(0);
  });
});
