import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import { finish } from '../../../src/engine/explore.ts';
import { fire, initialState } from '../../../src/engine/semantics.ts';
import { successors } from '../../../src/engine/successors.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf, count, cycleOf, INTX_SPLIT, INTX_USERSPACE, runWiring, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

function factsOf(host: Partial<HostFacts> = {}): typeof TEST_FACTS {
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 1, ...host } };
}

function run(path: string, settings: PathSettings, interrupts = 4): Simulation {
  const steady = { jitterPercent: 0, wakeJitterPercent: 0, ...settings };
  return unwrap(simulate({ path, facts: factsOf(), settings: steady, interrupts }, 'all'));
}

function explored(
  path: string,
  settings: PathSettings,
  bugs: Record<string, boolean> = {},
  host: Partial<HostFacts> = {},
): Exploration {
  const request = { path, settings, facts: factsOf(host), bugs: { all: false, ...bugs } };
  return unwrap(finish(explorePath(request)));
}

function violated({ violations }: Exploration): string[] {
  return [...new Set(violations.map(({ property }) => property))];
}

const SIMPLE = { napi: 'off', accesses: 1 };

describe('without their known bugs', () => {
  const cases: readonly { path: string; settings: PathSettings; host?: Partial<HostFacts> }[] = [
    { path: INTX_SPLIT, settings: {} },
    { path: INTX_SPLIT, settings: { guest: 'busy' }, host: { vendor: 'amd', irqCpu: 0 } },
    { path: INTX_SPLIT, settings: { intxMask: 'broken' } },
    { path: INTX_SPLIT, settings: { intremap: 'on' } },
    { path: INTX_SPLIT, settings: { intremap: 'on', mmap: 'off' } },
    { path: INTX_SPLIT, settings: SIMPLE },
    { path: INTX_USERSPACE, settings: { ...SIMPLE, irqchip: 'split' } },
    {
      path: INTX_USERSPACE,
      settings: { ...SIMPLE, irqchip: 'split', mmapTimeoutMs: 0 },
      host: { irqCpu: 0 },
    },
    { path: INTX_USERSPACE, settings: { ...SIMPLE, irqchip: 'split', intremap: 'on' } },
    { path: INTX_USERSPACE, settings: { ...SIMPLE, irqchip: 'off' } },
    { path: INTX_USERSPACE, settings: { ...SIMPLE, irqchip: 'off', intremap: 'on' } },
    { path: INTX_USERSPACE, settings: { irqchip: 'off', mmapTimeoutMs: 0 } },
    {
      path: INTX_USERSPACE,
      settings: { irqchip: 'off', mmap: 'off', guest: 'busy' },
      host: { vendor: 'amd', irqCpu: 0 },
    },
  ];

  it.each(cases)('$path $settings $host: all states seen, nothing wrong', ({ path, settings, host }) => {
    const result = explored(path, settings, {}, host);
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(500);
    expect(violated(result)).toEqual([]);
  });
});

