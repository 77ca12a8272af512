import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import type { Summary } from '../../../src/analysis/simulation.ts';
import { finish } from '../../../src/engine/explore.ts';
import { breaksDiscipline } from '../../../src/machine/kernel/vgic-mapped.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { wireForwarded } from '../../../src/paths/vfio-platform-forwarded.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import {
  bugsOf,
  count,
  cycleOf,
  FORWARDED,
  IRQFD,
  runWiring,
  settingsOf,
  simulatePath,
  timesTaken,
  wire,
} from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const ASSIGN = { forwarding: 'assign-while-running' };
const DEASSIGN = { forwarding: 'deassign-while-running' };

function explored(request: Omit<ExplorationRequest, 'facts' | 'path'>): Exploration {
  return unwrap(finish(explorePath({ path: FORWARDED, facts: TEST_FACTS, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return [...new Set(violations.map(({ property }) => property))].sort();
}

/** What an interrupt costs on this path and on the one with the resampler, which differ in nothing else. */
function sideBySide(settings: PathSettings): { forwarded: Summary; irqfd: Summary } {
  const steady = { jitterPercent: 0, wakeJitterPercent: 0, ...settings };
  return {
    forwarded: simulatePath(FORWARDED, steady, { interrupts: 20 }).summary,
    irqfd: simulatePath(IRQFD, steady, { interrupts: 20 }).summary,
  };
}

describe('an interrupt of a forwarded line (document 001)', () => {
  it.each(['idle', 'busy'])('costs one physical exception where the resampler has two, %s guest', (guest) => {
    const { forwarded, irqfd } = sideBySide({ guest });
    expect(forwarded.physicalIrqsPerInterrupt).toBe(1);
    expect(irqfd.physicalIrqsPerInterrupt).toBe(2);
  });

  it.each(['idle', 'busy'])(
    'has no completion exit: exactly the maintenance exit is saved, %s guest',
    (guest) => {
      const { forwarded, irqfd } = sideBySide({ guest });
      const { IRQ_MAINTENANCE, ...rest } = irqfd.exitReasons;
      expect(IRQ_MAINTENANCE).toBe(1);
      expect(forwarded.exitReasons).toEqual(rest);
      expect(forwarded.exitsPerInterrupt).toBe(irqfd.exitsPerInterrupt - 1);
    },
  );

  it('is deactivated by the guest, with nothing masked, resampled or unmasked', () => {
    const simulation = simulatePath(FORWARDED, {}, { interrupts: 10 });
    for (let i = 0; i < simulation.interrupts; i++) {
      const rows = cycleOf(simulation, i);
      for (const label of ['automask', 'lazy-mask', 'eoi', 'notify-acked', 'signal-resample', 'unmask-line'])
        expect([label, count(rows, label)]).toEqual([label, 0]);
      const deactivating = rows.filter(({ changes }) =>
        changes.some(({ field, to }) => field === 'GICD active' && to === 'inactive'),
      );
      expect(deactivating.map(({ label }) => label)).toEqual(['end-interrupt']);
    }
  });

  it('keeps other interrupts of the CPU flowing: only the priority is dropped', () => {
    const rows = cycleOf(simulatePath(FORWARDED, {}, { interrupts: 1 }), 0);
    const labels = rows.map(({ label }) => label);
    expect(labels.indexOf('priority-drop')).toBeLessThan(labels.indexOf('leave-active'));
    expect(labels.indexOf('leave-active')).toBeLessThan(labels.indexOf('end-interrupt'));
  });

  it('comes again at once when the device still asserts at the end of it', () => {
    const wiring = wire(FORWARDED, { periodUs: 5, guest: 'busy' });
    const run = runWiring(wiring, { arrivals: 200 });
    expect(run.end).toBe('quiet');
    expect(timesTaken(wiring, run, 'gic-exception')).toBe(timesTaken(wiring, run, 'end-interrupt'));
  });
});

describe('a host with EOImode 0', () => {
  it('cannot forward, and is told why', () => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, gicEoiMode: 0 as const } };
    const refused = wireForwarded(settingsOf(FORWARDED), facts, new Set(), { stops: true });
    expect(refused).toMatchObject({ ok: false, error: expect.stringContaining('gicEoiMode=1') as string });
  });
});

describe('without its known bugs, every interleaving', () => {
  it.each<[string, PathSettings, string]>([
    ['forwarded from the start', {}, '6.12'],
    ['with the kworker of 2014', {}, '3.17'],
    ['with two lines', { lines: 2, handler: 'write-first', accesses: 1 }, '6.12'],
    ['with trapped accesses', { mmap: 'off' }, '6.12'],
    ['assigned while it runs', ASSIGN, '6.12'],
    ['assigned while it runs, kworker', ASSIGN, '3.17'],
    ['taken back while it runs', DEASSIGN, '6.12'],
    ['taken back from a busy guest', { ...DEASSIGN, guest: 'busy' }, '6.12'],
  ])('%s loses nothing', (_, settings, kernel) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel } };
    const result = unwrap(finish(explorePath({ path: FORWARDED, settings, facts, bugs: { all: false } })));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(200);
    expect(violated(result)).toEqual([]);
  });
});

