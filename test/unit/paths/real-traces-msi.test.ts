import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import {
  asTraceText,
  canonicalX86Event,
  ofTheDevice,
  readX86Trace,
  X86_CONTEXTS,
} from '../../support/real-trace-x86.ts';
import type { X86TraceEvent } from '../../support/real-trace-x86.ts';
import { MSI_IRQFD, MSI_USERSPACE, simulatePath } from '../../support/runs.ts';
import { project, sideBySide } from '../../support/side-by-side.ts';

/** A real cycle and the run in which it is looked for: which message comes when depends on the device's load. */
interface RealCycle {
  readonly path: string;
  readonly file: string;
  readonly settings: PathSettings;
  readonly irqCpu: number;
  readonly vcpuCpu: number;
  readonly interrupt: number;
  readonly arrivals: number;
}

/** The guest computes when the messages come, and halts later. */
const HALTS_LATER = { guestIdle: 1_000_000, jitterPercent: 0, wakeJitterPercent: 0 };

const REAL_CYCLES: readonly RealCycle[] = [
  // Two host interrupts before the kick has reached the vCPU: one injection.
  {
    path: MSI_IRQFD,
    file: 'X4e-cycle-two-in-one',
    settings: { ...HALTS_LATER, periodUs: 50, vmExit: 100_000 },
    irqCpu: 0,
    vcpuCpu: 1,
    interrupt: 0,
    arrivals: 2,
  },
  // The guest has ended the interrupt before by PV EOI; KVM learns of it in the exit that this one causes.
  {
    path: MSI_IRQFD,
    file: 'X4f-cycle-pv-eoi',
    settings: { guest: 'busy', capability: 'msi', periodUs: 500 },
    irqCpu: 0,
    vcpuCpu: 1,
    interrupt: 1,
    arrivals: 3,
  },
  // Two host interrupts, each an exit, before the main loop reads: one read, one KVM_SIGNAL_MSI, one injection.
  {
    path: MSI_USERSPACE,
    file: 'X4g-cycle-two-in-one',
    settings: { ...HALTS_LATER, guestIdle: 120_000, periodUs: 50, threadWake: 200_000 },
    irqCpu: 0,
    vcpuCpu: 0,
    interrupt: 0,
    arrivals: 2,
  },
];

function contextOf(row: StepRow): X86TraceEvent['context'] {
  if (row.context === 'hardirq') return 'hard IRQ';
  return row.process === 'main loop' ? 'main loop' : 'vCPU thread';
}

function eventsOf(rows: readonly StepRow[]): X86TraceEvent[] {
  return ofTheDevice(
    rows.flatMap((row) =>
      row.tracepoints.flatMap((text) => {
        const event = canonicalX86Event(asTraceText(text));
        return event === null ? [] : [{ context: contextOf(row), event }];
      }),
    ),
  );
}

function rowsOf({ path, settings, irqCpu, vcpuCpu, arrivals }: RealCycle): readonly StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, vendor: 'amd' as const, irqCpu, vcpuCpu } };
  return simulatePath(path, settings, { interrupts: arrivals, facts }).steps;
}

/** All events that a path claims to know: what its steps emit in some runs of every kind. */
function alphabet(cycle: RealCycle): Set<string> {
  const known = new Set<string>();
  for (const settings of [{}, { guest: 'busy' }, { mmap: 'off', pvEoi: 'off' }, cycle.settings]) {
    for (const { event } of eventsOf(rowsOf({ ...cycle, settings, arrivals: 3 }))) known.add(event);
  }
  return known;
}

/** Leaves out the exit, whatever it is for, in which KVM finds that the guest has ended its interrupt. */
function withoutCarrier(events: readonly X86TraceEvent[]): X86TraceEvent[] {
  return events.filter(({ event }, i) => {
    const next = events.slice(i + 1).findIndex(({ context }) => context === 'vCPU thread');
    const following = events[i + 1 + next]?.event;
    const injectsToo = events.slice(i + 1).some((later) => later.event.startsWith('kvm_inj_virq'));
    return !(event.startsWith('kvm_exit') && following === 'kvm_eoi vector 37' && !injectsToo);
  });
}

describe('messages: a run and a real x86 kernel do the same in every context, event by event', () => {
  it.each(REAL_CYCLES)('$path: $file', async (cycle) => {
    const text = readFileSync(
      new URL(`../../fixtures/traces/${cycle.file}.ftrace.txt`, import.meta.url),
      'utf8',
    );
    const real = withoutCarrier(readX86Trace(text, alphabet(cycle)));
    expect(real.length).toBeGreaterThan(15);
    // Up to the next interrupt: KVM learns of a PV EOI after the path is ready again.
    const rows = rowsOf(cycle).filter(({ interrupt, inCycle }) =>
      cycle.settings.guest === 'busy'
        ? interrupt === cycle.interrupt && inCycle
        : interrupt === cycle.interrupt,
    );
    const model = withoutCarrier(eventsOf(rows));
    await expect(sideBySide(X86_CONTEXTS, model, real, 62)).toMatchFileSnapshot(
      `../../golden/traces/${cycle.file}.txt`,
    );
    for (const context of X86_CONTEXTS) expect(project(model, context)).toEqual(project(real, context));
  });
});
