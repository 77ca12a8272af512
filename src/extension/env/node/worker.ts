import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { SimulationRequest } from '../../../analysis/simulate.ts';
import type { ExplorationStart, ToWorker, WorkerTask } from '../../worker/messages.ts';
import { serveExplorations } from '../../worker/serve-explorations.ts';
import { serveSimulations } from '../../worker/serve-simulations.ts';

// What runs in a worker thread: dist/worker.js.
if ((workerData as WorkerTask) === 'explore') {
  const receive = serveExplorations(
    (message) => {
      parentPort?.postMessage(message);
    },
    async () => {
      await setImmediate();
    },
  );
  parentPort?.on('message', (message: ToWorker<ExplorationStart>) => {
    receive(message);
  });
} else {
  const receive = serveSimulations((message, handedOver) => {
    parentPort?.postMessage(message, handedOver as ArrayBuffer[]);
  });
  parentPort?.on('message', (message: ToWorker<SimulationRequest>) => {
    receive(message);
  });
}
