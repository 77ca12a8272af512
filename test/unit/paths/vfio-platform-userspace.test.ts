import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fire, initialState } from '../../../src/engine/semantics.ts';
import { successors } from '../../../src/engine/successors.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { wireUserspace } from '../../../src/paths/vfio-platform-userspace.ts';
import type { UserspaceParts } from '../../../src/paths/vfio-platform-userspace.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import type { Wiring } from '../../../src/paths/wiring.ts';
import {
  bugsOf,
  count,
  cycleOf,
  runWiring,
  settingsOf,
  simulatePath,
  timesTaken,
  USERSPACE,
} from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

/** Wires the path, with parts left out if asked for. */
function wire(settings: PathSettings = {}, parts: Partial<UserspaceParts> = {}, facts = TEST_FACTS): Wiring {
  return unwrap(
    wireUserspace(settingsOf(USERSPACE, settings), facts, bugsOf(USERSPACE), { automask: true, ...parts }),
  );
}

function simulateUserspace(
  settings: PathSettings,
  options: { interrupts?: number; seed?: number } = {},
): Simulation {
  return simulatePath(USERSPACE, settings, options);
}

/** Summed over many seeds with jitter, as the traces sum over many triggers. */
function overSeeds(
  seeds: number,
  settings: Record<string, number | string>,
): { cycles: number; second: number; spurious: number } {
  const total = { cycles: 0, second: 0, spurious: 0 };
  for (let seed = 0; seed < seeds; seed++) {
    const simulation = simulateUserspace(settings, { interrupts: 4, seed });
    for (let i = 0; i < simulation.interrupts; i++) {
      const rows = cycleOf(simulation, i);
      total.cycles++;
      if (count(rows, 'handler-entry') > 1) total.second++;
      if (count(rows, 'irq-none') > 0) total.spurious++;
    }
  }
  return total;
}

describe('a driver that reads the status first (traces P2-…-readfirst)', () => {
  it('gets second host interrupts, and after them a spurious guest interrupt or none, over 200 seeds', () => {
    const { cycles, second, spurious } = overSeeds(200, {});
    expect(cycles).toBe(800);
    expect(second).toBeGreaterThan(cycles * 0.9);
    expect(spurious).toBeGreaterThan(0);
    expect(spurious).toBeLessThan(second);
  });

  it('gets more spurious interrupts the later the main loop wakes up', () => {
    const shares = [0, 500, 1500, 2500, 4000].map(
      (threadWake) => overSeeds(50, { threadWake, wakeJitterPercent: 30 }).spurious,
    );
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBe(200);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(new Set(shares).size).toBeGreaterThan(3);
  });
});

describe('a driver that clears first (trace P2-…-writefirst)', () => {
  it('never gets a second host interrupt nor a spurious guest interrupt', () => {
    expect(overSeeds(200, { handler: 'write-first', accesses: 1 })).toEqual({
      cycles: 800,
      second: 0,
      spurious: 0,
    });
  });

  it.each([1, 3, 7])(
    'makes exactly %i MMIO exits with as many register accesses on the slow path',
    (accesses) => {
      const simulation = simulateUserspace({ handler: 'write-first', accesses }, { interrupts: 20 });
      for (let i = 0; i < simulation.interrupts; i++) {
        const marks = cycleOf(simulation, i).flatMap((row) => row.marks);
        expect(marks.filter((mark) => mark === 'exit:DABT_LOW')).toHaveLength(accesses);
        expect(marks.filter((mark) => mark === 'userspace-exit')).toHaveLength(accesses);
      }
    },
  );
});

describe('two GIC exceptions for a handler call (lazy disable)', () => {
  it('masks in the second, which calls no handler', () => {
    const { summary } = simulateUserspace({ handler: 'write-first', accesses: 1 }, { interrupts: 50 });
    expect(summary.physicalIrqsPerInterrupt).toBe(2);
    expect(summary.guestIrqsPerInterrupt).toBe(1);
  });

  it('takes only one where the device is cleared before the first end of interrupt', () => {
    // The early unmask of a read-first driver: another CPU is slow to end the second interrupt, and the clearing
    // write gets there first.
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, cpus: 3, irqCpu: 2 } };
    const wiring = wire({}, {}, facts);
    const run = runWiring(wiring, { arrivals: 20, costs: { gicAccess: 20_000 } });
    expect(run.end).toBe('quiet');
    const times = (label: string): number => timesTaken(wiring, run, label);
    expect(times('handler-entry')).toBeGreaterThan(20);
    expect(times('gic-exception')).toBeLessThan(2 * times('handler-entry'));
    expect(times('gic-exception')).toBeGreaterThan(times('handler-entry'));
  });
});

