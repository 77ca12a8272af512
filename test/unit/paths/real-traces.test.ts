import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { canonicalEvent, onlyOurKicks, readTrace } from '../../support/real-trace.ts';
import type { TraceEvent } from '../../support/real-trace.ts';
import { IRQFD, LEVEL_PULSE, USERSPACE } from '../../support/runs.ts';
import { project, sideBySide } from '../../support/side-by-side.ts';
import { unwrap } from '../../support/unwrap.ts';

const CONTEXTS = ['hard IRQ', 'main loop', 'vCPU thread'] as const;

/** A real cycle and the runs in which it is looked for: which race is won depends on costs that nobody has published. */
interface RealCycle {
  readonly path: string;
  readonly file: string;
  readonly settings: PathSettings;
  readonly irqCpu?: number;
  /** Linux' number of the interrupt, if it is not the usual one. */
  readonly firstIrq?: number;
  /** Whether the cycle starts on the slow path already, as after an earlier interrupt. */
  readonly interrupt: number;
}

const T1100 = { periodUs: 500_000, mmapTimeoutMs: 1100 };

const REAL_CYCLES: readonly RealCycle[] = [
  {
    path: IRQFD,
    file: 'P1-threaded-oneshot-cycle-9',
    settings: { periodUs: 500_000, handlerContext: 'threaded', guest: 'busy' },
    interrupt: 1,
  },
  {
    path: IRQFD,
    file: 'E1-edge-irqfd-cycle-6',
    settings: { periodUs: 500_000, trigger: 'edge', guestTrigger: 'edge' },
    interrupt: 1,
  },
  {
    path: USERSPACE,
    file: 'E2-edge-userspace-cycle-3',
    settings: { ...T1100, trigger: 'edge', guestTrigger: 'edge' },
    interrupt: 1,
  },
  {
    path: IRQFD,
    file: 'C2-two-lines-irqfd-cycle-7',
    settings: { periodUs: 500_000, lines: 2, jitterPercent: 0 },
    interrupt: 1,
  },
  { path: IRQFD, file: 'P1-readfirst-cycle-2', settings: { periodUs: 500_000 }, interrupt: 1 },
  {
    path: IRQFD,
    file: 'P1-readfirst-cycle-5',
    settings: { periodUs: 500_000, guest: 'busy' },
    irqCpu: 1,
    interrupt: 1,
  },
  { path: IRQFD, file: 'P1-readfirst-cycle-8', settings: { periodUs: 500_000, guest: 'busy' }, interrupt: 1 },
  {
    path: USERSPACE,
    file: 'P2-writefirst-cycle-8',
    settings: { ...T1100, handler: 'write-first', accesses: 1 },
    interrupt: 1,
  },
  { path: USERSPACE, file: 'P2-readfirst-cycle-6-spurious', settings: T1100, interrupt: 1 },
  {
    path: USERSPACE,
    file: 'P2-readfirst-cycle-9-no-spurious',
    settings: { ...T1100, threadWake: 0 },
    interrupt: 1,
  },
  {
    path: USERSPACE,
    file: 'P3-t0-readfirst-cycle-5',
    settings: { ...T1100, mmapTimeoutMs: 0, threadWake: 0 },
    interrupt: 1,
  },
  // The second interrupt is on the other CPU and still in its handler when the clearing write arrives: one exception.
  {
    path: USERSPACE,
    file: 'P3-t110-readfirst-cycle-10',
    settings: { ...T1100, mmapTimeoutMs: 110, irqHandler: 25_000 },
    irqCpu: 1,
    interrupt: 1,
  },
  // Asked for irqfd on a GICv3 and silently not given it: the same path, through system registers.
  {
    path: USERSPACE,
    file: 'P4-gicv3-readfirst-cycle-5-no-spurious',
    settings: { ...T1100, gic: '3', threadWake: 0, userspaceExit: 10_000 },
    irqCpu: 1,
    firstIrq: 27,
    interrupt: 1,
  },
  {
    path: USERSPACE,
    file: 'P4-gicv3-readfirst-cycle-7-spurious',
    settings: { ...T1100, gic: '3', irqHandler: 25_000 },
    irqCpu: 1,
    firstIrq: 27,
    interrupt: 1,
  },
  // The interrupt is on the other CPU, which is slow to take it: the clearing write gets there first.
  {
    path: USERSPACE,
    file: 'P3-t110-readfirst-cycle-2',
    settings: { ...T1100, mmapTimeoutMs: 110, hardirqEntry: 60_000 },
    irqCpu: 1,
    interrupt: 1,
  },
  // An edge has no resampler: the same trace is one of a plain irqfd.
  {
    path: LEVEL_PULSE,
    file: 'E1-edge-irqfd-cycle-6',
    settings: { periodUs: 500_000, arch: 'arm', trigger: 'edge', guestTrigger: 'edge' },
    interrupt: 1,
  },
];

