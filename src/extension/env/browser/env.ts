import { measure, measureTimes, simulate } from '../../../analysis/simulate.ts';
import { startInSameThread } from '../../worker/same-thread.ts';
import type { Environment } from '../environment.ts';

/** A browser's extension host, which is a web worker. */
export const environment: Environment = {
  kind: 'browser',
  runProgram: null,
  async simulate(request) {
    await nextTurn();
    return simulate(request);
  },
  async measure(request) {
    await nextTurn();
    return measure(request);
  },
  startExplorer: () => startInSameThread(nextTurn),
  startSimulator: null,
  async measureTimes(request) {
    await nextTurn();
    return measureTimes(request);
  },
};

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
