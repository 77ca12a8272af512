import { runTimed } from '../src/engine/timed-run.ts';
import { measure } from './measure.mts';
import type { Measurement } from './measure.mts';
import { wirePath } from './paths.mts';

const STEPS = 2_000_000;

/** Timed runs of a path, jittered as by default. */
export function timedRuns(path: string, log: boolean): Measurement {
  const { wiring, costs } = wirePath(path);
  const options = { costs, jitter: 0.1, wakeJitter: 0.8, seed: 1, arrivals: 1e9, maxSteps: STEPS, log };
  const { processes } = wiring.model;
  return measure(
    `${path}, ${log ? 'with the compact log' : 'log off'}`,
    'steps',
    () => runTimed(wiring.model, options).steps,
    `${String(processes.length)} processes`,
  );
}
