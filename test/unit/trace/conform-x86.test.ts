import { describe, expect, it } from 'vitest';
import type { ConformanceRequest } from '../../../src/trace/conform.ts';
import type { Conformance } from '../../../src/trace/conformance.ts';
import { conformed } from '../../support/conformed.ts';
import { readRun, requestOf } from '../../support/real-runs.ts';
import type { RealRun } from '../../support/real-run.ts';
import { X86_RUNS } from '../../support/real-runs-x86.ts';
import { INTX_IRQFD, INTX_SPLIT, INTX_USERSPACE } from '../../support/runs.ts';

function runOf(name: string): RealRun {
  const run = X86_RUNS.find(({ file }) => file.startsWith(`${name}-`));
  if (run === undefined) throw new Error(`no run ${name}`);
  return run;
}

function followed(name: string, text: string, changes: Partial<ConformanceRequest> = {}): Conformance {
  return conformed({ ...requestOf(runOf(name), text), ...changes });
}

/** Two kinds of lines that are cause and effect, and the traces that have both. */
interface Pair {
  readonly what: string;
  readonly traces: readonly string[];
  readonly cause: RegExp;
  readonly effect: RegExp;
}

const HOST_INTERRUPT = /irq_handler_entry: .*vfio-intx/;
const INJECTED = /kvm_inj_virq: IRQ 0x25\b/;
const UNMASKED = /(?:pci_check_and_unmask_intx|enable_irq) <-/;
const RAISED = /kvm_set_irq: gsi 21 level 1\b/;
const LOWERED = /kvm_set_irq: gsi 21 level 0/;
const IRQFD_RUNS = ['X4a', 'X4k'];
const KVM_USERSPACE_RUNS = ['X4b', 'X4m'];
const USERSPACE_RUNS = [...KVM_USERSPACE_RUNS, 'X5-off'];
const ALL_RUNS = [...IRQFD_RUNS, 'X5-split', ...USERSPACE_RUNS];

const PAIRS: readonly Pair[] = [
  {
    what: 'the handler masks before it signals',
    traces: ALL_RUNS,
    cause: /(?:pci_check_and_mask_intx|disable_irq_nosync) <-/,
    effect: /eventfd_signal_mask <-vfio_intx_handler/,
  },
  {
    what: 'the irqfd is woken before the worker injects',
    traces: IRQFD_RUNS,
    cause: /irqfd_wakeup <-/,
    effect: /irqfd_inject <-/,
  },
  {
    what: 'the line is raised before the guest is interrupted',
    traces: [...IRQFD_RUNS, ...KVM_USERSPACE_RUNS],
    cause: RAISED,
    effect: INJECTED,
  },
  {
    what: 'the message is sent before the guest is interrupted',
    traces: ['X5-split'],
    cause: /kvm_msi_set_irq: .*vec 37/,
    effect: INJECTED,
  },
  {
    what: 'the guest reads the trigger mode before it ends the interrupt',
    traces: [...IRQFD_RUNS, 'X5-split', 'X4b'],
    cause: /msr_read 819/,
    effect: /kvm_eoi: .*vector 37/,
  },
  {
    what: 'the line is lowered before the resample eventfd is signalled',
    traces: IRQFD_RUNS,
    cause: LOWERED,
    effect: /eventfd_signal_mask <-irqfd_resampler/,
  },
  {
    what: 'the resample eventfd is signalled before VFIO unmasks',
    traces: [...IRQFD_RUNS, 'X5-split'],
    cause: /virqfd_wakeup <-/,
    effect: UNMASKED,
  },
  {
    what: 'the end of the interrupt leaves to QEMU before QEMU writes the resample eventfd',
    traces: ['X5-split'],
    cause: /KVM_EXIT_IOAPIC_EOI/,
    effect: /eventfd_write <-/,
  },
  {
    what: 'VFIO unmasks before the host is interrupted again',
    traces: [...IRQFD_RUNS, 'X5-split', ...USERSPACE_RUNS],
    cause: UNMASKED,
    effect: HOST_INTERRUPT,
  },
  {
    what: 'the host is interrupted before the main loop wakes for it',
    traces: ['X4b', 'X4m'],
    cause: HOST_INTERRUPT,
    effect: /eventfd_read <-/,
  },
  {
    what: 'the eventfd is read before the line is raised',
    traces: KVM_USERSPACE_RUNS,
    cause: /eventfd_read <-/,
    effect: RAISED,
  },
  {
    what: 'the line is raised before the BARs are unmapped',
    traces: ['X4b'],
    cause: RAISED,
    effect: /cmd: 3b72/,
  },
  {
    what: 'the access is performed before the line is lowered',
    traces: KVM_USERSPACE_RUNS,
    cause: /vfio_pci_bar_rw <-/,
    effect: LOWERED,
  },
  {
    what: 'the line is lowered before VFIO unmasks',
    traces: KVM_USERSPACE_RUNS,
    cause: LOWERED,
    effect: UNMASKED,
  },
  {
    what: 'VFIO unmasks before the vCPU thread runs the guest again',
    traces: USERSPACE_RUNS,
    cause: UNMASKED,
    effect: /cmd: ae80/,
  },
  {
    what: 'VFIO finds the interrupt pending before it signals again',
    traces: ['X4m'],
    cause: UNMASKED,
    effect: /eventfd_signal_mask <-vfio_pci_set_intx_unmask/,
  },
  {
    what: 'VFIO signals again before QEMU reads the eventfd again',
    traces: ['X4m'],
    cause: /eventfd_signal_mask <-vfio_pci_set_intx_unmask/,
    effect: /eventfd_read <-/,
  },
  {
    what: 'QEMU hands the interrupt over before KVM injects it',
    traces: ['X5-off'],
    cause: /cmd: 4004ae86/,
    effect: INJECTED,
  },
];

