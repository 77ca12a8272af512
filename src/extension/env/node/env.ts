import { setImmediate } from 'node:timers/promises';
import { measureBySteps, measureTimesBySteps, simulateBySteps } from '../../../analysis/simulate.ts';
import { startWorker } from './start-worker.ts';
import { jobsInTurn } from '../../slices.ts';
import type { Environment } from '../environment.ts';
import { runProgram } from './run-program.ts';

const inTurn = jobsInTurn(async () => {
  await setImmediate();
});

/** The desktop's extension host, and that of a remote machine. */
export const environment: Environment = {
  kind: 'node',
  runProgram,
  simulate: (request) => inTurn(simulateBySteps(request)),
  measure: (request) => inTurn(measureBySteps(request)),
  startExplorer: (script) => startWorker(script, 'explore'),
  startSimulator: (script) => startWorker(script, 'simulate'),
  measureTimes: (request) => inTurn(measureTimesBySteps(request)),
};
