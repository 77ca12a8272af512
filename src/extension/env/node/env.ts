import { setImmediate } from 'node:timers/promises';
import { measure, measureTimes, simulate } from '../../../analysis/simulate.ts';
import { startWorker } from './start-worker.ts';
import type { Environment } from '../environment.ts';
import { runProgram } from './run-program.ts';

/** The desktop's extension host, and that of a remote machine. */
export const environment: Environment = {
  kind: 'node',
  runProgram,
  async simulate(request) {
    await setImmediate();
    return simulate(request);
  },
  async measure(request) {
    await setImmediate();
    return measure(request);
  },
  startExplorer: (script) => startWorker(script, 'explore'),
  startSimulator: (script) => startWorker(script, 'simulate'),
  async measureTimes(request) {
    await setImmediate();
    return measureTimes(request);
  },
};