describe('what an interrupt costs', () => {
  const exits = (path: string, settings: PathSettings): [exits: number, userspace: number] => {
    const { summary } = run(path, settings);
    return [summary.exitsPerInterrupt, summary.userspaceExitsPerInterrupt];
  };

  it('with the IOAPIC in QEMU: the trigger mode, and an end of interrupt that goes on to QEMU (trace X5-split)', () => {
    expect(exits(INTX_SPLIT, {})).toEqual([2, 1]);
    const { summary } = run(INTX_SPLIT, { guest: 'busy' });
    expect(summary.exitReasons).toEqual({
      'EXTERNAL_INTERRUPT (kick)': 1,
      'MSR_READ (APIC TMR)': 1,
      'MSR_WRITE (APIC EOI)': 1,
    });
  });

  it('with interrupt remapping: an edge at the local APIC, and a write to the EOI register of the IOAPIC', () => {
    const remapped = (pvEoi: 'on' | 'off'): Simulation => {
      const facts = { ...factsOf(), guest: { ...TEST_FACTS.guest, pvEoi } };
      return unwrap(simulate({ path: INTX_SPLIT, facts, settings: { intremap: 'on' }, interrupts: 4 }));
    };
    const { summary } = remapped('off');
    expect(summary.exitReasons).toEqual({ 'EPT_MISCONFIG (MMIO)': 1, 'MSR_WRITE (APIC EOI)': 1 });
    expect(summary.userspaceExitsPerInterrupt).toBe(1);
    // For an edge KVM may offer PV EOI.
    expect(remapped('on').summary.exitReasons).toEqual({ 'EPT_MISCONFIG (MMIO)': 1 });
  });

  it.each(['split', 'off'])('irqchip=%s, remapped: QEMU hears of the end by the write alone', (irqchip) => {
    const settings = { irqchip, intremap: 'on', mmap: 'off', napi: 'off', accesses: 1 };
    const { steps } = run(INTX_USERSPACE, settings);
    const labels = cycleOf({ steps } as Simulation, 1).map(({ label }) => label);
    expect(labels.filter((label) => label === 'eoi-broadcast')).toHaveLength(1);
    expect(labels.indexOf('eoi-broadcast')).toBe(labels.indexOf('ioapic-mem-write') + 1);
    expect(labels).not.toContain('read-tmr');
    const refused = simulate({
      path: INTX_USERSPACE,
      facts: factsOf(),
      settings: { ...settings, irqchip: 'on' },
    });
    expect(refused).toMatchObject({ ok: false, error: expect.stringContaining('irqchip=split') as string });
  });

  it('all in QEMU: one exit for the injection, one for every access to the APIC (trace X5-off)', () => {
    const { steps } = run(INTX_USERSPACE, { irqchip: 'off', mmapTimeoutMs: 0, napi: 'off', accesses: 1 });
    const cycle = cycleOf({ steps } as Simulation, 1);
    const marks = cycle.flatMap((row) => row.marks).filter((mark) => mark.startsWith('exit:'));
    // The read of ICR, of the trigger mode, and the end of interrupt.
    const mmio = 'exit:EPT_MISCONFIG (MMIO)';
    expect(marks).toEqual(['exit:PREEMPTION_TIMER (immediate)', mmio, mmio, mmio]);
    // A halted vCPU is woken through its lock and signalled as well: the first KVM_RUN only finds the signal.
    expect(count(cycle, 'restart')).toBe(1);
    const labels = cycle.map(({ label }) => label);
    expect(labels.indexOf('restart')).toBeGreaterThan(labels.indexOf('queue-interrupt'));
  });
});

describe('the worker', () => {
  it('injects nothing with split: the message is sent in the hard interrupt', () => {
    const { steps } = run(INTX_SPLIT, {});
    expect(steps.filter(({ label }) => label === 'accept-irq').map(({ context }) => context)).toEqual(
      Array.from({ length: 4 }, () => 'hardirq'),
    );
  });

  it('sends again what is still up when QEMU unmasks', () => {
    const { steps } = run(INTX_SPLIT, { napi: 'off', guestHandler: 40_000, periodUs: 50 }, 2);
    const again = steps.filter(({ process }) => process === 'kworker virqfd').map(({ label }) => label);
    expect(again.slice(0, 4)).toEqual(['virqfd-inject', 'signal-trigger', 'irqfd-wakeup', 'set-msi']);
  });
});

describe('resample-never-signalled (QEMU before 5.1)', () => {
  it.each([{}, { intremap: 'on' }, { intxMask: 'broken' }])(
    '%o: the function stays masked after its first interrupt',
    (settings) => {
      const { violations } = explored(INTX_SPLIT, settings, { 'resample-never-signalled': true });
      expect(violations.map(({ property }) => property).toSorted()).toEqual([
        'no-lost-interrupt',
        'unmasked',
      ]);
      const labels =
        violations.find(({ property }) => property === 'unmasked')?.prefix.map(({ label }) => label) ?? [];
      expect(labels.filter((label) => label === 'host-interrupt')).toHaveLength(1);
      expect(labels).not.toContain('resample-fd-notify');
    },
  );

  it('follows the release of QEMU, and needs a kernel that takes such an irqfd', () => {
    expect(bugsOf(INTX_SPLIT, {}, factsOf({ qemu: '5.0', kernel: '5.1' }))).toContain(
      'resample-never-signalled',
    );
    expect(bugsOf(INTX_SPLIT, {}, factsOf({ qemu: '5.1' }))).not.toContain('resample-never-signalled');
    const refused = simulate({ path: INTX_SPLIT, facts: factsOf({ qemu: '5.0' }) });
    expect(refused).toMatchObject({
      ok: false,
      error: expect.stringContaining('Linux 6.12 refuses') as string,
    });
  });
});

