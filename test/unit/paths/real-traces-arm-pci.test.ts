import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { HOST_IRQ } from '../../../src/paths/vfio-pci-machine.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { canonicalEvent, onlyOurKicks, readTrace } from '../../support/real-trace.ts';
import type { TraceEvent } from '../../support/real-trace.ts';
import { INTX_IRQFD, INTX_USERSPACE } from '../../support/runs.ts';
import { project, sideBySide } from '../../support/side-by-side.ts';
import { unwrap } from '../../support/unwrap.ts';

const CONTEXTS = ['hard IRQ', 'main loop', 'vCPU thread'] as const;

/** A real cycle and the run in which it is looked for: which race is won depends on costs that nobody has published. */
interface RealCycle {
  readonly path: string;
  readonly file: string;
  readonly settings: PathSettings;
  readonly irqCpu: number;
  readonly vcpuCpu: number;
  /** Linux' number of the interrupt in the trace. */
  readonly irq: number;
  readonly interrupt: number;
  /** The vCPU was still about another access when the interrupt came. */
  readonly fromFirstAccess?: true;
  /** Ends of interrupt in the trace. */
  readonly ends: number;
}

const A2 = { path: INTX_IRQFD, irq: 28, interrupt: 1, ends: 1 };
const A3 = { path: INTX_USERSPACE, irq: 29, irqCpu: 0, vcpuCpu: 1 };
const SPARSE = { arch: 'arm', periodUs: 500_000 };

const REAL_CYCLES: readonly RealCycle[] = [
  // The guest ran in all of them, in the last one on the CPU that took the interrupt.
  { ...A2, file: 'A2-cycle-1', settings: { ...SPARSE, guest: 'busy' }, irqCpu: 0, vcpuCpu: 1 },
  { ...A2, file: 'A2-cycle-5', settings: { ...SPARSE, guest: 'busy' }, irqCpu: 0, vcpuCpu: 1 },
  { ...A2, file: 'A2-cycle-6', settings: { ...SPARSE, guest: 'busy' }, irqCpu: 0, vcpuCpu: 0 },
  // The BARs are unmapped since an earlier interrupt.
  {
    ...A3,
    file: 'A3-cycle-clean',
    settings: { ...SPARSE, gic: '3' },
    interrupt: 1,
    fromFirstAccess: true,
    ends: 1,
  },
  // The main loop was preempted between the line and the slot: the guest took the interrupt 33 times meanwhile.
  {
    ...A3,
    file: 'A3-cycle-stormy',
    settings: { ...SPARSE, gic: '3', memorySlotDelete: 211_000, dmaUnmap: 30_000 },
    interrupt: 0,
    ends: 35,
  },
];

/** Functions and calls that were not among those that were traced. */
const NOT_TRACED = new Set([
  'function:handle_fasteoi_irq',
  'function:gic_eoimode1_eoi_irq',
  'function:kvm_set_memslot change=0',
  'function:kvm_set_memslot change=1',
  'function:kvm_arch_flush_shadow_memslot',
  'function:kvm_pgtable_stage2_map',
  'function:kvm_pgtable_stage2_unmap',
  'syscalls:sys_enter_pread64',
  'syscalls:sys_enter_pwrite64',
]);

function contextOf(row: StepRow): TraceEvent['context'] {
  if (row.context === 'hardirq') return 'hard IRQ';
  return row.process === 'main loop' ? 'main loop' : 'vCPU thread';
}

function eventsOf(rows: readonly StepRow[]): TraceEvent[] {
  return onlyOurKicks(
    rows.flatMap((row) =>
      row.tracepoints.flatMap((text) => {
        const event = canonicalEvent(text, HOST_IRQ);
        if (event === null || NOT_TRACED.has(event)) return [];
        // Traced at the ioctl that it serves.
        const isSlot = event === 'function:kvm_set_memory_region';
        return [
          { context: contextOf(row), event: isSlot ? 'syscalls:ioctl KVM_SET_USER_MEMORY_REGION' : event },
        ];
      }),
    ),
  );
}

function rowsOf({ path, settings, irqCpu, vcpuCpu }: RealCycle, interrupts: number): readonly StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu, vcpuCpu } };
  return unwrap(simulate({ path, facts, settings, interrupts }, 'all')).steps;
}

/** All events that a path claims to know: what its steps emit in some runs of every kind. */
function alphabet(cycle: RealCycle): Set<string> {
  const kinds = [{}, { guest: 'busy' }, { mmap: 'off' }].map((kind) => ({ ...cycle.settings, ...kind }));
  const known = new Set<string>();
  for (const settings of kinds)
    for (const { event } of eventsOf(rowsOf({ ...cycle, settings }, 3))) known.add(event);
  return known;
}

function readReal(cycle: RealCycle): TraceEvent[] {
  const url = new URL(`../../fixtures/traces/${cycle.file}.ftrace.txt`, import.meta.url);
  const events = readTrace(readFileSync(url, 'utf8'), alphabet(cycle), cycle.irq);
  if (cycle.fromFirstAccess !== true) return events;
  const firstAccess = events.findIndex(({ event }) => event === 'kvm:kvm_exit DABT_LOW');
  return events.filter(({ context }, i) => context !== 'vCPU thread' || i >= firstAccess);
}

describe('a run and a real Arm kernel do the same in every context, event by event', () => {
  it.each(REAL_CYCLES)('$path: $file', async (cycle) => {
    const real = readReal(cycle);
    expect(real.length).toBeGreaterThan(20);
    expect(real.filter(({ event }) => event.startsWith('kvm:kvm_ack_irq'))).toHaveLength(cycle.ends);
    const rows = rowsOf(cycle, cycle.interrupt + 1);
    const model = eventsOf(rows.filter((row) => row.interrupt === cycle.interrupt && row.inCycle));
    await expect(sideBySide(CONTEXTS, model, real, 48)).toMatchFileSnapshot(
      `../../golden/traces/${cycle.file}.txt`,
    );
    for (const context of CONTEXTS) expect(project(model, context)).toEqual(project(real, context));
  });
});