describe('mmap timeout, interrupts every 500 ms (traces P2, P3)', () => {
  const run = (mmapTimeoutMs: number): { unmaps: number; maps: number; arms: number; endsSlow: boolean } => {
    const simulation = simulateUserspace({ periodUs: 500_000, mmapTimeoutMs }, { interrupts: 10 });
    const armed = simulation.steps.filter(({ label }) => label === 'arm-mmap-timer').length;
    const last = simulation.steps.findLast(({ changes }) =>
      changes.some(({ field }) => field === 'memory slot'),
    );
    return {
      unmaps: count(simulation.steps, 'delete-memory-slot'),
      maps: count(simulation.steps, 'create-memory-slot'),
      arms: armed,
      endsSlow: last?.label === 'delete-memory-slot',
    };
  };

  it('at 110 ms unmaps and maps the regions again around every interrupt', () => {
    expect(run(110)).toMatchObject({ unmaps: 10, maps: 10, endsSlow: false });
  });

  it('at 1100 ms unmaps once and arms the timer again each time', () => {
    const { unmaps, maps, arms } = run(1100);
    expect({ unmaps, maps }).toEqual({ unmaps: 1, maps: 1 });
    expect(arms).toBeGreaterThanOrEqual(10);
  });

  it('at 1100 ms maps again only after the last interrupt', () => {
    const simulation = simulateUserspace({ periodUs: 500_000, mmapTimeoutMs: 1100 }, { interrupts: 10 });
    const remap = simulation.steps.findIndex(({ label }) => label === 'create-memory-slot');
    const lastAssert = simulation.steps.findLastIndex(({ label }) => label === 'assert-line');
    expect(remap).toBeGreaterThan(lastAssert);
  });

  it('at 0 unmaps once and never maps again: removing the timer leaves the slow path for ever', () => {
    expect(run(0)).toEqual({ unmaps: 1, maps: 0, arms: 0, endsSlow: true });
  });

  it('has no slot to take away with x-no-mmap, and every access exits (trace P8)', () => {
    const simulation = simulateUserspace(
      { mmap: 'off', handler: 'write-first', accesses: 3 },
      { interrupts: 5 },
    );
    expect(count(simulation.steps, 'delete-memory-slot')).toBe(0);
    expect(count(simulation.steps, 'create-memory-slot')).toBe(0);
    expect(simulation.summary.userspaceExitsPerInterrupt).toBe(3);
  });
});

describe('order inside a cycle', () => {
  const cycle = (): string[] =>
    cycleOf(simulateUserspace({ periodUs: 500_000, mmapTimeoutMs: 110 }, { interrupts: 1 }), 0).map(
      ({ label }) => label,
    );
  const before = (a: string, b: string): void => {
    const labels = cycle();
    expect(labels.indexOf(a)).toBeGreaterThanOrEqual(0);
    expect(labels.indexOf(b)).toBeGreaterThan(labels.indexOf(a));
  };

  it('deletes the slot before it raises the line: no live mapping', () => {
    before('delete-memory-slot', 'unmap-dma');
    before('unmap-dma', 'raise-line');
  });

  it('performs the access before it lowers the line, and that before the unmask', () => {
    before('region-access', 'lower-line');
    before('lower-line', 'unmask-line');
  });

  it('has the maintenance exit in this mode as well', () => {
    before('end-interrupt', 'notify-acked');
  });
});

