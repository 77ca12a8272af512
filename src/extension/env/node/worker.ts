import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { ToWorker } from '../../worker/messages.ts';
import { serveExplorations } from '../../worker/serve.ts';

// What runs in the worker thread: dist/worker.js.
const receive = serveExplorations(
  (message) => {
    parentPort?.postMessage(message);
  },
  async () => {
    await setImmediate();
  },
);
parentPort?.on('message', (message: ToWorker) => {
  receive(message);
});
