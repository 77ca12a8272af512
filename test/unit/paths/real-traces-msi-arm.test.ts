import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { inHardIrq } from '../../../src/trace/trace-event.ts';
import { readEvents } from '../../support/real-runs.ts';
import { MSI_IRQFD, simulatePath } from '../../support/runs.ts';
import { project, sideBySide } from '../../support/side-by-side.ts';

const CONTEXTS = ['hard IRQ', 'vCPU thread'] as const;
/** Linux' number of the interrupt, in the trace and in runs. */
const IRQ = 30;

/** A real cycle and the run in which it is looked for. */
interface RealCycle {
  readonly file: string;
  readonly settings: PathSettings;
  readonly irqCpu: number;
  readonly vcpuCpu: number;
  readonly interrupt: number;
  readonly arrivals: number;
  /** Host interrupts in the trace. */
  readonly messages: number;
}

const GICV3 = { arch: 'arm', gic: '3', jitterPercent: 0, wakeJitterPercent: 0 };
const BUSY = { ...GICV3, guest: 'busy' };
const ONE = { interrupt: 1, arrivals: 2, messages: 1 };

const REAL_CYCLES: readonly RealCycle[] = [
  // The guest runs on another CPU and is kicked.
  { file: 'A2-msix-cycle-kick', settings: BUSY, irqCpu: 1, vcpuCpu: 0, ...ONE },
  // It runs on the CPU that takes the interrupt.
  { file: 'A2-msix-cycle-same-cpu', settings: BUSY, irqCpu: 0, vcpuCpu: 0, ...ONE },
  // It waits in WFI.
  { file: 'A2-msix-cycle-wfi', settings: GICV3, irqCpu: 1, vcpuCpu: 0, ...ONE },
  // Two host interrupts in one exit: one LPI.
  {
    file: 'A2-msix-cycle-two-in-one',
    settings: { ...BUSY, periodUs: 20, irqHandler: 20_000 },
    irqCpu: 0,
    vcpuCpu: 0,
    interrupt: 0,
    arrivals: 2,
    messages: 2,
  },
];

/** Not among the functions that were traced, or called for the guest's timer in a list register as well. */
const NOT_COMPARED = new Set([
  'function:handle_fasteoi_irq',
  'function:gic_eoimode1_eoi_irq',
  'function:vgic_v3_populate_lr',
  'function:vgic_v3_fold_lr_state',
]);

/** An event of the trace or of a run, in words that both can have, and who did it. */
interface Event {
  readonly context: (typeof CONTEXTS)[number];
  readonly event: string;
}

function contextOf({ context }: StepRow): Event['context'] {
  return context === 'hardirq' ? 'hard IRQ' : 'vCPU thread';
}

/** What stays of a trace point whose numbers differ from machine to machine; null if it is not compared. */
function canonical(name: string, args: string): string | null {
  if (name.startsWith('irq:irq_handler_')) return args.startsWith(`irq=${String(IRQ)} `) ? name : null;
  if (name === 'kvm:kvm_exit') return `${name} ${args.startsWith('IRQ') ? 'IRQ' : 'trap'}`;
  if (name === 'kvm:kvm_entry' || name === 'kvm:kvm_vcpu_wakeup') return name;
  return name.startsWith('function:') && !NOT_COMPARED.has(name) ? name : null;
}

/** A kick belongs to the message only if it was made pending right before; the guest's timer kicks too. */
function onlyOurKicks(events: readonly Event[]): Event[] {
  return events.filter(({ context, event }, i) => {
    if (event !== 'function:vgic_queue_irq_unlock' && event !== 'function:kvm_vcpu_kick') return true;
    const before = events.slice(0, i).findLast((other) => other.context === context);
    return /cached_translation|vgic_queue_irq_unlock/.test(before?.event ?? '');
  });
}

function eventsOf(rows: readonly StepRow[]): Event[] {
  return onlyOurKicks(
    rows.flatMap((row) =>
      row.tracepoints.flatMap((text) => {
        const [, name = '', args = ''] = /^(\S+) ?(.*)$/.exec(text) ?? [];
        const event = canonical(name, args);
        return event === null ? [] : [{ context: contextOf(row), event }];
      }),
    ),
  );
}

function readReal(file: string, known: ReadonlySet<string>): Event[] {
  const url = new URL(`../../fixtures/traces/${file}.ftrace.txt`, import.meta.url);
  const events = readEvents(readFileSync(url, 'utf8')).flatMap(({ name, args, flags, task }): Event[] => {
    const event = canonical(name, args);
    if (event === null || !known.has(event)) return [];
    const context = inHardIrq(flags) ? 'hard IRQ' : 'vCPU thread';
    return context === 'hard IRQ' || task?.comm.startsWith('CPU ') === true ? [{ context, event }] : [];
  });
  return onlyOurKicks(events);
}

function rowsOf({ settings, irqCpu, vcpuCpu, arrivals }: RealCycle): readonly StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu, vcpuCpu } };
  return simulatePath(MSI_IRQFD, settings, { interrupts: arrivals, facts }).steps;
}

/** All events that the path claims to know: what its steps emit in some runs of every kind. */
function alphabet(cycle: RealCycle): Set<string> {
  const kinds = [cycle.settings, BUSY, GICV3, { ...GICV3, mmap: 'off' }];
  return new Set(
    kinds.flatMap((settings) => eventsOf(rowsOf({ ...cycle, settings })).map(({ event }) => event)),
  );
}

describe('messages: a run and a real Arm kernel do the same in every context, event by event', () => {
  it.each(REAL_CYCLES)('$file', async (cycle) => {
    const real = readReal(cycle.file, alphabet(cycle));
    const rows = rowsOf(cycle).filter(({ interrupt, inCycle }) => interrupt === cycle.interrupt && inCycle);
    const model = eventsOf(rows);
    await expect(sideBySide(CONTEXTS, model, real, 48)).toMatchFileSnapshot(
      `../../golden/traces/${cycle.file}.txt`,
    );
    for (const context of CONTEXTS) expect(project(model, context)).toEqual(project(real, context));
    const handled = project(real, 'hard IRQ').filter((event) => event.includes('cached_translation'));
    expect(handled).toHaveLength(cycle.messages);
    // Nobody is told of the end of an edge.
    expect(real.map(({ event }) => event)).not.toContain('function:kvm_notify_acked_irq');
  });
});
