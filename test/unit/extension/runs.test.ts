import { describe, expect, it, vi } from 'vitest';
import { measure, simulate } from '../../../src/analysis/simulate.ts';
import type { Simulation, SimulationProgress } from '../../../src/analysis/simulation.ts';
import { fail } from '../../../src/base/result.ts';
import type { Result } from '../../../src/base/result.ts';
import { Runs } from '../../../src/extension/runs.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const SHORT = { path: 'vfio-pci/msi-irqfd', facts: TEST_FACTS, interrupts: 10 };
const LONG = { ...SHORT, interrupts: 100_000 };

/** Runs whose long ones end when the test says so. */
function withSimulator() {
  const jobs: {
    end: (result: Result<Simulation>) => void;
    progress: (progress: SimulationProgress) => void;
    stop: ReturnType<typeof vi.fn>;
  }[] = [];
  const here = vi.fn(simulate);
  const runs = new Runs(
    {
      simulate: (request) => Promise.resolve(here(request)),
      measure: (request) => Promise.resolve(measure(request)),
    },
    {
      simulate: (_, progress) => {
        const { promise, resolve } = Promise.withResolvers<Result<Simulation>>();
        const stop = vi.fn(() => {
          resolve(fail('stopped'));
        });
        jobs.push({ end: resolve, progress, stop });
        return { result: promise, stop };
      },
    },
  );
  return { runs, jobs, here };
}

describe('long runs', () => {
  it('are made by the simulator, short ones in this thread', async () => {
    const { runs, jobs, here } = withSimulator();
    expect(unwrap(await runs.run(SHORT)).interrupts).toBe(10);
    expect(jobs).toHaveLength(0);
    const run = simulate(SHORT);
    const asked = runs.run(LONG);
    jobs[0]!.end(run);
    expect(await asked).toEqual(run);
    expect(await runs.run(LONG)).toEqual(run);
    expect(jobs).toHaveLength(1);
    expect(here).toHaveBeenCalledOnce();
  });

  it('are not made twice while they are under way: who asked last is told how it stands', () => {
    const { runs, jobs } = withSimulator();
    const [first, last] = [vi.fn(), vi.fn()];
    const asked = runs.run(LONG, first);
    expect(runs.run(LONG, last)).toBe(asked);
    jobs[0]!.progress({ phase: 'run', interrupts: 1, of: 2 });
    expect(first).not.toHaveBeenCalled();
    expect(last).toHaveBeenCalledOnce();
  });

  it('give way to what is asked next, long or short', async () => {
    const { runs, jobs } = withSimulator();
    const first = runs.run(LONG);
    const second = runs.run({ ...LONG, seed: 2 });
    expect(await first).toMatchObject({ ok: false });
    await runs.run(SHORT);
    expect(await second).toMatchObject({ ok: false });
    expect(jobs.map(({ stop }) => stop.mock.calls.length)).toEqual([1, 1]);
  });

  it('are made anew after they were cancelled or failed', async () => {
    const { runs, jobs } = withSimulator();
    const cancelled = runs.run(LONG);
    runs.cancel();
    const again = runs.run(LONG);
    expect(await cancelled).toMatchObject({ ok: false });
    jobs[1]!.end(fail('the worker died'));
    expect(await again).toMatchObject({ ok: false });
    void runs.run(LONG);
    expect(jobs).toHaveLength(3);
  });
});