/** The trace with an effect moved in front of the cause: the first effect that has one, and the cause nearest to it. */
function swapped(text: string, { cause, effect }: Pair): string | null {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => cause.test(line));
  const to = lines.findIndex((line, i) => first >= 0 && i > first && effect.test(line));
  if (to < 0) return null;
  const from = lines.findLastIndex((line, i) => i < to && cause.test(line));
  const [moved = ''] = lines.splice(to, 1);
  lines.splice(from, 0, moved);
  return lines.join('\n');
}

describe('an effect before its cause is refused', () => {
  const cases = PAIRS.flatMap((pair) =>
    pair.traces.map((trace): { trace: string; what: string; pair: Pair } => ({
      trace,
      what: pair.what,
      pair,
    })),
  );
  it.each(cases)('$trace: $what', { timeout: 120_000 }, ({ trace, pair }) => {
    const text = swapped(readRun(runOf(trace)), pair) ?? '';
    expect(text).not.toBe('');
    expect(followed(trace, text).verdict).toBe('refused');
  });
});

describe('a trace with a line missing is refused', () => {
  /** Without these a run with one interrupt of somebody else less explains the trace. */
  const OF_OTHERS = /kvm_inj_virq: IRQ 0x(?!25)/;

  it.each([
    { trace: 'X4a', kinds: 40 },
    { trace: 'X4k', kinds: 40 },
    { trace: 'X5-split', kinds: 30 },
  ])(
    '$trace: the first line of every kind behind the first host interrupt',
    { timeout: 120_000 },
    ({ trace, kinds }) => {
      const lines = readRun(runOf(trace)).split('\n');
      const start = lines.findIndex((line) => HOST_INTERRUPT.test(line));
      const seen = new Set<string>();
      lines.forEach((line, i) => {
        const kind = line.replace(/^.* \d+\.\d+: /, '').replace(/ (?:rip|wait time|arg:).*$/, '');
        if (i < start || line === '' || seen.has(kind) || OF_OTHERS.test(line)) return;
        seen.add(kind);
        const { verdict } = followed(trace, lines.toSpliced(i, 1).join('\n'));
        expect(`${String(i + 1)} ${kind}: ${verdict}`).toBe(`${String(i + 1)} ${kind}: refused`);
      });
      expect(seen.size).toBeGreaterThan(kinds);
    },
  );

  it.each([
    ...['X4b', 'X4m'].flatMap((trace) =>
      [
        /vfio_intx_handler <-/,
        /eventfd_signal_mask <-/,
        /eventfd_read <-/,
        RAISED,
        INJECTED,
        /kvm_mmio: .*0xfebc00c0/,
        LOWERED,
        /cmd: 3b6e/,
        UNMASKED,
        /kvm_eoi: .*vector 37/,
      ].map((line) => ({ trace, line })),
    ),
    { trace: 'X4b', line: /cmd: 3b71/ },
    { trace: 'X4b', line: /cmd: 3b72/ },
    { trace: 'X4m', line: /eventfd_signal_mask <-vfio_pci_set_intx_unmask/ },
    { trace: 'X5-off', line: /cmd: 3b72/ },
    { trace: 'X5-off', line: INJECTED },
    { trace: 'X5-off', line: /kvm_mmio: .*0xfee00190/ },
    { trace: 'X5-off', line: UNMASKED },
  ])('$trace without its first $line', { timeout: 120_000 }, ({ trace, line }) => {
    const lines = readRun(runOf(trace)).split('\n');
    const start = lines.findIndex((text) => HOST_INTERRUPT.test(text));
    const missing = lines.findIndex((text, i) => i > start && line.test(text));
    expect(missing).toBeGreaterThan(start);
    expect(followed(trace, lines.toSpliced(missing, 1).join('\n')).verdict).toBe('refused');
  });
});