describe('assigning a line while it runs', () => {
  it('is refused while its interrupt is active, and granted otherwise', () => {
    const reach = ['forwarding-assigned', 'forwarding-refused'];
    const { witnesses } = explored({ settings: ASSIGN, bugs: { all: false }, reach });
    expect(witnesses.map(({ outcome, reached }) => [outcome, reached])).toEqual(
      reach.map((name) => [name, true]),
    );
    const refused = witnesses[1]?.prefix.map(({ label }) => label) ?? [];
    expect(refused.at(-1)).toBe('assign-irq');
    expect(refused).toContain('gic-exception');
    expect(refused).not.toContain('eoi');
  });

  it('once refused leaves it on the resampler', () => {
    const wiring = wire(FORWARDED, { ...ASSIGN, forwardingChangeUs: 1010 }, TEST_FACTS, { all: false });
    const run = runWiring(wiring, { arrivals: 10, costs: { haltWake: 100_000 } });
    expect(timesTaken(wiring, run, 'assign-irq')).toBe(1);
    expect(timesTaken(wiring, run, 'map-irq')).toBe(0);
    expect(timesTaken(wiring, run, 'unmask-line')).toBe(10);
  });

  it('turns interrupts with two physical exceptions into such with one', () => {
    const simulation = simulatePath(FORWARDED, { ...ASSIGN, forwardingChangeUs: 5500 }, { interrupts: 10 });
    const exceptions = Array.from({ length: 10 }, (_, i) => count(cycleOf(simulation, i), 'gic-exception'));
    expect(exceptions).toEqual([2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
  });

  it('without stopping line and guest loses an interrupt between the two halves', () => {
    const wiring = unwrap(
      wireForwarded(settingsOf(FORWARDED, ASSIGN), TEST_FACTS, new Set(), { stops: false }),
    );
    const { findings } = finish(checkWiring(wiring, { maxStates: 1e6, marks: [] }));
    expect(findings.map(({ property }) => property)).toContain('no-lost-interrupt');
  });
});

describe('a known bug of forwarding', () => {
  it('line-never-lowered: the second injection is swallowed, and the physical interrupt stays active', () => {
    const result = explored({ bugs: { all: false, 'line-never-lowered': true } });
    expect(violated(result)).toEqual(['no-lost-interrupt']);
    const labels = result.violations[0]?.prefix.map(({ label }) => label) ?? [];
    expect(labels.filter((label) => label === 'inject-level-1')).toHaveLength(2);
    expect(labels.filter((label) => label === 'end-interrupt')).toHaveLength(1);
  });

  it('assigned-unchecked: the end of the interrupt deactivates what is not active, and nobody unmasks', () => {
    const result = explored({ settings: ASSIGN, bugs: { all: false, 'assigned-unchecked': true } });
    expect(violated(result)).toEqual(['hw-lr-discipline', 'no-lost-interrupt', 'unmasked']);
  });

  it('masked-at-set-up: a line at rest is refused', () => {
    const bugs = { all: false, 'masked-at-set-up': true };
    const on = explored({ settings: ASSIGN, bugs });
    expect(violated(on)).toEqual(['no-needless-refusal']);
    expect(on.violations[0]?.prefix.map(({ label }) => label)).toContain('mask-line');
    const wiring = wire(FORWARDED, ASSIGN, TEST_FACTS, bugs);
    const run = runWiring(wiring, { arrivals: 10 });
    expect(timesTaken(wiring, run, 'unmask-after')).toBe(1);
    expect(timesTaken(wiring, run, 'map-irq')).toBe(0);
  });

  it('masked-at-set-up: is that of QEMU 2.4', () => {
    const on = (qemu: string): boolean =>
      bugsOf(FORWARDED, {}, { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } }).has('masked-at-set-up');
    expect(['2.3', '2.4', '2.5', '10.1'].map(on)).toEqual([false, true, false, false]);
  });

  it('active-left-behind: the wire is dead for the host', () => {
    const result = explored({ settings: DEASSIGN, bugs: { all: false, 'active-left-behind': true } });
    expect(violated(result)).toEqual(['no-lost-interrupt']);
    expect(result.violations[0]?.prefix.map(({ label }) => label)).toContain('deassign-irq');
  });
});

describe('hw-lr-discipline', () => {
  it('is broken by a mapped list register that is pending and active, or valid for an inactive interrupt', () => {
    const [lrState, lrHw, active] = [0, 1, 2];
    const broken = (lr: number, mapped: number, physical: number): boolean =>
      breaksDiscipline(
        Uint8Array.of(lr, mapped, physical),
        { lrState } as never,
        { lrHw, gic: { active } } as never,
      );
    const all = [0, 1, 2, 3].flatMap((lr) =>
      [0, 1].flatMap((mapped) => [0, 1].map((physical) => [lr, mapped, physical] as const)),
    );
    expect(all.filter((state) => broken(...state))).toEqual([
      [1, 1, 0],
      [2, 1, 0],
      [3, 1, 0],
      [3, 1, 1],
    ]);
  });
});
