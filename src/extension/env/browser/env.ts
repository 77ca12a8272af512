import { measureBySteps, measureTimesBySteps, simulateBySteps } from '../../../analysis/simulate.ts';
import { startInSameThread } from '../../worker/same-thread.ts';
import { jobsInTurn } from '../../slices.ts';
import type { Environment } from '../environment.ts';

const inTurn = jobsInTurn(nextTurn);

/** A browser's extension host, which is a web worker. */
export const environment: Environment = {
  kind: 'browser',
  runProgram: null,
  simulate: (request) => inTurn(simulateBySteps(request)),
  measure: (request) => inTurn(measureBySteps(request)),
  startExplorer: () => startInSameThread(nextTurn),
  startSimulator: null,
  measureTimes: (request) => inTurn(measureTimesBySteps(request)),
};

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