describe('line-before-unmap', () => {
  const bugs = { 'line-before-unmap': true };

  it('storms with split as with the IOAPIC in KVM', () => {
    const storm = explored(INTX_USERSPACE, { ...SIMPLE, irqchip: 'split' }, bugs).violations.find(
      ({ property }) => property === 'no-storm',
    );
    expect(storm?.starved).toEqual(['main loop']);
    expect(storm?.cycle.map(({ label }) => label)).toContain('clear-qemu-remote-irr');
  });

  it('cannot show with all in QEMU: the vCPU thread waits for the lock that the main loop holds until it has unmapped', () => {
    const result = explored(INTX_USERSPACE, { ...SIMPLE, irqchip: 'off' }, bugs);
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual([]);
    const { steps } = run(INTX_USERSPACE, { irqchip: 'off', guest: 'busy' }, 1);
    const labels = steps.map(({ label }) => label);
    // Trace X5-off, first cycle: KVM_INTERRUPT comes after the last KVM_SET_USER_MEMORY_REGION.
    expect(labels.indexOf('queue-interrupt')).toBeGreaterThan(labels.indexOf('delete-smm-slot'));
    expect(labels.indexOf('raise-qemu-pin')).toBeLessThan(labels.indexOf('delete-slot'));
  });
});

describe('a local APIC in QEMU', () => {
  it('asks for a window when the line is sent again at the end of the interrupt, with interrupts still off', () => {
    const settings = { irqchip: 'off', mmap: 'off', napi: 'off', accesses: 3 };
    const result = unwrap(
      finish(
        explorePath({
          path: INTX_USERSPACE,
          settings,
          facts: factsOf(),
          bugs: { all: false },
          reach: ['sent-again-at-eoi'],
        }),
      ),
    );
    expect(result.witnesses[0]?.reached).toBe(true);
    const { steps } = unwrap(
      simulate(
        {
          path: INTX_USERSPACE,
          facts: factsOf(),
          settings: { ...settings, periodUs: 100, guestHandler: 150_000 },
          interrupts: 3,
        },
        'all',
      ),
    );
    const labels = steps.map(({ label }) => label);
    const again = labels.indexOf('apic-set-irq-again');
    const rest = labels.slice(again);
    expect(again).toBeGreaterThan(0);
    expect(rest.indexOf('open-window')).toBeGreaterThan(0);
    expect(rest.indexOf('queue-interrupt')).toBeGreaterThan(rest.indexOf('open-window'));
  });

  it('does not mind APICv, which needs one in KVM', () => {
    const result = simulate({
      path: INTX_USERSPACE,
      facts: factsOf({ apicv: 'on' }),
      settings: { irqchip: 'off' },
    });
    expect(result.ok).toBe(true);
    expect(result.ok && Object.keys(result.value.summary.exitReasons)).not.toContain(
      'EOI_INDUCED (APIC EOI)',
    );
  });
});

describe('one model', () => {
  const machines = fc.oneof(
    fc.record({ path: fc.constant(INTX_SPLIT), intremap: fc.constantFrom('on', 'off') }),
    fc.record({
      path: fc.constant(INTX_USERSPACE),
      irqchip: fc.constantFrom('split', 'off'),
      intremap: fc.constantFrom('on', 'off'),
    }),
  );
  const settings = fc.record({
    napi: fc.constantFrom('on', 'off'),
    intxMask: fc.constantFrom('pci23', 'broken'),
    guest: fc.constantFrom('idle', 'busy'),
    mmap: fc.constantFrom('on', 'off'),
    periodUs: fc.integer({ min: 20, max: 3000 }),
  });
  const cpus = fc.integer({ min: 0, max: 1 });

  it('every step of a jittered timed run is a transition of the successor relation, and it ends at rest', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), machines, settings, cpus, (seed, { path, ...kind }, given, irqCpu) => {
        const wiring = wire(path, { ...kind, ...given }, factsOf({ irqCpu }));
        const { model } = wiring;
        const timed = runWiring(wiring, {
          seed,
          jitter: 0.5,
          wakeJitter: 0.9,
          arrivals: 3,
          maxSteps: 20_000,
        });
        const s = initialState(model);
        for (let i = 0; i < timed.log.length; i++) {
          const step = model.steps[timed.log.step[i] ?? 0];
          const process = model.processes[step?.process ?? 0];
          if (!step || !process) throw new Error('log names no step');
          const possible = successors(model, s);
          const choice = timed.log.choice[i] ?? 0;
          fire(process, s, choice);
          expect(possible.find((t) => t.step === step.id && t.choice === choice)?.state).toEqual(s);
          model.fields.forEach(({ name, max }, field) => {
            if ((s[field] ?? 0) > max) throw new Error(`${name} is ${String(s[field])}`);
          });
        }
        expect(s).toEqual(timed.state);
        expect(timed.end).toBe('quiet');
        expect(wiring.isAtRest(timed.state)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