describe('removing a part', () => {
  it('without the automask the line interrupts again and again until the guest has cleared the device', () => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, cpus: 3, irqCpu: 2 } };
    const handlerCalls = (automask: boolean): number => {
      const wiring = wire({ handler: 'write-first', accesses: 1 }, { automask }, facts);
      return timesTaken(wiring, runWiring(wiring), 'handler-entry');
    };
    expect(handlerCalls(true)).toBe(5);
    expect(handlerCalls(false)).toBeGreaterThan(100);
  });

  it('without the automask a vCPU on the interrupted CPU never gets to run: a storm', () => {
    expect(runWiring(wire({}, { automask: false })).end).toBe('step-limit');
  });
});

describe('EOImode', () => {
  it('drops the priority in a step of its own on a host booted at EL2, and together with the deactivation otherwise', () => {
    const drops = (gicEoiMode: 0 | 1): number => {
      const wiring = wire({}, {}, { ...TEST_FACTS, host: { ...TEST_FACTS.host, gicEoiMode } });
      const run = runWiring(wiring, { arrivals: 3 });
      expect(run.end).toBe('quiet');
      return timesTaken(wiring, run, 'priority-drop');
    };
    expect(drops(0)).toBe(0);
    expect(drops(1)).toBeGreaterThan(6);
  });
});

describe('one model', () => {
  it('every step of a jittered timed run is a transition of the successor relation', () => {
    const seeds = fc.nat(0xffff_ffff);
    const settings = fc.record({
      handler: fc.constantFrom('read-first', 'write-first'),
      accesses: fc.integer({ min: 2, max: 4 }),
      guest: fc.constantFrom('idle', 'busy'),
      mmapTimeoutMs: fc.constantFrom(0, 1, 1100),
      periodUs: fc.integer({ min: 20, max: 5000 }),
    });
    fc.assert(
      fc.property(seeds, settings, fc.double({ min: 0, max: 1, noNaN: true }), (seed, given, jitter) => {
        const wiring = wire(given);
        const { model } = wiring;
        const run = runWiring(wiring, { seed, jitter, wakeJitter: jitter, arrivals: 3, maxSteps: 3000 });
        const s = initialState(model);
        for (let i = 0; i < run.log.length; i++) {
          const step = model.steps[run.log.step[i] ?? 0];
          const process = model.processes[step?.process ?? 0];
          if (!step || !process) throw new Error('log names no step');
          const possible = successors(model, s);
          const choice = run.log.choice[i] ?? 0;
          fire(process, s, choice);
          const found = possible.find((t) => t.step === step.id && t.choice === choice);
          expect(found?.state).toEqual(s);
        }
        expect(s).toEqual(run.state);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps every field inside its declared range', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.integer({ min: 10, max: 300 }), (seed, periodUs) => {
        const { model, ...rest } = wire({ periodUs });
        const run = runWiring({ model, ...rest }, { seed, arrivals: 10 });
        const s = initialState(model);
        for (let i = 0; i < run.log.length; i++) {
          const process = model.processes[model.steps[run.log.step[i] ?? 0]?.process ?? 0];
          if (process) fire(process, s, run.log.choice[i] ?? 0);
          model.fields.forEach(({ name, max }, field) => {
            if ((s[field] ?? 0) > max)
              throw new Error(`${name} is ${String(s[field])}, more than ${String(max)}`);
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is the same run for the same seed, and another for another', () => {
    const times = (seed: number): string =>
      simulateUserspace({}, { interrupts: 5, seed })
        .steps.map(({ timeNs }) => timeNs)
        .join();
    expect(times(7)).toBe(times(7));
    expect(times(7)).not.toBe(times(8));
  });
});

describe('bad settings', () => {
  const failure = (settings: Record<string, string | number>): string => {
    try {
      simulateUserspace(settings);
    } catch (error) {
      return String(error);
    }
    return '';
  };

  it('are refused with what was expected', () => {
    expect(failure({ mmapTimeoutMs: 'soon' })).toContain(
      'mmapTimeoutMs: expected a whole number from 0 to 4294967295 ms',
    );
    expect(failure({ handler: 'sideways' })).toContain('read-first or write-first');
    expect(failure({ accesses: 1 })).toContain('at least 2');
    expect(failure({ nonsense: 1 })).toContain('there is no setting \\"nonsense\\"');
    expect(failure({ threadWake: -1 })).toContain('threadWake: expected a whole number from 0');
  });
});