/** Edge interrupts are never masked and have no resampler. */
const LEVEL_CYCLES = REAL_CYCLES.filter(({ settings }) => settings.trigger !== 'edge');

function contextOf(row: StepRow): TraceEvent['context'] {
  if (row.context === 'hardirq') return 'hard IRQ';
  return row.process === 'main loop' ? 'main loop' : 'vCPU thread';
}

function eventsOf(rows: readonly StepRow[]): TraceEvent[] {
  return onlyOurKicks(
    rows.flatMap((row) =>
      row.tracepoints.flatMap((text) => {
        const event = canonicalEvent(text);
        return event === null ? [] : [{ context: contextOf(row), event }];
      }),
    ),
  );
}

/** All events that a path claims to know: what its steps emit in some runs of every kind. */
function alphabet({ path, settings: own }: RealCycle): Set<string> {
  const known = new Set<string>();
  const settings =
    path === USERSPACE
      ? [T1100, { mmapTimeoutMs: 110, periodUs: 500_000 }, { handler: 'write-first', accesses: 2 }]
      : [{}, { guest: 'busy' }].map((load) => (path === LEVEL_PULSE ? { ...load, arch: 'arm' } : load));
  for (const given of [...settings, own]) {
    const run = unwrap(simulate({ path, facts: TEST_FACTS, settings: given, interrupts: 3 }, 'all'));
    for (const { event } of eventsOf(run.steps)) known.add(event);
  }
  return known;
}

/** Leaves out how the vCPU comes back from the guest's own write that set the device off. */
function fromTheInterrupt(events: readonly TraceEvent[]): TraceEvent[] {
  const firstAccess = events.findIndex(({ event }) => event === 'kvm:kvm_exit DABT_LOW');
  return events.filter(({ context }, i) => context !== 'vCPU thread' || i >= firstAccess);
}

function readReal(cycle: RealCycle): TraceEvent[] {
  const { file, path, firstIrq } = cycle;
  const text = readFileSync(new URL(`../../fixtures/traces/${file}.ftrace.txt`, import.meta.url), 'utf8');
  const events = readTrace(text, alphabet(cycle), firstIrq);
  return path === USERSPACE ? fromTheInterrupt(events) : events;
}

describe('a run and a real kernel do the same in every context, event by event', () => {
  it.each(REAL_CYCLES)('$path: $file', async (cycle) => {
    const { path, file, settings, irqCpu = 0, interrupt } = cycle;
    const real = readReal(cycle);
    expect(real.length).toBeGreaterThan(8);
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu } };
    const simulation = unwrap(simulate({ path, facts, settings, interrupts: interrupt + 1, seed: 1 }, 'all'));
    const rows = simulation.steps.filter((row) => row.interrupt === interrupt && row.inCycle);
    const model = eventsOf(rows);
    await expect(sideBySide(CONTEXTS, model, real, 44)).toMatchFileSnapshot(
      `../../golden/traces/${file}.txt`,
    );
    for (const context of CONTEXTS) expect(project(model, context)).toEqual(project(real, context));
  });
});

describe('the order across contexts that matters', () => {
  it.each(LEVEL_CYCLES.filter(({ path }) => path === USERSPACE))('$path: $file', (cycle) => {
    const events = readReal(cycle).map(({ event }) => event);
    const first = (event: string): number => events.indexOf(event);
    const raised = first('kvm:kvm_irq_line SPI 144 level 1');
    const lowered = first('kvm:kvm_irq_line SPI 144 level 0');
    const access = Math.max(first('syscalls:sys_enter_pread64'), first('syscalls:sys_enter_pwrite64'));
    expect(first('function:kvm_set_memslot change=1')).toBeLessThan(raised);
    expect(access).toBeGreaterThan(raised);
    expect(lowered).toBeGreaterThan(raised);
    expect(lowered).toBeLessThan(first('function:vfio_platform_unmask'));
  });

  it.each(LEVEL_CYCLES.filter(({ path }) => path === IRQFD))('$path: $file', (cycle) => {
    const events = readReal(cycle).map(({ event }) => event);
    const order = [
      'kvm:vgic_update_irq_pending SPI 144 level 1',
      'kvm:kvm_ack_irq pin 112',
      'kvm:vgic_update_irq_pending SPI 144 level 0',
      'function:virqfd_wakeup',
      'function:vfio_platform_unmask',
    ].map((event) => events.indexOf(event));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});
