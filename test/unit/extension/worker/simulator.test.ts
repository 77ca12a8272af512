import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Mock } from 'vitest';
import { simulationWithNames } from '../../../../src/analysis/names-in-release.ts';
import { simulate } from '../../../../src/analysis/simulate.ts';
import type { SimulationProgress } from '../../../../src/analysis/simulation.ts';
import { startWorker } from '../../../../src/extension/env/node/start-worker.ts';
import type { SimulatorPort } from '../../../../src/extension/worker/messages.ts';
import { packSimulation } from '../../../../src/extension/worker/packed-simulation.ts';
import { Simulator } from '../../../../src/extension/worker/simulator.ts';
import { TEST_FACTS } from '../../../support/facts.ts';
import { unwrap } from '../../../support/unwrap.ts';

const SCRIPT = fileURLToPath(new URL('../../../../src/extension/env/node/worker.ts', import.meta.url));
const OLD_FACTS = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '7.2' } };
const REQUEST = { path: 'virtio/call-userspace', facts: OLD_FACTS, interrupts: 3_000 };
const ignore = (): void => undefined;

let simulator: Simulator | undefined;
afterEach(() => {
  simulator?.dispose();
  vi.useRealTimers();
});

/** Workers that say only what the test says, each started when it is needed. */
function silentWorkers() {
  const workers: {
    readonly posted: Parameters<SimulatorPort['post']>[0][];
    readonly terminate: Mock<() => void>;
    say: Parameters<SimulatorPort['onMessage']>[0];
    die: (why: string) => void;
  }[] = [];
  const start = (): SimulatorPort => {
    const worker: (typeof workers)[number] = {
      posted: [],
      terminate: vi.fn<() => void>(),
      say: ignore,
      die: ignore,
    };
    workers.push(worker);
    return {
      post: (message) => worker.posted.push(message),
      onMessage: (listener) => (worker.say = listener),
      onEnd: (listener) => (worker.die = listener),
      terminate: worker.terminate,
    };
  };
  return { workers, start };
}

describe('a simulation in a worker thread', () => {
  it('gives the run that this thread gives, under the names of the release, and says how it stands', async () => {
    const stands: SimulationProgress[] = [];
    simulator = new Simulator(() => startWorker(SCRIPT, 'simulate'));
    const job = simulator.simulate(REQUEST, (stand) => stands.push(stand));
    const here = unwrap(simulate(REQUEST));
    const run = unwrap(await job.result);
    expect(run).toEqual(simulationWithNames(here));
    expect(run.steps).not.toEqual(here.steps);
    const shares = stands.map(({ phase, interrupts, of }) => (phase === 'run' ? 0 : of) + interrupts);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(stands.every(({ of, interrupts }) => of === 3_000 && interrupts > 0 && interrupts <= of)).toBe(
      true,
    );
  });

  it('is answered in words when it makes no sense, or its worker cannot run', async () => {
    simulator = new Simulator(() => startWorker('/there/is/no/such/worker.js', 'simulate'));
    const { result } = simulator.simulate(REQUEST, ignore);
    expect(await result).toMatchObject({ ok: false, error: expect.stringContaining('worker') as string });
  });
});

describe('Simulator', () => {
  it('ends the worker of a simulation that is stopped at once: it would not hear', async () => {
    const { workers, start } = silentWorkers();
    simulator = new Simulator(start);
    const { result, stop } = simulator.simulate(REQUEST, ignore);
    stop();
    expect(workers[0]!.terminate).toHaveBeenCalledOnce();
    expect(await result).toMatchObject({ ok: false });
  });

  it('lets the newest win in another worker, and drops what the one before still says', async () => {
    const { workers, start } = silentWorkers();
    const progress = vi.fn();
    simulator = new Simulator(start);
    const before = simulator.simulate(REQUEST, progress);
    const now = simulator.simulate({ ...REQUEST, seed: 2 }, progress);
    expect(await before.result).toMatchObject({ ok: false });
    expect(workers[0]!.terminate).toHaveBeenCalledOnce();
    workers[0]!.say({ kind: 'progress', job: 1, progress: { phase: 'run', interrupts: 1, of: 2 } });
    expect(progress).not.toHaveBeenCalled();
    const run = unwrap(simulate({ ...REQUEST, interrupts: 2, seed: 2 }));
    workers[1]!.say({ kind: 'done', job: 2, result: { ok: true, value: packSimulation(run) } });
    expect(unwrap(await now.result)).toEqual(run);
  });

  it('says why when the worker dies, and starts another for the next', async () => {
    const { workers, start } = silentWorkers();
    simulator = new Simulator(start);
    const { result } = simulator.simulate(REQUEST, ignore);
    workers[0]!.die('out of memory');
    expect(await result).toMatchObject({
      ok: false,
      error: expect.stringContaining('out of memory') as string,
    });
    simulator.simulate(REQUEST, ignore);
    expect(workers).toHaveLength(2);
  });

  it('ends a worker that has nothing to do', async () => {
    vi.useFakeTimers();
    const { workers, start } = silentWorkers();
    simulator = new Simulator(start, { idleMs: 1_000 });
    const { result } = simulator.simulate(REQUEST, ignore);
    workers[0]!.say({ kind: 'done', job: 1, result: { ok: false, error: 'as it says' } });
    expect(await result).toMatchObject({ error: 'as it says' });
    vi.advanceTimersByTime(999);
    expect(workers[0]!.terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(workers[0]!.terminate).toHaveBeenCalledOnce();
  });
});