describe('a trace is refused by what it is no trace of', () => {
  it.each([
    { trace: 'X4a', path: INTX_SPLIT, settings: {} },
    { trace: 'X4a', path: INTX_USERSPACE, settings: {} },
    { trace: 'X4a', path: INTX_IRQFD, settings: { intxMask: 'broken' } },
    { trace: 'X4k', path: INTX_IRQFD, settings: {} },
    { trace: 'X4b', path: INTX_IRQFD, settings: {} },
    { trace: 'X4b', path: INTX_USERSPACE, settings: { mmap: 'off' } },
    { trace: 'X4m', path: INTX_SPLIT, settings: {} },
    { trace: 'X4m', path: INTX_USERSPACE, settings: {} },
    { trace: 'X5-split', path: INTX_IRQFD, settings: {} },
    { trace: 'X5-split', path: INTX_USERSPACE, settings: { irqchip: 'split' } },
    { trace: 'X5-off', path: INTX_USERSPACE, settings: { barsAtStart: 'unmapped' } },
  ])('$trace in $path $settings', { timeout: 120_000 }, ({ trace, path, settings }) => {
    const { verdict } = followed(trace, readRun(runOf(trace)), { path, settings });
    expect(verdict).toBe('refused');
  });

  it('X4b: QEMU that unmaps the BARs before it raises the line', { timeout: 120_000 }, () => {
    const bugs = { 'line-before-unmap': false };
    const { verdict, refusal } = followed('X4b', readRun(runOf('X4b')), { bugs });
    expect(verdict).toBe('refused');
    // Where the trace has the ioctl for the line, it would have the one for the slot.
    expect(refusal?.event).toBe('function:kvm_vm_ioctl_irq_line');
    expect(refusal?.possible.map(({ event }) => event)).toContain(
      'syscalls:sys_enter_ioctl KVM_SET_USER_MEMORY_REGION',
    );
  });

  it('X4m: QEMU that asks the device before it takes an access for the end', { timeout: 120_000 }, () => {
    const bugs = { 'eoi-any-access': false };
    const { verdict } = followed('X4m', readRun(runOf('X4m')), { bugs });
    expect(verdict).toBe('refused');
  });
});

describe('what the traces of the userspace path are known for', { timeout: 120_000 }, () => {
  it('X4b: thirteen injections of one host interrupt, twelve of them spurious', () => {
    const text = readRun(runOf('X4b'));
    const lines = text.split('\n');
    const last = lines.findLastIndex((line) => HOST_INTERRUPT.test(line));
    expect(lines.slice(last).filter((line) => INJECTED.test(line))).toHaveLength(13);
    const { verdict, used } = followed('X4b', text);
    expect(verdict).toBe('included');
    expect(used).toContain('irq-none');
    // The access that finally traps is served by a view that is out of date.
    expect(used).toContain('ram-device-access');
  });

  it('X4m: an unmask that comes too early signals again, without a host interrupt', () => {
    const text = readRun(runOf('X4m'));
    const hostInterrupts = text.split('\n').filter((line) => HOST_INTERRUPT.test(line)).length;
    const raised = text.split('\n').filter((line) => RAISED.test(line)).length;
    expect([hostInterrupts, raised]).toEqual([2, 3]);
    const { verdict, used } = followed('X4m', text);
    expect(verdict).toBe('included');
    expect(used).toContain('send-again');
  });
});
